/**
 * The audit log, taken out. The command reads the files; what it needs from here is the word that it may, and that is given only once it is on
 * record that it begins. The word is a ticket: what was confirmed, sealed. With it the command says how far it came, and takes further what may
 * be taken further. Nothing has to be kept for it, so it outlives a restart.
 */
import { z } from 'zod';
import type { ExportEntry } from '../audit.ts';
import { SottoError } from '../errors.ts';
import { orderContext } from '../sealing.ts';
import { MOST_LOOKS } from '../stored-looks.ts';
import type { World } from '../world.ts';
import type { Executor } from './execute.ts';
import { askedAnew } from './session.ts';
import { EXPORT_FORMATS, type OrderOf, type Receipt } from './types.ts';
import { hasRole } from './word.ts';

/** So long what comes after may be taken without another order, ms. */
const STANDING_MS = 30 * 24 * 60 * 60_000;

/** So long after it may last begin it may say that it ended, ms: whoever follows a log may do so all that time. */
const ENDING_MS = 24 * 60 * 60_000;

/** Logs of one folder; a slot is used again, so that there are about as many as processes ever ran at once. */
const MOST_LOGS = 500;

const shape = z.strictObject({
  ticket: z.literal('audit-export'),
  order: z.string(),
  by: z.array(z.string()),
  /** When it was confirmed; ms since the epoch. */
  at: z.number(),
  standing: z.number().nullable(),
  format: z.enum(EXPORT_FORMATS),
  /** Directory id. */
  person: z.string().nullable(),
  topic: z.string().nullable(),
  kinds: z.array(z.string()),
  origin: z.string().nullable(),
  since: z.number().nullable(),
  until: z.number().nullable(),
  names: z.boolean(),
});

type Ticket = z.infer<typeof shape>;

/** How far it came. */
export const exportEndShape = z.strictObject({
  ticket: z.string().max(20_000),
  change: z.enum(['done', 'failed']),
  entries: z.number().int().nonnegative(),
  /** The logs that were read, each up to but not including entry `to`. */
  origins: z
    .array(
      z.strictObject({
        origin: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/),
        from: z.number().int().nonnegative(),
        to: z.number().int().nonnegative(),
      }),
    )
    .max(MOST_LOGS),
});

/** Names that are to be opened: of one entry, or a few. */
export const exportNamesShape = z.strictObject({
  ticket: z.string().max(20_000),
  names: z
    .array(
      z.strictObject({
        fingerprint: z.string().max(200),
        name: z.string().max(2_000),
        purpose: z.enum(['asker', 'officer']),
      }),
    )
    .max(100),
});

export type ExportEnd = z.infer<typeof exportEndShape>;

/** What the command is told once it may. */
export interface MayExport {
  readonly ticket: string;
  /** Of the person it is about; null: it is about nobody in particular. */
  readonly fingerprints: readonly string[] | null;
  /** Until when the same may be taken further; null: it is for once. */
  readonly standing: number | null;
}

export const auditExport: Executor<'audit-export'> = async (world, order, ordered) => {
  const { id, confirmed, at } = ordered;
  const ticket: Ticket = {
    ticket: 'audit-export',
    order: id,
    by: [...confirmed],
    at,
    ...filtersOf(order),
    standing: order.standing ? at + STANDING_MS : null,
  };
  await note(world, ticket, { change: 'begun', entries: null, origins: [] });
  if (!(await keepLook(world, ticket, null))) {
    await note(world, ticket, { change: 'failed', entries: 0, origins: [] });
    return NOT_TOLD;
  }
  return { ok: true, says: ['It is on record that it begins.'], data: { ...mayExport(world, ticket) } };
};

/** Whether they are an operator still, as the directory has it now. Who was forgotten is none. */
const isOperator = async (world: World, fingerprint: string): Promise<boolean> => {
  const name = await world.names.byFingerprint({ fingerprint, purpose: 'officer' });
  const id = name === null ? null : await world.names.open({ fingerprint, name, purpose: 'officer' });
  const person = id === null ? 'not-permitted' : await askedAnew(world, id);
  if (person === 'directory')
    throw new SottoError(
      'directory-unavailable',
      'The directory cannot say just now whether whoever confirmed it is still an operator. Run it again when it answers.',
    );
  return person !== 'not-permitted' && hasRole(world, person, ['operators']);
};

const filtersOf = ({
  format,
  person,
  topic,
  kinds,
  origin,
  since,
  until,
  names,
}: Omit<OrderOf<'audit-export'>, 'kind' | 'standing'>) => ({
  format,
  person,
  topic,
  kinds: [...kinds],
  origin,
  since,
  until,
  names,
});

