import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Saying } from '../../src/core/ports.ts';
import { repliesIn } from '../../src/core/replies/replies.ts';
import type { Decision } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { until } from '../support/until.ts';
import { both, createTestWorld, intentOf, PERMIT, question, recordOf, type TestWorld } from '../support/world.ts';

const SAYS: Saying = {
  say: both('Your account:'),
  sayOf: null,
  each: null,
  none: null,
  title: both('Where your pay goes'),
  facts: [
    { label: both('Bank'), field: 'bank' },
    { label: both('Since'), field: 'since' },
  ],
};
const FACTS = [
  { label: 'Bank', value: 'A Bank' },
  { label: 'Since', value: '1 March 2026' },
];

describe('an answer in the words of a description', () => {
  let t: TestWorld;
  let work: Work;
  beforeEach(() => {
    t = createTestWorld();
    const wordless = { ...intentOf({ id: 'leave.balance' }), say: null, sayOf: null, each: null, none: null };
    const intents = new Map([...t.world.catalogue.intents, [wordless.id, wordless]]);
    const world: World = { ...t.world, catalogue: { ...t.world.catalogue, intents } };
    work = createWork(world);
    t.script.fetch = () => ({
      ok: true,
      records: [
        recordOf('evan', { bank: { type: 'text', value: 'A Bank' }, since: { type: 'date', value: '2026-03-01' } }),
      ],
    });
  });
  afterEach(async () => {
    await work.stop({ graceMs: 2_000 });
    await t.close();
  });

  const asked = async (says: Saying | null, decision: Decision = PERMIT, list = false) => {
    t.script.decide = () => decision;
    t.script.operation = (name) => ({
      name,
      dataClass: 'leave',
      list,
      bySubject: true,
      ...(says === null ? {} : { says }),
    });
    expect(await work.accept(question())).toBe('accepted');
    await until(async () => (await t.store.inbox.census({ now: Date.now() })).leased === 0 && t.messages.length > 0);
    return t.messages.at(-1)?.card;
  };

  it('is a card with its title, its words and its facts, and comes so out of the sealed outbox', async () => {
    expect(await asked(SAYS)).toEqual({
      title: 'Where your pay goes',
      text: 'Your account:',
      facts: FACTS,
      note: null,
      buttons: [],
      fallback: null,
    });
  });

  it('of a list that the system has more of says so, out of the sealed outbox as well', async () => {
    const fields = { bank: { type: 'text', value: 'A Bank' } } as const;
    t.script.fetch = () => ({ ok: true, records: [recordOf('evan', fields), recordOf('mona', fields)], more: true });
    expect(await asked({ ...SAYS, each: both('{bank}'), facts: [] }, PERMIT, true)).toMatchObject({
      text: 'Your account:\n• A Bank\nThere may be more; this is the first.',
    });
  });

  it('without words has the intent’s title over its facts', async () => {
    expect(await asked({ ...SAYS, say: null, title: null })).toMatchObject({
      title: 'title of leave.balance',
      text: '',
      facts: FACTS,
    });
  });

  it('shows nothing of a sensitive one in a notification, and not what is redacted', async () => {
    const hidden: Decision = {
      effect: 'permit',
      rules: ['a-permit'],
      obligations: { show: 'hold-reveal', expiresSeconds: 120, moreTime: 0, redact: ['bank'] },
    };
    const card = await asked(SAYS, hidden);
    expect(card).toMatchObject({
      facts: [{ label: 'Bank', value: '•••' }, FACTS[1]],
      fallback: repliesIn('en').sensitiveFallback,
    });
  });

  it('is an apology where neither pack nor description says anything', async () => {
    expect(await asked(null)).toMatchObject({ text: repliesIn('en').apology });
  });
});
