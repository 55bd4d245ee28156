/** A phrase that somebody gave, as it is kept: sealed, under a keyed hash of whose it is. */
import { z } from 'zod';
import { LANGUAGES, type Language } from '../languages.ts';
import type { KeptDonation, Sealer } from '../ports.ts';
import { donationContext } from '../sealing.ts';
import type { World } from '../world.ts';

/** Characters. What is longer is a story, and names somebody. */
export const MOST_PHRASE = 300;

/** On each page of a walk. */
const PAGE = 200;
const MOST_PAGES = 100;

export interface Phrase {
  readonly text: string;
  /** The intent that they meant; null: none of those they could choose from. */
  readonly meant: string | null;
  readonly language: Language;
}

export interface Given extends Phrase {
  readonly id: string;
  readonly at: number;
}

const shape: z.ZodType<Phrase> = z
  .strictObject({
    text: z.string().min(1).max(MOST_PHRASE),
    meant: z.string().nullable(),
    language: z.enum(LANGUAGES as readonly [Language, ...Language[]]),
  })
  .readonly();

/** One line of what can be seen, as a pack has it: whoever reads it does so in a terminal. Cut nowhere. */
export const tidied = (text: string): string =>
  text
    .toWellFormed()
    .normalize('NFC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();

export const sealPhrase = (
  sealer: Pick<Sealer, 'seal'>,
  of: { readonly owner: string; readonly id: string },
  { text, meant, language }: Phrase,
): string => sealer.seal(donationContext(of), JSON.stringify({ text, meant, language }));

const openedPhrase = (sealer: Pick<Sealer, 'open'>, kept: KeptDonation): Phrase | null => {
  const plain = sealer.open(donationContext(kept), kept.value);
  if (plain === null) return null;
  try {
    return shape.parse(JSON.parse(plain));
  } catch {
    return null;
  }
};

/** All that have time left, the oldest first, with the keyed hash of whose each is. What opens under no key that is known is counted. */
export const givenPhrases = async (
  world: Pick<World, 'store' | 'sealer' | 'clock'>,
): Promise<{ readonly given: readonly (Given & { readonly owner: string })[]; readonly unread: number }> => {
  const given: (Given & { readonly owner: string })[] = [];
  let unread = 0;
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const got: Awaited<ReturnType<World['store']['donations']['scan']>> = await world.store.donations.scan({
      now: world.clock.now(),
      cursor,
      limit: PAGE,
    });
    for (const kept of got.donations) {
      const phrase = openedPhrase(world.sealer, kept);
      if (phrase === null) unread += 1;
      else given.push({ id: kept.id, at: kept.at, owner: kept.owner, ...phrase });
    }
    if (got.cursor === null) break;
    cursor = got.cursor;
    // A store in this process gives each page at once: everybody else has a turn between.
    await world.clock.sleep(1);
  }
  return { given, unread };
};
