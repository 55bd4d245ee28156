import { el, icon } from './elements.js';
import { words } from './words.js';

const MARKS = {
  answer: 'M3 8.5 6.5 12 13 4.5',
  refuse: 'M4 4l8 8M12 4l-8 8',
  'step-up': 'M8 3v6M8 12.5v.1',
  'private-only': 'M4.5 7.5h7v5h-7zM5.8 7.5V6a2.2 2.2 0 0 1 4.4 0v1.5',
  which: 'M6 6a2 2 0 1 1 2.8 1.9c-.6.3-.8.7-.8 1.4M8 12.5v.1',
  unknown: 'M6 6a2 2 0 1 1 2.8 1.9c-.6.3-.8.7-.8 1.4M8 12.5v.1',
  throttled: 'M6 4v8M10 4v8',
  paused: 'M6 4v8M10 4v8',
  order: 'M3 8.5 6.5 12 13 4.5',
  'order-refused': 'M4 4l8 8M12 4l-8 8',
};

/** What operators do is no verdict on what was asked, so it has names of its own. */
const kindOf = ({ verdict, reasons }) => {
  if (reasons.includes('paused')) return 'paused';
  if (!reasons.some((reason) => reason.startsWith('order-'))) return verdict;
  return verdict === 'answer' ? 'order' : 'order-refused';
};

/**
 * Why an answer is what it is: a chip that opens.
 * @param {object} options
 * @param {object} options.why the decision, as the server tells it
 * @param {readonly string[]} options.entries where it stands in the audit log; two where both platforms decided alike
 * @param {string} options.same what is said where another decided the same
 * @param {boolean} options.open as the person left it
 */
export const whyPanel = ({ why, entries, same, open }) => {
  const { verdict, because, whyFields, none, seconds, stays, restrictionsVersion } = words();
  const kind = kindOf(why);
  const name = verdict[kind] ?? why.verdict;
  const codes = (list) =>
    list.length === 0 ? [el('span', { text: none })] : list.map((id) => el('code', { text: id }));
  const rows = [
    ['intent', why.intent === null ? null : [el('code', { text: why.intent })]],
    ['topics', codes(why.topics)],
    ['asker', why.personKind === null ? null : codes([why.personKind, ...why.groups])],
    ['about', why.about === null ? null : [el('span', { text: words().about[why.about] })]],
    ['reasons', codes(why.reasons)],
    ['show', why.show === null ? null : [el('span', { text: words().show[why.show] })]],
    [
      'expires',
      why.show === null
        ? null
        : [el('span', { text: why.expiresSeconds === null ? stays : seconds(why.expiresSeconds) })],
    ],
    ['audit', entries.map((text) => el('code', { text }))],
    [
      'policy',
      [el('code', { text: why.policy, class: 'long' }), el('span', { text: restrictionsVersion(why.restrictions) })],
    ],
  ];
  const list = rows.flatMap(([field, values]) =>
    values === null ? [] : [el('div', {}, [el('dt', { text: whyFields[field] }), el('dd', {}, values)])],
  );
  const panel = el('details', { class: 'why', 'data-verdict': kind, open }, [
    el('summary', {}, [
      el('span', { class: 'mark' }, [icon(MARKS[kind] ?? MARKS.unknown)]),
      el('span', {}, [el('span', { text: `${words().why}: ` }), el('b', { text: name })]),
      el('span', { class: 'same', text: same }),
    ]),
    el('div', { class: 'reasons' }, [el('p', { text: because[kind] ?? '' }), el('dl', {}, list)]),
  ]);
  panel.querySelector('summary').addEventListener('click', () => {
    // Opened at the lower edge, it would open out of sight.
    requestAnimationFrame(() => panel.open && panel.scrollIntoView({ block: 'nearest' }));
  });
  return panel;
};
