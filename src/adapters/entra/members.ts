/**
 * Everybody who may use the bot, with the groups that rules and settings name: for counting people and for telling a role something.
 * Read when somebody asks, from the roll and each group's members, and good for a quarter of an hour.
 */
import { z } from 'zod';
import { SottoError } from '../../core/errors.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Member } from '../../core/types.ts';
import { kindOf } from './accounts.ts';
import type { Graph } from './graph.ts';
import type { Roll } from './roll.ts';
import { CONTRACTOR, guid } from './settings.ts';

const GOOD_MS = 15 * 60_000;

/** All groups together, ms; a person waits for it. */
const MOST_MS = 2 * 60_000;

/** The most that Graph gives at once, and as many pages as the largest roll has. */
const PAGE = 999;
const MOST_PAGES = 250;

/** Groups read at once, so that others can still ask for a person meanwhile. */
const AT_ONCE = 4;

const page = z.object({
  value: z.array(z.object({ id: guid })).max(PAGE),
  '@odata.nextLink': z.string().max(16_000).optional(),
});

/** Refuses with code `directory-unavailable` where any of it could not be read: who is missing is not nobody. */
export const createMembers = (o: {
  readonly graph: Graph;
  readonly roll: Pick<Roll, 'current'>;
  /** By the word that rules name, object ids in lower case. */
  readonly groups: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly log: Log;
}): (() => Promise<readonly Member[]>) => {
  const { clock, graph, log } = o;
  let known: { readonly at: number; readonly members: readonly Member[] } | null = null;
  let reading: Promise<readonly Member[]> | null = null;

  const inGroup = async (group: string, end: number): Promise<ReadonlySet<string>> => {
    const ids = new Set<string>();
    // Only people, also through groups of the group; Graph wants the count with it.
    let url = graph.at(`groups/${group}/transitiveMembers/microsoft.graph.user?$select=id&$count=true&$top=${PAGE}`);
    for (let pages = 1; pages <= MOST_PAGES; pages++) {
      if (clock.now() > end) throw unavailable(log, 'too-slow');
      const answer = await graph.ask({ operation: 'members', url, eventual: true, shape: page });
      if (!answer.ok) throw unavailable(log, answer.why);
      for (const { id } of answer.body.value) ids.add(id);
      const next = answer.body['@odata.nextLink'];
      if (next === undefined) return ids;
      // The token goes along, so a link leads nowhere but back to Graph.
      if (!graph.isOwn(next)) throw unavailable(log, 'foreign-link');
      url = next;
    }
    throw unavailable(log, 'too-large');
  };

  const read = async (): Promise<readonly Member[]> => {
    const at = clock.now();
    const { active } = o.roll.current();
    const people = new Map<string, ReadonlySet<string>>();
    const ids = [...new Set(o.groups.values())];
    const left = ids.values();
    const readNext = async (): Promise<void> => {
      for (const id of left) people.set(id, await inGroup(id, at + MOST_MS));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, readNext));
    const words = [...o.groups];
    const members = [...active].map(([id, { guest, country }]): Member => {
      const groups = words.flatMap(([word, group]) => (people.get(group)?.has(id) === true ? [word] : []));
      const kind = kindOf(guest, groups.includes(CONTRACTOR));
      return { id, kind, groups: groups.filter((word) => word !== CONTRACTOR), country };
    });
    known = { at, members };
    log.info('entra.members-read', { count: members.length, ms: clock.now() - at });
    return members;
  };

  return async () => {
    const now = clock.now();
    if (known !== null && now >= known.at && now - known.at < GOOD_MS) return known.members;
    // One reading at a time; whoever comes meanwhile has the same.
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };
};

const unavailable = (log: Log, code: string): SottoError => {
  log.warn('entra.members-unknown', { code });
  return new SottoError(
    'directory-unavailable',
    'Who is in the groups could not be read from Microsoft Entra, so people cannot be counted or told something just now. Check that the app may read groups (GroupMember.Read.All), that each group of SOTTO_ENTRA_GROUPS exists, and that Graph can be reached.',
  );
};
