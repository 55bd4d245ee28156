/**
 * How a removal is written. A tag's removals lie in many small sorted sets, `x:0` to `x:2047`, so that Redis keeps each of
 * them as one packed list (at most 128 entries of at most 64 bytes): that is what makes a pending removal small. A reference
 * is found again by its bucket and by what its entry begins with, whatever its deadline. Nothing stands twice: the tenant is
 * in the tag, the platform is one letter, a Slack time is a number in base 36.
 */
import type { Leaving } from '../../core/ports.ts';
import type { MessageRef, PlatformName } from '../../core/types.ts';
import { hashOf } from './keys.ts';

/**
 * Buckets of a tag. Up to about 1.5 million pending of one tenant each stays below 128 entries; beyond, Redis keeps them as
 * trees, which are larger and work as well. Part of the schema: another number would not find what lies there.
 */
export const BUCKETS = 2_048;

const LETTERS: Readonly<Record<PlatformName, string>> = { slack: 's', teams: 't' };
const PLATFORMS: ReadonlyMap<string, PlatformName> = new Map([
  ['s', 'slack'],
  ['t', 'teams'],
]);

/** Printable ASCII stands as it is, but for `%`, `|`, `~`, and what means something in a pattern of Redis: `* ? [ \ ] ^`. */
const MEANS_SOMETHING = /[^\x20-\x24\x26-\x29\x2b-\x3e\x40-\x5a\x5f-\x7b\x7d]/g;

const escaped = (part: string): string =>
  part.replace(MEANS_SOMETHING, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const unescaped = (part: string): string =>
  !part.includes('%')
    ? part
    : part.replace(/%([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** `1771442483.000123`: the id of a message on Slack. */
const SLACK_TIME = /^([1-8]\d{9})\.(\d{6})$/;
const MICROS = 6;

const shortened = (id: string): string => {
  const [, seconds, micros] = SLACK_TIME.exec(id) ?? [];
  return seconds === undefined ? escaped(id) : `~${Number(`${seconds}${micros}`).toString(36)}`;
};

const lengthened = (id: string): string => {
  if (!id.startsWith('~')) return unescaped(id);
  const digits = String(Number.parseInt(id.slice(1), 36));
  return `${digits.slice(0, -MICROS)}.${digits.slice(-MICROS)}`;
};

/** Where an entry lies, and what it begins with. */
export interface Spot {
  readonly bucket: number;
  readonly prefix: string;
}

/** Other bits of the hash than those that choose a tag's shard: both are of a reference, and must not go together. */
const bucketOf = (prefix: string): number => {
  const whole = hashOf(prefix);
  const hash = Math.imul(whole ^ (whole >>> 15), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) % BUCKETS;
};

export const spotOf = ({ platform, channel, id }: MessageRef): Spot => {
  const prefix = `${LETTERS[platform]}${escaped(channel)}|${shortened(id)}|`;
  return { bucket: bucketOf(prefix), prefix };
};

/** What becomes of it: removed or forgotten; a capital where something is shown in its place, which lies in `again`. */
const markOf = ({ then, again }: Pick<Leaving, 'then' | 'again'>): string => {
  const mark = then === 'forget' ? 'f' : 'r';
  return again === null ? mark : mark.toUpperCase();
};

const MARKS: ReadonlyMap<string, Leaving['then']> = new Map([
  ['r', 'remove'],
  ['R', 'remove'],
  ['f', 'forget'],
  ['F', 'forget'],
]);

/** The whole entry. */
export const memberOf = ({ prefix }: Spot, leaving: Pick<Leaving, 'about' | 'then' | 'again'>): string =>
  `${prefix}${markOf(leaving)}${leaving.about ?? ''}`;

/** Null where it is not one of ours. */
export const readMember = (
  member: string,
  o: { readonly tenant: string; readonly removeAt: number; readonly again: string | null },
): Leaving | null => {
  const [head = '', id, rest, ...more] = member.split('|');
  const platform = PLATFORMS.get(head.slice(0, 1));
  if (platform === undefined || id === undefined || rest === undefined || more.length > 0) return null;
  const then = MARKS.get(rest.slice(0, 1));
  if (then === undefined) return null;
  const ref: MessageRef = { platform, tenant: o.tenant, channel: unescaped(head.slice(1)), id: lengthened(id) };
  return { ref, removeAt: o.removeAt, about: rest.slice(1) || null, then, again: o.again };
};

/** Of an entry, whose platform it is. */
export const platformOfLetter = (letter: string): PlatformName | null => PLATFORMS.get(letter) ?? null;
