/** One file of people, from the disk to everybody in it. */
import { readFileSync, statSync } from 'node:fs';
import { SottoError } from '../../../core/errors.ts';
import { safely } from '../../../core/safely.ts';
import { issueInWords } from '../../bounded/issue.ts';
import { writtenInCsv } from './csv.ts';
import { everybody } from './entry.ts';
import { type Roll, rollOf } from './roll.ts';
import { writtenInYaml } from './yaml.ts';

const MOST_BYTES = 4 * 1024 * 1024;

/** Of a table with a slip in a whole column, not all need be said. */
const MOST_FINDINGS = 50;

/** Another one where anything about it changed, who may read it among that; null: it is not there. */
export const stampOf = (path: string): string | null => {
  try {
    const { mtimeNs, ctimeNs, size, ino } = statSync(path, { bigint: true });
    return `${mtimeNs}:${ctimeNs}:${size}:${ino}`;
  } catch {
    return null;
  }
};

/** Refuses with code `settings`, naming every finding. Its ending says how it is written: `.csv` is a table, all else is YAML. */
export const readPeople = (path: string): Roll => {
  const refuse = (findings: readonly string[], cause?: unknown): SottoError => {
    const more = findings.length - MOST_FINDINGS;
    const said = [
      ...findings.slice(0, MOST_FINDINGS),
      ...(more > 0 ? [`${more} more findings of this kind follow. Mend these first.`] : []),
    ];
    return new SottoError('settings', said.map((finding) => `The directory ${path}: ${finding}`).join('\n'), { cause });
  };
  let bytes: Buffer;
  try {
    if (statSync(path).size > MOST_BYTES)
      throw refuse([`it is larger than ${MOST_BYTES} bytes. Split it or use another directory.`]);
    bytes = readFileSync(path);
  } catch (cause) {
    if (cause instanceof SottoError) throw cause;
    throw refuse(['it cannot be read. Name a readable YAML or CSV file in SOTTO_DIRECTORY.'], cause);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refuse(
      ['it is not UTF-8, so names in it could not be told apart. Save it as UTF-8 (a spreadsheet: "CSV UTF-8").'],
      cause,
    );
  }
  const written = path.toLowerCase().endsWith('.csv') ? writtenInCsv(text) : writtenInYaml(text);
  if (!written.ok) throw refuse(written.findings);
  const parsed = safely(everybody, written.value);
  if (!parsed.success)
    throw refuse(parsed.error.issues.map((issue) => `${written.placeOf(issue.path)} ${issueInWords(issue)}`));
  const read = rollOf(parsed.data.people);
  if (!read.ok) throw refuse(read.findings);
  return read.roll;
};
