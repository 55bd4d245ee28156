/** One audit log, put together from its stretches in all places. */
import { rm } from 'node:fs/promises';
import type { StateHeader } from '../../adapters/archive/header.ts';
import { type Assembled, beginAssembly } from '../../adapters/audit-log/assemble.ts';
import { rootAfter } from '../../adapters/audit-log/past.ts';
import { SottoError } from '../../core/errors.ts';
import type { Secret } from '../../core/ports.ts';
import { type FoundStretch, openStretch } from './stretch.ts';

const pemBlocks = (text: string): readonly string[] =>
  text.match(/-----BEGIN PUBLIC KEY-----[^-]{1,1024}-----END PUBLIC KEY-----\n?/g) ?? [];

interface Together extends Assembled {
  /** Why it gets no further, or which of its stretches is none of it; null: it is all that there is. */
  readonly short: string | null;
  /** One of its stretches is none of it. */
  readonly forked: boolean;
}

/**
 * One log, as far as its stretches open, follow each other and lead to what was signed; none: nothing of it. Why it gets no further, where others
 * are named, or why one of them is none of it. Those that say what others said before are looked at too: two histories must not pass for one.
 */
const putTogether = async (o: {
  readonly folder: string;
  readonly origin: string;
  readonly stretches: readonly FoundStretch[];
  readonly keys: Pick<Secret, 'accepted'>;
}): Promise<Together> => {
  const { stretches, origin } = o;
  const signers = new Set<string>();
  const log = await beginAssembly(o.folder);
  let broken: string | null = null;
  let forked = false;
  for (const found of stretches) {
    if (found.from > log.end()) {
      // Why one is missing says more than that it is.
      broken ??= `The backups of the audit log ${origin} leave out its entries ${log.end()} to ${found.from}.`;
      break;
    }
    const isNew = found.to > log.end();
    const opened = await openStretch(found, o.keys);
    if (opened instanceof SottoError) {
      // Another one may say the same, or did.
      if (isNew) broken ??= opened.message;
      continue;
    }
    const { header, body } = opened;
    const why = await log.add({ ...found, root: header.root, holds: header.holds, body });
    if (why === null) for (const pem of pemBlocks(header.publicKeys)) signers.add(pem);
    else broken ??= why;
    forked ||= why !== null;
  }
  const whole = await log.finish([...signers].join(''));
  const { steps } = whole;
  const end = steps.at(-1)?.size ?? 0;
  if (forked || stretches.some(({ to }) => to > end))
    return { ...whole, forked, short: broken ?? `The backups of the audit log ${origin} end before it was signed.` };
  return { ...whole, forked, short: null };
};

/** Where there are two histories, the one that the archives know, if the stretches lead there in either order. */
export const asKnown = async (
  o: Parameters<typeof putTogether>[0] & { readonly known: readonly StateHeader['logs'][] },
): Promise<Together> => {
  const first = await putTogether(o);
  const known = o.known.flat().filter(({ origin }) => origin === o.origin);
  if (!first.forked || (first.steps.length > 0 && (await holdsAll(o.folder, known)))) return first;
  await rm(o.folder, { recursive: true });
  return putTogether({ ...o, stretches: o.stretches.toSorted((a, b) => a.from - b.from || a.to - b.to) });
};

const holdsAll = async (folder: string, known: StateHeader['logs']): Promise<boolean> => {
  for (const { entries, root } of known) if ((await rootAfter({ folder, entries })) !== root) return false;
  return true;
};
