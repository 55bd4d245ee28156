import { el } from './elements.js';
import { fieldOf, given } from './fields.js';
import { words } from './words.js';

/**
 * A form in a window that a platform opened. What is written in it stays until it was taken: it is in the document alone.
 * @param {object} options
 * @param {object} options.form as the server tells it
 * @param {Map<string, readonly string[]> | null} options.written what somebody wrote into the same form before it was drawn anew
 * @param {(values: Record<string, readonly string[]>) => Promise<boolean>} options.onSend resolves to whether it got through
 */
export const formIn = ({ platform, form, written, person, onSend }) => {
  const id = `form-${platform}`;
  const lang = person.locale;
  const fields = form.fields.map((field, at) =>
    fieldOf({ field, values: written?.get(field.name) ?? given(field), id: `${id}-${at}`, lang }),
  );
  const summary = el('div', { class: 'summary', role: 'group', tabindex: -1, hidden: true });
  const status = el('p', { class: 'form-status', role: 'status' });
  const submit = el('button', { type: 'submit', class: 'send-form', form: id, lang, text: form.submit });
  const first = JSON.stringify(read(fields));

  const wrong = (title, lines) => {
    summary.hidden = lines.length === 0;
    summary.setAttribute('aria-label', title);
    summary.replaceChildren(el('p', { class: 'summary-title', text: title }), el('ul', {}, lines));
  };
  const findings = form.findings.map((finding) => el('li', { lang, text: finding }));
  wrong(words().lookAgain, findings);

  /** True where nothing is missing. */
  const complete = () => {
    const missing = fields.filter((field) => field.missing());
    for (const field of fields) field.fault(missing.includes(field) ? words().fillIn : null);
    if (missing.length === 0) return true;
    wrong(words().missing, missing.map(toField));
    summary.focus();
    return false;
  };

  const element = el('form', { id, class: 'asks', novalidate: true }, [
    summary,
    form.text === '' ? null : el('p', { class: 'text', id: `${id}-text`, dir: 'auto', lang, text: form.text }),
    ...fields.map((field) => field.element),
  ]);
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (submit.getAttribute('aria-disabled') === 'true' || !complete()) return;
    submit.setAttribute('aria-disabled', 'true');
    status.textContent = words().sending;
    const sent = await onSend(read(fields));
    submit.removeAttribute('aria-disabled');
    status.textContent = sent ? '' : words().notSent;
  });
  // Enter in a line must not send half a form.
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target.matches('input:not([type="checkbox"])')) event.preventDefault();
  });
  return {
    element,
    submit,
    status,
    written: () => new Map(Object.entries(read(fields))),
    /** Whether closing would lose something. */
    touched: () => JSON.stringify(read(fields)) !== first,
    warn: () => {
      status.textContent = words().notSentYet;
    },
    /** Where there is something wrong, that is what somebody should hear first. */
    focus: () => {
      if (summary.hidden) return false;
      summary.focus();
      return true;
    },
  };
};

const read = (fields) => Object.fromEntries(fields.map(({ name, read: values }) => [name, values()]));

const toField = (field) => {
  const go = el('button', { type: 'button', class: 'to-field', text: field.label });
  go.addEventListener('click', () => field.focus());
  return el('li', {}, [go]);
};
