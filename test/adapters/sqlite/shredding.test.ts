import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSealer } from '../../../src/adapters/sealer/sealer.ts';
import { createSqliteStore } from '../../../src/adapters/sqlite/store.ts';
import type { Store } from '../../../src/core/ports.ts';
import { buryOf, claimed, commitOf, NOW, outboxOf, parkOf, questionOf, settleOf } from '../../contracts/making.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-shredding-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Every byte of the folder, read by another process: reading here would drop this process's locks on the files. */
const bytes = (): string =>
  execFileSync(
    'cat',
    readdirSync(folder).map((file) => join(folder, file)),
    {
      encoding: 'latin1',
      maxBuffer: 256 * 1024 * 1024,
    },
  );

const found = (needles: readonly string[]): readonly string[] => {
  const haystack = bytes();
  return needles.filter((needle) => haystack.includes(needle));
};

const key = randomBytes(32).toString('base64');
const sealer = createSealer({ dataKey: { current: key, accepted: [key] } });

/** Long enough to be nobody else's, short enough to survive in a corner of a page. */
const needleOf = (sealed: string): readonly string[] => [sealed.slice(30, 70), sealed.slice(-40)];

describe('words that are kept', () => {
  it('are never on the disk in clear, and once settled and swept not sealed either', async () => {
    const clock = createFakeClock(NOW);
    const store = createSqliteStore({ path: join(folder, 'a.db'), clock });
    const canary = 'my salary is 4711 canaries';
    const [inbound, reply, state] = (['inbound', 'reply', 'conversation'] as const).map((purpose) =>
      sealer.seal({ tenant: 'T1', person: 'U1', purpose }, canary.repeat(20)),
    ) as [string, string, string];
    const sealed = [inbound, reply, state].flatMap(needleOf);

    const claim = await claimed(store, questionOf('q1', { inbound }));
    await store.inbox.commit(commitOf(claim, { state, stateUntil: NOW + 10, outbox: outboxOf({ reply }) }));
    expect(found([canary, ...sealed])).toEqual(sealed);

    await store.inbox.settle(settleOf(claim));
    await clock.advance(1_000);
    expect(found([canary, ...[inbound, reply].flatMap(needleOf)])).toEqual([]);
    expect(found(needleOf(state))).toEqual(needleOf(state));

    await store.conversations.sweep({ now: NOW + 10 });
    await clock.advance(1_000);
    expect(found([canary, ...sealed])).toEqual([]);
    await store.close();
  });

  it('open for nobody once the key of a name is forgotten: it is not on the disk either', async () => {
    const clock = createFakeClock(NOW);
    const store = createSqliteStore({ path: join(folder, 'a.db'), clock });
    const [needle] = needleOf(sealer.seal({ tenant: 'T1', person: 'U1', purpose: 'inbound' }, 'x'.repeat(60)));
    await store.nameKeys.keep({ owners: ['evan'], value: needle ?? '' });
    expect(found([needle ?? ''])).toEqual([needle]);
    expect(await store.nameKeys.forget({ owners: ['evan'] })).toBe(1);
    await clock.advance(1_000);
    expect(found([needle ?? ''])).toEqual([]);
    await store.close();
  });

  it('are gone within a second of the first of many ends, for one cut of the log a second', async () => {
    const clock = createFakeClock(NOW);
    const store = createSqliteStore({ path: join(folder, 'a.db'), clock });
    for (let i = 0; i < 20; i++) {
      const claim = await claimed(store, questionOf(`q${i}`, { inbound: `needle-${i}-needle` }));
      await store.inbox.settle(settleOf(claim));
      expect(clock.sleeping()).toBe(1);
    }
    expect(found(['needle-0-needle'])).toEqual(['needle-0-needle']);
    await clock.advance(1_000);
    expect(found(['needle-0-needle', 'needle-19-needle'])).toEqual([]);
    expect(clock.sleeping()).toBe(0);
    await store.close();
  });

  it('of a parked or buried question are gone at its time: the reply at once, the question once it is swept', async () => {
    const clock = createFakeClock(NOW);
    const store = createSqliteStore({ path: join(folder, 'a.db'), clock });
    for (const id of ['parked', 'buried']) {
      const claim = await claimed(store, questionOf(id, { conversation: id, inbound: `the-${id}-needle` }));
      await store.inbox.commit(commitOf(claim, { outbox: outboxOf({ reply: `the-reply-${id}-needle` }) }));
      if (id === 'parked') await store.inbox.park(parkOf(claim, { until: NOW + 10_000 }));
      else await store.inbox.bury(buryOf(claim, { until: NOW + 10_000 }));
    }
    const questions = ['the-parked-needle', 'the-buried-needle'];
    await clock.advance(1_000);
    expect(found([...questions, 'the-reply-parked-needle', 'the-reply-buried-needle'])).toEqual(questions);
    await store.inbox.sweep({ now: NOW + 9_999 });
    await clock.advance(1_000);
    expect(found(questions)).toEqual(questions);
    await store.inbox.sweep({ now: NOW + 10_000 });
    await clock.advance(1_000);
    expect(found(questions)).toEqual([]);
    await store.close();
  });

  it('are gone where a reference was replaced, and where it was swept', async () => {
    const clock = createFakeClock(NOW);
    const store = createSqliteStore({ path: join(folder, 'a.db'), clock });
    const keep = (value: string) =>
      store.references.keep({ tenant: 'T1', key: 'a', owner: '', value, until: NOW + 10 });
    await keep('the-first-needle');
    await keep('the-second-needle');
    await clock.advance(1_000);
    expect(found(['the-first-needle', 'the-second-needle'])).toEqual(['the-second-needle']);
    await store.conversations.sweep({ now: NOW + 10 });
    await clock.advance(1_000);
    expect(found(['the-second-needle'])).toEqual([]);
    await store.close();
  });

  it('of a proposal are gone where it was replaced, settled, dropped or has had its time; of what was asked, where it was forgotten or swept', async () => {
    const clock = createFakeClock(NOW);
    const store = createSqliteStore({ path: join(folder, 'a.db'), clock });
    const propose = (id: string, body: string, until = NOW + 10_000) =>
      store.proposals.put({ id, state: 'draft', body, until, now: NOW });
    for (const id of ['replaced', 'settled', 'dropped']) await propose(id, `the-${id}-needle`);
    await propose('late', 'the-late-needle', NOW + 10);
    const asked = (id: string, owner: string, at = NOW) => ({ id, owner, at, value: `the-${id}-needle` });
    await store.decisions.add({
      decisions: [asked('forgotten', 'a'), asked('swept', 'b'), asked('stays', 'b', NOW + 5)],
    });
    const needles = ['replaced', 'settled', 'dropped', 'late', 'forgotten', 'swept', 'stays'].map(
      (id) => `the-${id}-needle`,
    );
    expect(found(needles)).toEqual(needles);
    await propose('replaced', 'the-other-needle');
    const change = { expected: null, put: [], remove: [], hash: null, record: null, settles: 'settled' };
    expect(await store.restrictions.change(change)).toMatchObject({ ok: true });
    await store.proposals.drop({ id: 'dropped' });
    await store.proposals.all({ now: NOW + 10 });
    await store.decisions.forget({ owners: ['a'] });
    await store.decisions.sweep({ before: NOW + 5, limit: 10 });
    await clock.advance(1_000);
    expect(found([...needles, 'the-other-needle'])).toEqual(['the-stays-needle', 'the-other-needle']);
    await store.close();
  });

  it('are gone in real time too, with nobody closing the store', async () => {
    const store = createSqliteStore({ path: join(folder, 'a.db') });
    const claim = await claimed(store, questionOf('q1', { inbound: 'a-needle-in-the-log' }));
    await store.inbox.settle(settleOf(claim));
    expect(found(['a-needle-in-the-log'])).toHaveLength(1);
    await until(() => found(['a-needle-in-the-log']).length === 0);
    await store.close();
  });

  it('leave no copy in any corner of the file after much has come and gone, in sizes large and small', async () => {
    const store = createSqliteStore({ path: join(folder, 'a.db') });
    const gone: string[] = [];
    const kept: string[] = [];
    await Promise.all(Array.from({ length: 40 }, (_, conversation) => churn(store, `c${conversation}`, gone, kept)));
    await store.conversations.sweep({ now: NOW + 1 });
    await store.close();
    expect(found(gone)).toEqual([]);
    expect(found(kept)).toHaveLength(kept.length);
    expect(gone.length).toBeGreaterThan(1_500);
  });
});

/** Text of any size that begins, ends and is filled with its own mark. */
const marked = (round: number): { readonly mark: string; readonly text: string } => {
  const mark = randomBytes(12).toString('hex');
  return { mark, text: `${mark}.`.repeat(1 + ((round * 37) % 50) * (round % 11 === 0 ? 20 : 1)) };
};

/** Questions of one conversation that come and go; the last one stays. */
const churn = async (store: Store, conversation: string, gone: string[], kept: string[]): Promise<void> => {
  const state = marked(7);
  for (let round = 0; round < 20; round++) {
    const [inbound, reply] = [marked(round), marked(round + 5)];
    const claim = await claimed(store, questionOf(`${conversation}-${round}`, { conversation, inbound: inbound.text }));
    const outbox = outboxOf({ reply: reply.text });
    await store.inbox.commit(commitOf(claim, { state: state.text, stateUntil: NOW + 1, outbox }));
    if (round === 19) {
      kept.push(inbound.mark, reply.mark);
    } else {
      await store.inbox.settle(settleOf(claim));
      gone.push(inbound.mark, reply.mark);
    }
  }
  gone.push(state.mark);
};
