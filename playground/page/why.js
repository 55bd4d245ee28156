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
};

/** Wide enough for the reasons to stand beside the answer: there they are open, elsewhere folded under it. */
const WIDE = matchMedia('(min-width: 68rem)');

/**
 * Why an answer is what it is.
 * @param {object} why the decision, as the server tells it
 * @param {boolean | null} open as the person left it; null: by the width of the page
 */
export const whyPanel = (why, open = null) => {
  const { verdict, because, whyFields, none, seconds, stays } = words();
  const name = verdict[why.verdict] ?? why.verdict;
  const codes = (list) =>
    list.length === 0 ? [el('span', { text: none })] : list.map((id) => el('code', { text: id }));
  const rows = [
    ['intent', why.intent === null ? null : [el('code', { text: why.intent })]],
    ['topics', codes(why.topics)],
    ['about', why.about === null ? null : [el('span', { text: words().about[why.about] })]],
    ['reasons', codes(why.reasons)],
    ['show', why.show === null ? null : [el('span', { text: words().show[why.show] })]],
    [
      'expires',
      why.show === null
        ? null
        : [el('span', { text: why.expiresSeconds === null ? stays : seconds(why.expiresSeconds) })],
    ],
    ['audit', [el('code', { text: `#${why.auditIndex}` })]],
    ['policy', [el('code', { text: why.policy, class: 'long' })]],
  ];
  const list = rows.flatMap(([field, values]) =>
    values === null ? [] : [el('div', {}, [el('dt', { text: whyFields[field] }), el('dd', {}, values)])],
  );
  return el('details', { class: 'why', 'data-verdict': why.verdict, open: open ?? WIDE.matches }, [
    el('summary', {}, [
      el('span', { class: 'mark' }, [icon(MARKS[why.verdict] ?? MARKS.unknown)]),
      el('span', {}, [el('span', { class: 'why-word', text: `${words().why}: ` }), el('b', { text: name })]),
    ]),
    el('p', { text: because[why.verdict] ?? '' }),
    el('dl', {}, list),
  ]);
};
