import { announce, forget, readOut } from './announce.js';
import { countdown, serverNow } from './countdown.js';
import { byId, el, icon } from './elements.js';
import { formIn } from './form.js';
import { sectionOf } from './home.js';
import { linksOf } from './links.js';
import { wordsOf } from './parts.js';
import { NAMES } from './platforms.js';
import { words } from './words.js';

const CROSS = 'M4 4l8 8M12 4l-8 8';

/**
 * The window that a platform opens over its talk, and only there: the rest of the page stays as usable as it was. Its
 * words are in the document alone, for as long as it stands open.
 * @param {object} options
 * @param {HTMLElement} options.layer where it stands, over the talk
 * @param {HTMLElement} options.covered what cannot be reached meanwhile
 * @param {(id: string) => void} options.onClose the person closed it
 * @param {(sent: object) => Promise<boolean>} options.onSend the person sends what they filled in
 * @param {(press: object) => Promise<boolean>} options.onPress the person presses a button in it; resolves to whether it was taken
 */
export const viewLayer = ({ platform, layer, covered, onClose, onSend, onPress }) => {
  let open = null;
  /** The one that was closed here and may still stand in an answer that was under way. */
  let closed = null;
  /** Where the person was when it opened, to be asked for again since a message may have been drawn anew. */
  let cameFrom = null;

  const close = () => {
    const { id, form, warned } = open;
    // Once: what was written would be lost.
    if (form !== null && !warned && form.touched()) {
      open.warned = true;
      form.warn();
      return;
    }
    closed = id;
    take();
    onClose(id);
  };
  const take = () => {
    const inside = layer.contains(document.activeElement);
    forget({ platform, id: open.id });
    open = null;
    layer.replaceChildren();
    layer.hidden = true;
    covered.inert = false;
    const back = cameFrom === null ? null : covered.querySelector(cameFrom);
    if (inside) (back ?? byId('ask')).focus();
  };

  const draw = ({ view, person }) => {
    const { lang } = document.documentElement;
    const made = JSON.stringify([view, lang]);
    if (open?.made === made) return;
    const since = open?.id === view.id ? open.since : serverNow();
    const moves = open === null && mayMove();
    const inside = layer.contains(document.activeElement);
    tell({ platform, view, before: open, person });
    const same = open?.id === view.id && open.asks === JSON.stringify(view.form);
    const form = formOf({ view, person, written: same && open.form !== null ? open.form.written() : null });
    open = {
      id: view.id,
      made,
      since,
      text: view.text,
      blank: view.blank,
      form,
      asks: JSON.stringify(view.form),
      warned: false,
    };
    const at = layer.contains(document.activeElement) ? document.activeElement.dataset.at : undefined;
    const dialog = windowOf({ platform, view, since, person, close, form, press: pressOf(view) });
    layer.replaceChildren(dialog);
    layer.hidden = false;
    covered.inert = true;
    if (!moves && !inside) return;
    const again = at === undefined ? null : dialog.querySelector(`[data-at="${CSS.escape(at)}"]`);
    if (again !== null) again.focus();
    else if (!(form?.focus() ?? false)) dialog.focus();
  };
  const pressOf =
    ({ id }) =>
    async ({ action, value, button }) => {
      if (button.getAttribute('aria-disabled') === 'true') return;
      button.setAttribute('aria-disabled', 'true');
      await onPress({ id, action, value });
      button.removeAttribute('aria-disabled');
    };
  const formOf = ({ view: { id, form }, person, written }) =>
    form === null ? null : formIn({ platform, form, written, person, onSend: (values) => onSend({ id, values }) });

  layer.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || open === null) return;
    event.preventDefault();
    close();
  });
  // A press beside the window is not a way out of it, nor out of its focus.
  layer.addEventListener('mousedown', (event) => {
    if (event.target === layer) event.preventDefault();
  });
  return {
    /** @param {{view: object | null, person: object}} shown */
    show: ({ view, person }) => {
      if (view === null || view.id !== closed) closed = null;
      const standing = view !== null && view.id === closed ? null : view;
      if (open !== null && standing?.id !== open.id) take();
      if (standing !== null) draw({ view: standing, person });
    },
    /** Where the focus goes back to; a selector within what is covered. */
    from: (selector) => {
      cameFrom = selector;
    },
  };
};

/** Whoever is typing a question is not torn away from it. */
const mayMove = () => {
  const { activeElement } = document;
  return activeElement?.tagName !== 'TEXTAREA' || activeElement.value === '';
};

const windowOf = ({ platform, view, since, person, close, form, press }) => {
  const { title, text, parts, note, links, leavesAt, blank, page = null } = view;
  const ids = { title: `view-title-${platform}`, words: `view-words-${platform}` };
  const cross = el('button', { type: 'button', class: 'cross', 'aria-label': words().close }, [icon(CROSS)]);
  const leave = form === null ? words().close : words().cancel;
  const done = el('button', { type: 'button', class: form === null ? 'done' : 'cancel', text: leave });
  for (const button of [cross, done]) button.addEventListener('click', close);
  const body = blank
    ? [
        el('p', { class: 'emptied', text: words().emptied }),
        el('p', {
          class: 'note',
          lang: text === '' ? null : person.locale,
          text: text === '' ? words().emptiedWhy : text,
        }),
      ]
    : page !== null
      ? page.sections.map((section, at) => sectionOf({ section, at, person, press }))
      : [
          wordsOf({ text, parts, lang: person.locale }),
          note === null ? null : el('p', { class: 'note', lang: person.locale, text: note }),
          linksOf({ links, person }),
        ];
  const asked = form === null ? null : form.element.querySelector('.text');
  return el(
    'div',
    {
      class: form === null ? 'view' : 'view asking',
      role: 'dialog',
      tabindex: -1,
      'aria-labelledby': ids.title,
      'aria-describedby': page !== null ? null : form === null ? ids.words : (asked?.id ?? null),
      'data-blank': blank,
    },
    [
      el('div', { class: 'view-top' }, [el('h3', { id: ids.title, lang: person.locale, text: title }), cross]),
      form === null
        ? el(
            'div',
            { class: 'view-words', id: ids.words, tabindex: 0, role: 'group', 'aria-labelledby': ids.title },
            body,
          )
        : el('div', { class: 'view-words' }, [form.element]),
      form === null
        ? el('div', { class: 'view-end' }, [endOf({ leavesAt, blank, since }), done])
        : el('div', { class: 'view-end' }, [form.status, done, form.submit]),
    ],
  );
};

/** When it ends: by itself, or by whoever reads it. */
const endOf = ({ leavesAt, blank, since }) => {
  if (blank) return null;
  if (leavesAt !== null) return countdown({ at: since, leavesAt, of: 'view' });
  return el('p', { class: 'stays', text: words().staysOpen });
};

/** A screen reader reads a window when the focus comes to it; what changes in it is told. */
const tell = ({ platform, view, before, person }) => {
  const { id, title, text, note, blank, form } = view;
  const asks = JSON.stringify(form);
  if (before?.id === id && before.text === text && before.blank === blank && before.asks === asks) return;
  forget({ platform, id });
  if (blank) announce({ platform, id, text: words().emptiedOn(NAMES[platform]), lang: document.documentElement.lang });
  else {
    const said = form === null ? [title, text, note ?? ''] : [title, ...form.findings, form.text];
    readOut({ platform, id, text: said.join(' ').trim(), lang: person.locale });
  }
};
