import { el } from './elements.js';
import { words } from './words.js';

/** More of them scroll in a box of their own. */
const MANY = 8;

/**
 * What a form asks for, as native inputs, each with its label, its hint and a place for what is wrong with it.
 * @param {object} options
 * @param {object} options.field as the server tells it
 * @param {readonly string[]} options.values what stands in it
 * @param {string} options.id unique on the page
 * @returns {{element: HTMLElement, name: string, label: string, read: () => readonly string[], fault: (text: string | null) => void, focus: () => void, missing: () => boolean}}
 */
export const fieldOf = ({ field, values, id, lang }) => {
  const { name, label, hint, required, kind } = field;
  const ids = { hint: `${id}-hint`, fault: `${id}-fault` };
  const fault = el('p', { class: 'fault', id: ids.fault, hidden: true });
  const small = hint === null ? null : el('p', { class: 'field-hint', id: ids.hint, lang, text: hint });
  const needed = required ? el('span', { class: 'needed', text: words().required }) : null;
  const make = kind === 'many' ? several : kind === 'one' ? choice : kind === 'date' ? date : text;
  const made = make({ field, values, id, lang });
  const described = (wrong) => [hint === null ? null : ids.hint, wrong ? ids.fault : null].filter(Boolean).join(' ');
  const tell = (wrong) => {
    for (const control of made.told) {
      control.toggleAttribute('data-wrong', wrong);
      if (wrong) control.setAttribute('aria-invalid', 'true');
      else control.removeAttribute('aria-invalid');
      const by = described(wrong);
      if (by === '') control.removeAttribute('aria-describedby');
      else control.setAttribute('aria-describedby', by);
    }
  };
  tell(false);
  const named = [el('span', { lang, text: label }), needed];
  const element =
    kind === 'many'
      ? el('fieldset', { class: 'field' }, [el('legend', {}, named), small, fault, made.element])
      : el('div', { class: 'field' }, [el('label', { for: id }, named), small, fault, made.element]);
  return {
    element,
    name,
    label,
    read: made.read,
    missing: () => required && made.read().length === 0,
    fault: (said) => {
      fault.hidden = said === null;
      fault.textContent = said ?? '';
      tell(said !== null);
    },
    focus: () => made.focus(),
  };
};

/** What stands in a field as it came. */
export const given = ({ kind, value, values }) =>
  kind === 'many' ? values : value === null || value === '' ? [] : [value];

const one = (control) => ({
  element: control,
  told: [control],
  read: () => (control.value === '' ? [] : [control.value]),
  focus: () => control.focus(),
});

const text = ({ field: { lines, most, required }, values: [value = ''], id, lang }) => {
  const shared = { id, class: 'box', maxlength: most, autocomplete: 'off', 'aria-required': required && 'true', lang };
  const control = lines ? el('textarea', { ...shared, rows: 3 }) : el('input', { ...shared, type: 'text' });
  control.value = value;
  const { read, ...rest } = one(control);
  return { ...rest, read: () => read().filter((written) => written.trim() !== '') };
};

const date = ({ field: { required }, values: [value = ''], id }) => {
  const control = el('input', { id, class: 'box', type: 'date', 'aria-required': required && 'true' });
  control.value = value;
  return one(control);
};

const choice = ({ field: { options, required }, values: [value = ''], id, lang }) => {
  const control = el('select', { id, class: 'box', 'aria-required': required && 'true' }, [
    el('option', { value: '', text: words().choose }),
    ...options.map((option) => el('option', { value: option.value, lang, text: option.label })),
  ]);
  control.value = value;
  return one(control);
};

const several = ({ field: { options }, values, id, lang }) => {
  const boxes = options.map(({ value, label }, at) => {
    const box = el('input', { type: 'checkbox', id: `${id}-${at}`, value });
    box.checked = values.includes(value);
    return { box, line: el('label', { class: 'option' }, [box, el('span', { lang, text: label })]) };
  });
  const list = el(
    'div',
    { class: options.length > MANY ? 'options long' : 'options' },
    boxes.map(({ line }) => line),
  );
  return {
    element: list,
    told: boxes.slice(0, 1).map(({ box }) => box),
    read: () => boxes.flatMap(({ box }) => (box.checked ? [box.value] : [])),
    focus: () => boxes[0]?.box.focus(),
  };
};
