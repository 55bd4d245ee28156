/** "That wasn't me": whoever's sign-in it was says so, in their chat or on the page. It ends, and the security contact hears of it. */
import { z } from 'zod';
import { plainCard } from '../answer.ts';
import { SottoError } from '../errors.ts';
import type { SealContext, Sealer } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import { packParts } from '../stored.ts';
import { tell } from '../tell.ts';
import type { Locale } from '../types.ts';
import type { World } from '../world.ts';
import { type Ended, endSignIns, endsTooOften } from './ends.ts';
import { findLink } from './kept.ts';

export type DisowningWorld = Parameters<typeof tell>[0] &
  Pick<World, 'audit' | 'background' | 'names' | 'securityContact'>;

/** The contact hears of one person once an hour, however often they say it. */
const hourOf = (at: number): string => new Date(at).toISOString().slice(0, 13);

/** Ends this person's sign-ins, and tells the security contact, without waiting for that. Throws as `endSignIns` does. */
export const disownSignIns = async (world: DisowningWorld, { person }: { readonly person: string }): Promise<Ended> => {
  const ended = await endSignIns(world, { person, why: 'not-me' });
  const { securityContact: contact } = world;
  world.log.warn('sign-in.disowned', { id: world.sealer.fingerprint(person) });
  if (contact === null) return ended;
  const at = world.clock.now();
  const begun = world.background.begin(async () => {
    await tell(world, {
      people: [contact],
      key: packParts(['not-me', person, hourOf(at)]),
      card: ({ person: { locale } }) => plainCard(repliesIn(locale).signedIn.toContact({ person, at })),
    });
  });
  if (!begun) world.log.warn('sign-in.not-told', { code: 'busy' });
  return ended;
};

/** What the page's form carries is good for so long, ms: a page that was left open is no key for ever. */
const MARK_MS = 60 * 60_000;

const CONTEXT: SealContext = { tenant: '', person: 'everybody', purpose: 'sign-in', record: 'disown' };

const mark = z.strictObject({ person: z.string(), locale: z.enum(['en', 'de']), until: z.number() });

interface Marking {
  readonly sealer: Pick<Sealer, 'seal' | 'open'>;
  readonly clock: Pick<World['clock'], 'now'>;
}

/** For a form on the page that says that somebody has signed in: names them to us, and says nothing to anybody else. URL-safe, some 400 characters. */
export const disownMark = (
  { sealer, clock }: Marking,
  { person, locale }: { readonly person: string; readonly locale: Locale },
): string =>
  sealer.seal(CONTEXT, JSON.stringify({ person, locale, until: clock.now() + MARK_MS } satisfies z.infer<typeof mark>));

const readMark = ({ sealer, clock }: Marking, value: string): z.infer<typeof mark> | null => {
  const plain = sealer.open(CONTEXT, value);
  const read = plain === null ? null : mark.safeParse(JSON.parse(plain));
  return read?.success === true && read.data.until > clock.now() ? read.data : null;
};

/**
 * The same from the page, by what `disownMark` gave it, or by the token of a link: whoever has that had it from them, and can do no more than
 * end something. `locale` is null where it is forged or its time is over; whoever shows the page says the same in both cases. Throws as
 * `endSignIns` does, and with code `busy` where it is done too often.
 */
export const disown = async (
  world: DisowningWorld,
  { value }: { readonly value: string },
): Promise<{ readonly locale: Locale | null }> => {
  const read = readMark(world, value) ?? (await findLink(world, value))?.value ?? null;
  if (read === null) return { locale: null };
  // Each is on record, and a page that is sent again and again must not fill that.
  if (endsTooOften(world, { id: read.person }) !== null)
    throw new SottoError(
      'busy',
      'Sign-ins of one person are ended again and again, so this time nothing was ended. Try again in a minute.',
    );
  await disownSignIns(world, { person: read.person });
  return { locale: read.locale };
};
