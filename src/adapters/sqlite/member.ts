/**
 * A message's reference as one string, `platform|tenant|channel|id`: what an expiry is known by. Ids only, so that it
 * may stand unsealed. `%`, `|` and everything outside printable ASCII are written as `%` and four hex digits of the
 * UTF-16 unit, so that different references never give the same string.
 */
import type { MessageRef, PlatformName } from '../../core/types.ts';

const escaped = (part: string): string =>
  part.replace(/[^\x20-\x24\x26-\x7b\x7d\x7e]/g, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const unescaped = (part: string): string =>
  part.replace(/%([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const PLATFORMS: ReadonlyMap<string, PlatformName> = new Map([
  ['slack', 'slack'],
  ['teams', 'teams'],
]);

export const packRef = (ref: MessageRef): string =>
  [ref.platform, ref.tenant, ref.channel, ref.id].map(escaped).join('|');

/** Null where it is not one of ours. */
export const unpackRef = (member: string): MessageRef | null => {
  const [name = '', tenant, channel, id, ...rest] = member.split('|').map(unescaped);
  const platform = PLATFORMS.get(name);
  if (platform === undefined || tenant === undefined || channel === undefined || id === undefined) return null;
  return rest.length > 0 ? null : { platform, tenant, channel, id };
};
