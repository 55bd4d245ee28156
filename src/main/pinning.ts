/**
 * The pin: what was approved of the pack and of what HR restricts, and what this process answers by. Where the two differ, and it is not
 * proved that nobody is permitted anything more, nobody is answered here until two people of HR have approved it.
 */

import { hash } from 'node:crypto';
import type { createMetrics } from '../adapters/metrics/metrics.ts';
import type { PackEntry } from '../core/audit.ts';
import { restrictionsHash } from '../core/backed-up.ts';
import { codeOf } from '../core/errors.ts';
import type { ClosedBy, Pinning } from '../core/pinning.ts';
import type { Audit, Clock, Log, Pin, Policy, Sealer, Store } from '../core/ports.ts';
import { repliesIn } from '../core/replies/replies.ts';
import { recordOf } from '../core/restricting/history.ts';
import type { SealedNames } from '../core/sealed-names.ts';
import type { Mark } from './pinning/marks.ts';
import { packVerdict, restrictionsVerdict, type Stored } from './pinning/verdict.ts';

/** The pack of this process. */
export interface OwnPack extends Pick<Pin, 'pack' | 'body'> {
  /** How this one stands to another, by what was pinned of that. `unproved` also where it cannot be told. */
  stands(pinned: string): 'same' | 'stricter' | 'unproved';
}

export interface PinningInForce extends Pinning {
  /** Looks whether it is still what was approved; cheap where nothing has changed. After the restrictions, never before. */
  look(): Promise<void>;
  /** Puts on record what the start found, and pins what may be pinned. */
  settle(): Promise<void>;
  /** What is judged by here, for the audit log. */
  stands(): Pick<PackEntry, 'pack' | 'policy' | 'restrictions' | 'restrictionsVersion'>;
}

interface PinningOptions {
  /** Nothing closes it, and nothing of it is put on record. */
  readonly unsafeAnyPack: boolean;
  readonly own: OwnPack;
  readonly store: Pick<Store, 'pins' | 'restrictions' | 'snapshots'>;
  readonly sealer: Sealer;
  readonly names: Pick<SealedNames, 'byFingerprint'>;
  readonly policy: Pick<Policy, 'version' | 'restrictionsVersion'>;
  /** Of this data folder's audit logs. */
  readonly mark: Mark | null;
  /** See `Stored`. */
  readonly linksSince: (since: Mark | null) => Promise<Stored['links']>;
  readonly audit: Audit;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Pick<ReturnType<typeof createMetrics>, 'set'>;
}

/** Somebody else pins at the same moment now and then. */
const MOST_TRIES = 3;

interface Seen {
  readonly closed: ClosedBy | null;
  /** Null: nothing is to be pinned. */
  readonly pin: 'first' | 'stricter' | null;
  readonly expected: string | null;
  readonly version: number;
  readonly restrictions: string;
}