const mayExport = (world: World, ticket: Ticket) => ({
  ticket: `${ticket.order}.${world.sealer.seal(orderContext(ticket.order), JSON.stringify(ticket))}`,
  fingerprints: ticket.person === null ? null : [...world.sealer.fingerprints(ticket.person)],
  standing: ticket.standing,
});

/** Null: it is none of ours, or opens under no key any more. */
const opened = (world: World, text: string): Ticket | null => {
  const [order = '', ...rest] = text.split('.');
  const plain = world.sealer.open(orderContext(order), rest.join('.'));
  try {
    return plain === null ? null : shape.parse(JSON.parse(plain));
  } catch {
    return null;
  }
};

/**
 * What was confirmed for thirty days begins once more, on record, while whoever confirmed it is still an operator. Null: it may not (any more), or `order` is another than was
 * confirmed, and needs an order. Refuses with `directory-unavailable` where nobody can say just now whether they still are.
 */
export const furtherExport = async (
  world: World,
  { ticket, order }: { readonly ticket: string; readonly order: OrderOf<'audit-export'> },
): Promise<MayExport | null> => {
  const found = opened(world, ticket);
  if (found?.standing === null || found === null || found.standing <= world.clock.now()) return null;
  if (!order.standing || JSON.stringify(filtersOf(order)) !== JSON.stringify(filtersOf(found))) return null;
  for (const fingerprint of found.by) if (!(await isOperator(world, fingerprint))) return null;
  await note(world, found, { change: 'begun', entries: null, origins: [] });
  return mayExport(world, found);
};

/**
 * The directory ids behind sealed names, in their order; null: it opens no more. Null instead of all: the ticket is none, is not for names, or it
 * is too late. Refuses with `store-unavailable`.
 */
export const exportNames = async (
  world: World,
  o: z.infer<typeof exportNamesShape>,
): Promise<readonly (string | null)[] | null> => {
  const found = opened(world, o.ticket);
  if (found === null || !found.names || world.clock.now() > found.at + ENDING_MS) return null;
  return Promise.all(o.names.map((name) => world.names.open(name)));
};

/** Puts on record how far it came. False: the ticket is none, it is too late, or a log is named that there is not. */
export const endExport = async (world: World, end: ExportEnd): Promise<boolean> => {
  const found = opened(world, end.ticket);
  if (found === null || world.clock.now() > (found.standing ?? found.at) + ENDING_MS) return false;
  const { change, entries, origins } = end;
  const known = new Set((await world.store.origins.all()).map(({ origin }) => origin));
  if (!origins.every(({ origin }) => known.has(origin))) return false;
  await note(world, found, { change, entries, origins });
  await keepLook(world, found, entries);
  return true;
};

/** The person sees it in *My privacy*, from before the first line is given. False: no room is left to tell them, so nothing may be given. */
const keepLook = async (world: World, { order, person, at }: Ticket, entries: number | null): Promise<boolean> => {
  if (person === null) return true;
  const owner = world.sealer.fingerprint(person);
  const now = world.clock.now();
  const look = {
    id: order,
    at,
    what: 'log',
    entries: await mostTaken(world, { order, person, entries }),
    owner,
    now,
  } as const;
  return (await world.store.looks.put(look)) === 'kept';
};

/** Whoever has the ticket can say again how far it came; what the person was told once never becomes less by that. */
const mostTaken = async (
  world: World,
  o: { readonly order: string; readonly person: string; readonly entries: number | null },
): Promise<number | null> => {
  if (o.entries === null) return null;
  const owners = world.sealer.fingerprints(o.person);
  const looks = await world.store.looks.of({ owners, now: world.clock.now() });
  return Math.max(o.entries, looks.find(({ id }) => id === o.order)?.entries ?? 0);
};

const NOT_TOLD: Receipt = {
  ok: false,
  says: [
    `The person could not be told: ${MOST_LOOKS} looks at people stand already, which go after a year. Nothing was given.`,
  ],
  data: {},
};

/** Refuses with `audit-unavailable`; then nothing is given. */
const note = async (
  world: World,
  { order, by, person, standing, format, topic, kinds, origin, since, until, names }: Ticket,
  o: Pick<ExportEntry, 'change' | 'entries' | 'origins'>,
): Promise<void> => {
  await world.audit.append({
    kind: 'export',
    at: world.clock.now(),
    order,
    by,
    byNames: await Promise.all(by.map((fingerprint) => world.names.byFingerprint({ fingerprint, purpose: 'officer' }))),
    person: person === null ? null : world.sealer.fingerprint(person),
    standing,
    format,
    topic,
    kinds,
    origin,
    since,
    until,
    names,
    ...o,
  });
};
