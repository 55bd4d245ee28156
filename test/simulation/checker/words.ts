/** Promise 7: words are nowhere but sealed in the store, and not there either once they have had their time. */
import { holdsWords } from '../town/catalogue.ts';
import { ENVELOPE } from '../town/sealer.ts';
import type { Finding, Reading } from './read.ts';

export const words = (reading: Reading): readonly Finding[] => {
  const findings: Finding[] = [];
  const broken = (at: number, what: string): void => void findings.push({ promise: 7, at, what });
  for (const line of reading.lines) {
    if (line.kind === 'logged' && holdsWords(line.line)) broken(line.at, 'words in a log or a metric');
    else if (line.kind === 'recorded' && holdsWords(JSON.stringify(line.entry)))
      broken(line.at, 'words in the audit log');
    else if ((line.kind === 'kept' || line.kind === 'committed') && holdsWords(line.stored))
      broken(line.at, `words of ${line.id} lie in the store unsealed`);
    else if (line.kind === 'end' && (holdsWords(line.left) || line.left.includes(ENVELOPE)))
      broken(line.at, 'words lie in the store after their time');
  }
  return findings;
};