/** Finds out at once whether it is open, and writes nothing yet. */
export const openPinning = async (o: PinningOptions): Promise<PinningInForce> => {
  const { own, store, policy, audit, clock, log, metrics } = o;
  let { mark } = o;
  let began: string | null = null;

  /** What is changed between the two is in the second alone. */
  const readTogether = async () => {
    for (let look = 1; ; look++) {
      const current = await store.restrictions.current();
      const links = await o.linksSince(mark);
      const { version } = current;
      if (look === MOST_TRIES || links.every((link) => link === null || link.version <= version))
        return { current, links, version };
    }
  };
  const seeAnything = async (): Promise<Seen> => {
    const [{ version, restrictions }, pin] = await Promise.all([store.restrictions.current(), store.pins.current()]);
    const wants = pin?.pack === own.pack ? null : 'first';
    const name = restrictionsHash(restrictions);
    return { closed: null, pin: wants, expected: pin?.pack ?? null, version, restrictions: name };
  };
  const see = async (): Promise<Seen> => {
    if (o.unsafeAnyPack) return seeAnything();
    const { current, links, version } = await readTogether();
    const [pin, came] = await Promise.all([store.pins.current(), store.snapshots.restored()]);
    const restrictions = restrictionsHash(current.restrictions);
    const pinned = pin !== null && hash('sha256', pin.body) === pin.pack ? pin.pack : null;
    const compare = (): ReturnType<OwnPack['stands']> => own.stands(pin?.body ?? '');
    const used = pin !== null || came !== null;
    const pack = packVerdict({ own: own.pack, pinned, compare, links, mark, began, used });
    const stored = { version, restrictions, stated: current.hash, links };
    const right = restrictionsVerdict({
      policy: policy.version,
      pinned: pin?.pack === own.pack,
      stored,
      mark,
    });
    const closed = pack === 'unproved' ? 'pack' : right === 'wrong' ? 'restrictions' : null;
    const wants = pack === 'first' || pack === 'stricter' ? pack : null;
    return { closed, pin: closed === null ? wants : null, expected: pin?.pack ?? null, version, restrictions };
  };

  let seen = await see();
  began = seen.expected;
  /** It is to be pinned still. */
  let owes = false;
  let turn: Promise<void> = Promise.resolve();

  const stands = (): ReturnType<PinningInForce['stands']> => ({
    pack: own.pack,
    policy: policy.version,
    restrictions: seen.restrictions,
    restrictionsVersion: seen.version,
  });
  const note = async (how: PackEntry['how'], by: readonly string[] = []): Promise<void> => {
    if (o.unsafeAnyPack) return;
    const byNames = await Promise.all(
      by.map((fingerprint) => o.names.byFingerprint({ fingerprint, purpose: 'officer' })),
    );
    await audit.append({ kind: 'pack', at: clock.now(), how, ...stands(), by, byNames });
  };
  const put = (by: readonly string[], expected: string | null): Promise<'put' | 'changed'> => {
    const pin: Pin = { pack: own.pack, at: clock.now(), by, body: own.body };
    return store.pins.put({ pin, expected });
  };
  const show = (): void => {
    metrics.set('closed', {
      pack: seen.closed === 'pack' ? 1 : 0,
      restrictions: seen.closed === 'restrictions' ? 1 : 0,
    });
    if (seen.closed !== null) log.error('closed', { code: seen.closed });
  };
  /** From here on it is this that a later look is held against. */
  const remember = (): void => {
    mark = { at: clock.now(), pack: own.pack, restrictions: seen.restrictions, version: seen.version };
  };
  show();

  /** Whoever approves writes the pin last: one that was closed by what was seen before that looks again once it is there. */
  const isPinnedAnew = async (): Promise<boolean> =>
    seen.closed === 'pack' && (await store.pins.current())?.pack !== seen.expected;

  const look = async (): Promise<void> => {
    if (policy.restrictionsVersion === seen.version && !(await isPinnedAnew())) return;
    const before = seen;
    const next = await see();
    // The rules themselves lag behind what was read; the next look finds them together.
    if (next.version !== policy.restrictionsVersion) return;
    seen = next;
    if (seen.closed !== before.closed) {
      show();
      if (seen.closed === null) log.info('opened', { code: before.closed ?? '' });
      else await note('closed').catch(() => undefined); // It is closed whether or not that is on record.
    }
    if (seen.closed !== null) return;
    if (seen.restrictions !== before.restrictions || before.closed !== null) await note('stands');
    remember();
    if (owes) await pinIt();
  };

  /** Every process looks for a new version: whoever has the pack of before, which permits more, closes. HR finds it among the versions. */
  const tellProcesses = async (): Promise<boolean> => {
    const [at, { restrictions }, said] = [Math.ceil(clock.now()), seen, { en: repliesIn('en'), de: repliesIn('de') }];
    const detail = {
      proposal: '',
      by: null,
      approvedBy: null,
      why: said.en.packStricter,
      pack: own.pack,
      hash: policy.version,
      sentence: { en: said.en.packStricter, de: said.de.packStricter },
      before: [],
      put: [],
      remove: [],
      from: restrictions,
      to: restrictions,
    };
    const expected = seen.version;
    const record = recordOf(o, { after: expected, at, id: null, change: 'approved', detail });
    const told = await store.restrictions.change({
      expected,
      put: [],
      remove: [],
      hash: policy.version,
      record,
      settles: null,
    });
    return told.ok;
  };

  /** What Sotto sealed comes first: the pin counts for nothing where that says otherwise. */
  const pinIt = async (): Promise<void> => {
    const { pin, expected } = seen;
    owes = false;
    if (pin === null) return;
    await note(pin);
    // Somebody changed something in this moment; the next look finds it.
    owes = expected !== null && !o.unsafeAnyPack && !(await tellProcesses());
    if (owes) return;
    if ((await put([], expected)) === 'put') seen = { ...seen, pin: null, expected: own.pack };
  };

  type Approval = Parameters<Pinning['approve']>[0];
  const approve = async ({ pack, by, hash: policyHash, change }: Approval): ReturnType<Pinning['approve']> => {
    if (pack !== own.pack) return { ok: false, why: 'other-pack' };
    const { version } = await store.restrictions.current();
    if (version !== change.expected) return { ok: false, why: 'changed' };
    await note('approved', by);
    const done = await store.restrictions.change({ ...change, put: [], remove: [], hash: policyHash });
    if (!done.ok) return done;
    // It is approved by what was sealed; where this does not succeed, the next start pins it.
    try {
      for (let tries = 1; tries <= MOST_TRIES; tries++) {
        const pin = await store.pins.current();
        if ((await put(by, pin?.pack ?? null)) === 'put') break;
      }
    } catch (error) {
      log.warn('pin.not-put', { code: codeOf(error) });
    }
    return done;
  };

  return {
    closed: () => seen.closed,
    pack: own.pack,
    stands,
    look: () => {
      const looked = turn.then(look);
      turn = looked.catch(() => undefined);
      return looked;
    },
    settle: async () => {
      if (seen.closed !== null) return note('closed');
      remember();
      await pinIt();
    },
    // No look between its two halves.
    approve: (approval) => {
      const approved = turn.then(() => approve(approval));
      turn = approved.then(
        () => undefined,
        () => undefined,
      );
      return approved;
    },
  };
};
