/** How far learning is, as one line of a terminal that is gone when it is over. Nothing where it is no terminal. */

interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const WHOLE = 30;
const CLEAR = '\r\u001b[K';

/** Told shares from 0 to 1. */
export const learningLine = (terminal: Terminal = process.stderr): ((share: number) => void) => {
  let said = -1;
  return (share) => {
    if (terminal.isTTY !== true) return;
    const percent = Math.floor(100 * share);
    if (percent === said) return;
    said = percent;
    const bar = '#'.repeat(Math.round(WHOLE * share)).padEnd(WHOLE, '.');
    terminal.write(share >= 1 ? CLEAR : `${CLEAR}Learning the pack's sentences [${bar}] ${percent} %`);
  };
};
