/**
 * What of two talks belongs beside each other. Both are in order of time and stay so; a question stands beside the same
 * question, an answer beside the answer that was decided alike, and what has no counterpart has a row of its own.
 */

/** What was said longer ago than this before the other was not said together. ms. */
const TOGETHER = 60_000;

/** By these, two decisions are the same; the audit log has an entry for each all the same. */
const DECIDED = ['verdict', 'intent', 'topics', 'about', 'reasons', 'show', 'expiresSeconds', 'policy'];

const decisionOf = (why) => (why === null ? null : JSON.stringify(DECIDED.map((field) => why[field])));

/** True where both decisions are there and the same. */
export const agree = (one, other) => one !== null && other !== null && decisionOf(one) === decisionOf(other);

/** What counts of each, with the question that it came after; null: none. */
const noted = (talk) => {
  let asked = null;
  return talk.map(({ from, at, text, why }) => {
    const one = { from, at, words: (text ?? '').trim().replace(/\s+/g, ' '), decision: decisionOf(why), asked };
    if (from === 'person') asked = one;
    return one;
  });
};

const together = (one, other) => Math.abs(one.at - other.at) <= TOGETHER;

const sameQuestion = (one, other) => one.words === other.words && together(one, other);

/** How much these two belong beside each other; 0: not at all. */
const weight = (one, other) => {
  if (one.from !== other.from) return 0;
  // Of two that are the same, the one that was sent at the same moment.
  if (one.from === 'person') return sameQuestion(one, other) ? 5 - Math.abs(one.at - other.at) / TOGETHER : 0;
  const [asked, askedThere] = [one.asked, other.asked];
  // An answer is nobody's counterpart where something else was asked. To the same question it may come late, by a press.
  if (
    asked === null || askedThere === null
      ? asked !== askedThere || !together(one, other)
      : !sameQuestion(asked, askedThere)
  )
    return 0;
  if (one.decision !== null && one.decision === other.decision) return 3;
  return one.decision === null && other.decision === null && one.words === other.words ? 2 : 1;
};

/**
 * @param {readonly object[]} left @param {readonly object[]} right a few hundred of each at most: time goes with the product
 * @returns {readonly (readonly [object | null, object | null])[]}
 */
export const pairs = (left, right) => {
  const [ones, others] = [noted(left), noted(right)];
  // best[i][j]: the most that can stand together from i and j on.
  const best = Array.from({ length: left.length + 1 }, () => new Float64Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const joined = weight(ones[i], others[j]);
      best[i][j] = Math.max(best[i + 1][j], best[i][j + 1], joined === 0 ? 0 : joined + best[i + 1][j + 1]);
    }
  }
  const rows = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const joined = i < left.length && j < right.length ? weight(ones[i], others[j]) : 0;
    if (joined > 0 && best[i][j] === joined + best[i + 1][j + 1]) {
      rows.push([left[i], right[j]]);
      i += 1;
      j += 1;
    } else if (leftFirst({ ones, others, best, i, j })) {
      rows.push([left[i], null]);
      i += 1;
    } else {
      rows.push([null, right[j]]);
      j += 1;
    }
  }
  return rows;
};

/** Of two that stand alone the older comes first, unless that would part others. */
const leftFirst = ({ ones, others, best, i, j }) => {
  if (i === ones.length) return false;
  if (j === others.length) return true;
  const [byLeft, byRight] = [best[i + 1][j], best[i][j + 1]];
  return byLeft === byRight ? ones[i].at <= others[j].at : byLeft > byRight;
};
