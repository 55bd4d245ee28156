/**
 * Makes an element. Text and attributes only: there is no way here from a string to markup.
 * @param {string} tag
 * @param {{text?: string, class?: string, [attribute: string]: unknown}} [options] `text` becomes textContent, the rest attributes; null and false are left out
 * @param {readonly (Node | null)[]} [children]
 * @returns {HTMLElement}
 */
export const el = (tag, { text, ...attributes } = {}, children = []) => {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
};

/** The element with this id; the html holds it, so its absence is a mistake of ours. */
export const byId = (id) => {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element "${id}".`);
  return element;
};

/** Calls with the value of whichever of these radio buttons somebody chooses. */
export const onRadio = (name, choose) => {
  for (const radio of document.querySelectorAll(`input[name="${name}"]`)) {
    radio.addEventListener('change', () => choose(radio.value));
  }
};

/** Calls with whether it is on when somebody turns this switch. */
export const onSwitch = (id, turn) => byId(id).addEventListener('change', ({ target }) => turn(target.checked));

/** Draws one path as an icon that is hidden from screen readers. */
export const icon = (path) => {
  const SVG = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ viewBox: '0 0 16 16', width: 14, height: 14, 'aria-hidden': true })) {
    svg.setAttribute(name, value);
  }
  const line = document.createElementNS(SVG, 'path');
  const look = { d: path, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.8, 'stroke-linecap': 'round' };
  for (const [name, value] of Object.entries({ ...look, 'stroke-linejoin': 'round' })) line.setAttribute(name, value);
  svg.append(line);
  return svg;
};
