/** Whether the directory knows what the described systems call people: where it does not, nobody finds anything of theirs there. */
import type { Identifier } from '../core/ports.ts';

/** In the words of whoever must mend it. */
const CALLED: Readonly<Record<Identifier, string>> = {
  email: 'mail addresses',
  'employee-number': 'numbers of employees',
  'user-name': 'names to sign in by',
};

export interface CalledBy {
  /** Operations as they were described. */
  readonly operations: Iterable<{
    readonly goesBy?: Identifier;
    readonly backend: { readonly name: string };
  }>;
  readonly kind: 'file' | 'entra' | 'slack-groups';
  /** Of a directory whose people are at hand; null: nobody looked. */
  readonly identifiable: ((by: Identifier) => { readonly people: number; readonly shared: number }) | null;
}

/** `notes`: what stops nothing, and is a person's loss all the same. */
export const calledFindings = ({
  operations,
  kind,
  identifiable,
}: CalledBy): { readonly findings: readonly string[]; readonly notes: readonly string[] } => {
  const wanted = new Map<string, Identifier>();
  for (const { backend, goesBy } of operations) if (goesBy !== undefined) wanted.set(backend.name, goesBy);
  const findings: string[] = [];
  const notes: string[] = [];
  for (const [backend, by] of wanted) {
    if (kind === 'slack-groups') {
      findings.push(
        `the backend ${backend} goes by ${CALLED[by]} (goesBy: ${by}), and a directory in Slack knows none that it could vouch for, so nobody would find anything there. Use a directory in Entra or in a file.`,
      );
      continue;
    }
    const known = identifiable?.(by);
    if (known?.people === 0)
      findings.push(
        `the backend ${backend} goes by ${CALLED[by]} (goesBy: ${by}), and the directory has them of nobody, so nobody would find anything there. Give people identifiers.${by}.`,
      );
    if (known !== undefined && known.shared > 0)
      notes.push(
        `Several people share ${known.shared} of the ${CALLED[by]} by which the backend ${backend} goes. Such a one is nobody’s: whoever has it is told that nothing is there.`,
      );
  }
  return { findings, notes };
};
