/**
 * What was shown while its record failed. That it might be shown was on record before (promise 5); that it was is owed to the log, and paid as soon as that takes
 * entries again. A process that dies meanwhile leaves the decision alone: then all that it permitted may have been shown.
 */
import type { AsideEntry, DisclosureEntry } from './audit.ts';
import { codeOf } from './errors.ts';
import type { Audit, Log } from './ports.ts';

/** More than is shown before the last decision that was recorded is used up. */
const MOST_OWED = 10_000;

type Shown = DisclosureEntry | AsideEntry;

export interface Owed {
  /** The log's own, which pays what is owed once it has taken something. */
  readonly append: Audit['append'];
  owe(entry: Shown): void;
  /** Tries to pay all. Never rejects. */
  paid(): Promise<void>;
}

export const createOwed = (o: { readonly audit: Pick<Audit, 'append'>; readonly log: Log }): Owed => {
  const { audit, log } = o;
  const owed: Shown[] = [];
  let paying: Promise<void> | null = null;

  const payAll = async (): Promise<void> => {
    try {
      for (let [next] = owed; next !== undefined; [next] = owed) {
        await audit.append(next);
        owed.shift();
      }
    } catch {
      // It is tried again with the next entry that the log takes.
    } finally {
      paying = null;
    }
  };
  const pay = async (): Promise<void> => {
    // Nothing is begun for nothing: it would be over before it is remembered, and then stand here for ever.
    if (owed.length > 0) paying ??= payAll();
    await paying;
  };

  return {
    append: async (entry) => {
      const receipt = await audit.append(entry);
      if (owed.length > 0) void pay();
      return receipt;
    },
    owe: (entry) => {
      if (owed.length >= MOST_OWED) {
        log.error('audit.owed-dropped', { id: entry.question });
        return;
      }
      owed.push(entry);
    },
    paid: pay,
  };
};

/** Something was shown. Never rejects: what was seen cannot be taken back by that. */
export const noteShown = async (
  world: { readonly audit: Pick<Audit, 'append'>; readonly owed?: Pick<Owed, 'owe'>; readonly log: Log },
  entry: Shown,
): Promise<void> => {
  try {
    await world.audit.append(entry);
  } catch (error) {
    // The decision that permitted it is on record; that it was shown is owed.
    world.log.error(entry.kind === 'aside' ? 'audit.aside-lost' : 'audit.disclosure-lost', {
      id: entry.question,
      code: codeOf(error),
    });
    world.owed?.owe(entry);
  }
};
