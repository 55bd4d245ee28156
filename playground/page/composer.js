import { byId } from './elements.js';
import { PLATFORMS } from './platforms.js';

/** The platforms that a question goes to; both, until somebody chooses one. */
export const target = () => {
  const chosen = document.querySelector('input[name="target"]:checked')?.value;
  return PLATFORMS.includes(chosen) ? [chosen] : PLATFORMS;
};

const grow = () => {
  const box = byId('ask');
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight, 180)}px`;
};

/**
 * Wires the question box.
 * @param {{onSay: (text: string) => Promise<boolean>}} options resolves to whether any platform took it
 */
export const composer = ({ onSay }) => {
  const box = byId('ask');
  byId('form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = box.value;
    if (text.trim() === '') return;
    // What was typed comes back if it could not be sent.
    box.value = '';
    grow();
    if (!(await onSay(text)) && box.value === '') box.value = text;
    grow();
  });
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId('form').requestSubmit();
  });
  box.addEventListener('input', grow);
};
