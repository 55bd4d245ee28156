import { z } from 'zod';
import { safely } from '../core/safely.ts';
import type { PolicyRequest } from '../core/types.ts';
import { COUNTRIES } from './countries.ts';
import type { CedarRequest } from './engine.ts';
import { KINDS, type Known, PLACES, PLATFORMS, RELATIONS, RESOURCE } from './schema.ts';

/** The only shape of id that reaches Cedar: half a surrogate pair would make it throw, and it leaks with each throw (R3). */
const ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** The end of the year 9999: the last moment that Cedar's datetime is written in four digits. */
const LAST_MOMENT = 253_402_300_799_999;

/** A directory that lists more than this is answering nonsense. */
const MOST_GROUPS = 10_000;

/** A conversation remembers a few dozen turns; more than this was never remembered. */
export const MOST_TOPICS = 10_000;

/** Whole numbers within Cedar's 64 bits; more is all the same to any rule. */
const MOST = 1_000_000_000;

const shape = z.object({
  person: z.object({
    id: z.string().regex(ID),
    kind: z.enum(KINDS),
    groups: z.array(z.string()).max(MOST_GROUPS),
    hints: z.array(z.string()).max(MOST_GROUPS).optional(),
    // A country that is none would slip past a restriction that names countries.
    country: z.string().refine((code) => COUNTRIES.has(code)),
    // Whether the directory vouches for all this now; no rule reads it, decide.ts does.
    fresh: z.boolean(),
  }),
  action: z.string().regex(ID),
  about: z.enum(RELATIONS),
  platform: z.enum(PLATFORMS),
  place: z.enum(PLACES),
  signInAgeMinutes: z.number().nullable(),
  denials: z.number().int().min(0).max(MOST),
  asked: z.array(z.string()).max(MOST_TOPICS),
  refused: z.array(z.string()).max(MOST_TOPICS),
  now: z.number().min(0).max(LAST_MOMENT),
});

/** A request that has been looked at: known values only, and of the person's groups only those that rules may name. */
export interface CheckedRequest extends PolicyRequest {
  readonly groups: readonly string[];
  /** The same of those that only a chat platform vouches for; see `Person`. */
  readonly hints: readonly string[];
}

/**
 * Null where a request cannot be decided on: an id, country or place that is none, a number that is no number.
 * A group of the directory that is named like a kind of person counts for nothing: a guest stays a guest. A topic that the
 * pack has no longer is dropped: no rule can name it, and what a conversation remembers may be older than the pack.
 */
export const checkRequest = (request: PolicyRequest, known: Known): CheckedRequest | null => {
  const parsed = safely(shape, request);
  if (!parsed.success) return null;
  const { person } = parsed.data;
  const kinds: ReadonlySet<string> = new Set(KINDS);
  const counts = (group: string): boolean => known.groups.has(group) && !kinds.has(group);
  const groups = new Set(person.groups.filter(counts));
  const { hints = [], ...vouched } = person;
  const topics = (ids: readonly string[]) => [...new Set(ids.filter((id) => known.topics.has(id)))];
  return {
    ...parsed.data,
    person: vouched,
    groups: [person.kind, ...groups],
    hints: [...new Set(hints.filter((group) => counts(group) && !groups.has(group)))],
    asked: topics(parsed.data.asked),
    refused: topics(parsed.data.refused),
  };
};

const entity = (type: string, id: string) => ({ __entity: { type, id } });

/** In Cedar's terms. An age counts as the next whole minute; one from the future proves nothing and is left out. */
export const cedarRequest = (request: CheckedRequest): CedarRequest => {
  const { person, signInAgeMinutes: age } = request;
  const principal = { type: 'User', id: person.id };
  const now = new Date(request.now);
  return {
    principal,
    resource: RESOURCE,
    context: {
      platform: entity('Platform', request.platform),
      place: entity('Place', request.place),
      relation: entity('Relation', request.about),
      ...(age === null || age < 0 ? {} : { signInAgeMinutes: Math.min(Math.ceil(age), MOST) }),
      now: { __extn: { fn: 'datetime', arg: now.toISOString() } },
      hour: now.getUTCHours(),
      // Monday is 1 and Sunday 7, as in ISO 8601; UTC, like the hour.
      weekday: now.getUTCDay() || 7,
      denials: request.denials,
      asked: request.asked.map((id) => entity('Topic', id)),
      refused: request.refused.map((id) => entity('Topic', id)),
    },
    entities: [
      {
        uid: principal,
        attrs: { country: person.country, kind: entity('Kind', person.kind) },
        parents: request.groups.map((id) => ({ type: 'Group', id })),
      },
    ],
  };
};
