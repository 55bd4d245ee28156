/**
 * One harmless message goes the way of every sensitive answer: a placeholder, its end on record, its content, and the engine that
 * removes what is due. Then it is looked for. A process that dies meanwhile leaves nothing behind: its end stands in the store.
 */
import { liveCard } from '../answer.ts';
import type { Platform } from '../ports.ts';
import type { ToldPerson } from '../tell.ts';
import type { Address, MessageRef } from '../types.ts';
import {
  codeIn,
  createNotes,
  failingBy,
  type LiveWorld,
  left,
  patiently,
  posted,
  removeAgain,
  reveal,
} from './steps.ts';
import type { LiveState, LiveTrip } from './types.ts';

/** At the latest, should nobody be left to take it away sooner, ms. */
const LATEST_MS = 60_000;

/** Refuses with `audit-unavailable` before anything is posted. */
export const liveTrip = async (world: LiveWorld, platform: Platform, to: ToldPerson): Promise<LiveTrip> => {
  const { account, person } = to;
  const { platform: name, tenant } = account;
  const looked = (await platform.look?.({ tenant })) ?? [];
  const fingerprint = world.sealer.fingerprint(person.id);
  const sealed = await world.names.of({ person: person.id, purpose: 'officer' });
  const entry = { kind: 'live', platform: name, tenant, person: fingerprint, name: sealed } as const;
  await world.audit.append({ ...entry, at: world.clock.now(), change: 'begun' });
  const notes = createNotes(world.clock);
  const state = await travel(world, platform, to, notes);
  await world.audit.append({ ...entry, at: world.clock.now(), change: state });
  const { limits } = platform;
  return {
    platform: name,
    tenant,
    looked,
    steps: notes.steps,
    state,
    limits: limits === undefined ? null : { removals: limits.remove.perMinute, updates: limits.update.perMinute },
  };
};

type Notes = ReturnType<typeof createNotes>;

const travel = async (
  world: LiveWorld,
  platform: Platform,
  { account, person }: ToldPerson,
  { note }: Notes,
): Promise<LiveState> => {
  const { clock } = world;
  const { tenant, user } = account;
  const key = world.random.id();
  let ref: MessageRef | null = null;
  let lost = false;
  await note('post', async () => {
    const outcome = await posted(world, platform, {
      to: { tenant, user, channel: null },
      card: liveCard(person.locale, 'begun'),
      key,
    });
    if (outcome.ok) ref = outcome.ref;
    else lost = outcome.fault === 'lost';
    return { ok: outcome.ok, code: codeIn(outcome) };
  });
  if (ref === null) return lost ? 'lost' : 'not-posted';
  const stands: MessageRef = ref;
  const where: Address = { tenant, user, channel: stands.channel };

  const held = await note('hold', async () => {
    const removeAt = clock.now() + LATEST_MS;
    await world.store.expiries.schedule({ ref: stands, removeAt, about: null, then: 'remove', again: null });
    return { ok: true, code: 'ok' };
  });
  if (held) {
    await note('reveal', async () =>
      outcomeOf(await reveal(world, platform, { ref: stands, card: liveCard(person.locale, 'shown') })),
    );
    if (platform.looksUp(where))
      await note('find', async () => {
        const found = await patiently(clock, () => platform.find({ to: where, key }));
        if (!found.ok) return outcomeOf(found);
        return found.ref.id === stands.id ? { ok: true, code: 'ok' } : { ok: false, code: 'another_message' };
      });
  }
  const gone = await note('leave', async () => {
    // Without an end on record nobody else would take it away.
    if (!held) return outcomeOf(await removeAgain(world, platform, stands));
    if (await left(world, stands)) return { ok: true, code: 'ok' };
    return { ok: false, code: (await failingBy(world, stands)) ?? 'not_in_time' };
  });
  if (!gone) return held ? 'pending' : 'stays';
  return verified(world, platform, { where, key, ref: stands }, note);
};

const outcomeOf = (outcome: Parameters<typeof codeIn>[0]): { readonly ok: boolean; readonly code: string } => ({
  ok: outcome.ok,
  code: codeIn(outcome),
});

/** By looking, where the platform lets us; by taking it away once more in any case, which must find nothing. */
const verified = async (
  world: LiveWorld,
  platform: Platform,
  o: { readonly where: Address; readonly key: string; readonly ref: MessageRef },
  note: Notes['note'],
): Promise<LiveState> => {
  let stands = false;
  const missing =
    platform.looksUp(o.where) &&
    (await note('missing', async () => {
      const found = await patiently(world.clock, () => platform.find({ to: o.where, key: o.key }));
      stands = found.ok;
      if (found.ok) return { ok: false, code: 'still_there' };
      return { ok: found.fault === 'gone', code: found.code };
    }));
  let refused = false;
  const again = await note('again', async () => {
    const removed = await removeAgain(world, platform, o.ref);
    if (removed.ok) return { ok: false, code: 'still_there' };
    refused = removed.fault === 'never';
    return { ok: removed.fault === 'gone', code: removed.code };
  });
  if (stands || refused) return 'blanked';
  return missing || again ? 'removed' : 'unverified';
};
