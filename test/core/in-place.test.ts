import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PACED, SottoError } from '../../src/core/errors.ts';
import type { Decision, Obligations, PlaceKind } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import { until } from '../support/until.ts';
import { both, createTestWorld, GUS, intentOf, question, recognised, type TestWorld } from '../support/world.ts';

const GENERAL = 'Ask your manager first.';
const UNCLEAR = 'I answered you where you asked, for your eyes only. If you cannot see it there, please ask me again.';

const permit = (over: Partial<Obligations> = {}): Decision => ({
  effect: 'permit',
  rules: ['a-permit'],
  obligations: { show: 'message', expiresSeconds: null, moreTime: 0, redact: [], inPlace: true, ...over },
});

/** Asked in a thread of a channel. */
const inChannel = (kind: PlaceKind = 'channel') =>
  question({ place: { kind, channel: 'C0GENERAL', thread: '7.7' }, conversation: 'slack:T1:C0GENERAL:UEVAN' });

let t: TestWorld;
let work: Work;

beforeEach(() => {
  t = createTestWorld();
  t.script.recognition = recognised('leave.policy');
  t.script.decide = () => permit();
  work = createWork(t.world);
  work.start();
});
afterEach(async () => {
  await work.stop({ graceMs: 2_000 });
  await t.close();
});

const settled = (): Promise<void> => until(() => t.calls.some((call) => call.startsWith('settle')));
const asked = async (inbound = inChannel()): Promise<void> => {
  await work.accept(inbound);
  await settled();
};
const privately = (): readonly string[] => t.messages.map(({ card }) => card.text);
const inPlace = (): readonly string[] => t.asides.map(({ card }) => card.text);

describe('an answer that policy lets stand where it was asked', () => {
  it('stands there once, in the thread, and nothing is said in private or to the place', async () => {
    await asked();
    expect(t.asides).toMatchObject([{ channel: 'C0GENERAL', thread: '7.7', card: { buttons: [] } }]);
    expect([inPlace(), privately(), t.calls.includes('whisper')]).toEqual([[GENERAL], [], false]);
  });

  it('is on record as shown there, to stay, and no removal is ever scheduled for it', async () => {
    await asked();
    expect(t.entries.at(-1)).toMatchObject({
      kind: 'disclosure',
      verdict: 'answer',
      channel: 'C0GENERAL',
      message: '1.5',
      removeAt: null,
    });
    expect(t.calls.filter((call) => call.startsWith('schedule'))).toEqual([]);
    expect(
      await t.store.expiries.claim({ now: Date.now() + 10 * 365 * 24 * 60 * 60_000, leaseMs: 1, limit: 10 }),
    ).toEqual([]);
  });

  it('is on record as what nobody can take back before it is shown', async () => {
    await asked();
    expect(t.entries.map(({ kind }) => kind)).toEqual(['decision', 'aside', 'disclosure']);
    const steps = t.calls.filter((call) => call === 'audit aside' || call.startsWith('aside '));
    expect(steps).toEqual(['audit aside', expect.stringMatching(/^aside /)]);
  });

  it.each([
    ['no rule says so', permit({ inPlace: undefined as never })],
    ['it is shown with care', permit({ show: 'hold-reveal' })],
    ['it leaves again', permit({ expiresSeconds: 60 })],
  ])('goes to the private chat where %s', async (_, decision) => {
    t.script.decide = () => decision;
    await asked();
    expect(inPlace()).toEqual([]);
    expect(privately().join()).toContain(GENERAL);
    await until(() => t.calls.includes('whisper'));
  });

  it('goes to the private chat where it is permitted there alone', async () => {
    t.script.decide = ({ place }) =>
      place === 'direct'
        ? permit()
        : {
            effect: 'refuse',
            why: 'not-permitted',
            rules: [],
            helps: 'private',
            words: {},
            contact: {},
            rights: {},
          };
    await asked();
    expect([inPlace(), privately()]).toEqual([[], [GENERAL]]);
  });

  it('is no refusal: a no goes to the private chat, whatever the rule of a yes says', async () => {
    t.script.find = async () => ({ ok: true, person: GUS });
    t.script.decide = () => ({
      effect: 'refuse',
      why: 'forbidden',
      rules: ['guests'],
      helps: null,
      words: {},
      contact: {},
      rights: {},
    });
    await asked();
    expect(inPlace()).toEqual([]);
    expect(privately().join()).toContain('only answer questions of the people');
  });

  it.each(['never', 'later'] as const)(
    'goes to the private chat where it surely does not stand there: %s',
    async (fault) => {
      t.script.aside = () => ({ ok: false, fault, code: 'user_not_in_channel' });
      await asked();
      expect([inPlace(), privately()]).toEqual([[], [GENERAL]]);
      expect(t.entries.filter(({ kind }) => kind === 'disclosure')).toMatchObject([
        { verdict: 'answer', channel: 'D0EVAN' },
      ]);
    },
  );

  it('is not shown a second time where it may stand there: who asked is told so', async () => {
    t.script.aside = () => ({ ok: false, fault: 'lost', code: 'http_500' });
    await asked();
    expect([inPlace(), privately()]).toEqual([[GENERAL], [UNCLEAR]]);
  });

  it('is not shown a second time by whoever comes after a crash', async () => {
    const { settle } = t.world.store.inbox;
    let died = false;
    Object.assign(t.world.store.inbox, {
      settle: async (o: Parameters<typeof settle>[0]) => {
        if (died) return settle(o);
        died = true;
        throw new SottoError('store-unavailable', 'The store is away.');
      },
    });
    await work.accept(inChannel());
    await until(() => privately().length > 0, 8_000);
    await settled();
    expect([inPlace(), privately()]).toEqual([[GENERAL], [UNCLEAR]]);
  }, 15_000);

  it('goes on in private after a crash, where it surely did not stand in the place', async () => {
    t.script.aside = () => ({ ok: false, fault: 'never', code: 'not_in_channel' });
    let tries = 0;
    t.script.post = () => {
      tries += 1;
      return tries === 1 ? { ok: false, fault: 'later', code: 'ratelimited' } : null;
    };
    await work.accept(inChannel());
    await until(() => privately().includes(GENERAL), 8_000);
    expect(t.calls.filter((call) => call.startsWith('aside'))).toHaveLength(1);
    expect(inPlace()).toEqual([]);
  }, 15_000);

  it('goes on in private where it was refused in the place and only waits for its turn since', async () => {
    t.script.aside = () => ({ ok: false, fault: 'never', code: 'not_in_channel' });
    let tries = 0;
    t.script.post = () => {
      tries += 1;
      return tries <= 2 ? { ok: false, fault: 'later', code: PACED, afterMs: 10 } : null;
    };
    await work.accept(inChannel());
    await until(() => privately().length > 0, 10_000);
    expect([inPlace(), privately(), tries]).toEqual([[], [GENERAL], 3]);
  }, 15_000);

  it('goes to the private chat on a platform without such messages', async () => {
    const slack = t.world.platforms.get('slack');
    if (slack === undefined) throw new Error('no platform');
    const { aside: _, ...without } = slack;
    await work.stop({ graceMs: 1_000 });
    work = createWork({ ...t.world, platforms: new Map([['slack', without]]) });
    work.start();
    await asked();
    expect([inPlace(), privately()]).toEqual([[], [GENERAL]]);
  });
});

describe('a question that was asked by a command', () => {
  const byCommand = (text = 'when is pay day') => ({ ...inChannel(), text, aside: 'command' as const });

  it('is answered in private without a line in the place', async () => {
    t.script.decide = () => permit({ inPlace: undefined as never });
    await asked(byCommand());
    expect(privately()).toEqual([GENERAL]);
    expect(t.calls).not.toContain('whisper');
  });

  it('is answered in the place where policy lets it', async () => {
    await asked(byCommand());
    expect([inPlace(), privately()]).toEqual([[GENERAL], []]);
  });

  it('without words asks what can be asked', async () => {
    const help = intentOf({
      id: 'help.capabilities',
      topic: 'help',
      about: 'nobody',
      operation: null,
      say: both('Ask:\n{capabilities}'),
    });
    const catalogue = { ...t.world.catalogue, intents: new Map([...t.world.catalogue.intents, [help.id, help]]) };
    await work.stop({ graceMs: 1_000 });
    work = createWork({ ...t.world, catalogue });
    work.start();
    await asked(byCommand('  '));
    expect(t.entries.find(({ kind }) => kind === 'decision')).toMatchObject({ intent: 'help.capabilities' });
    expect(t.calls).not.toContain('recognise');
  });
});

describe('a file', () => {
  it('is refused with a text, decided nothing about, and counts against nobody', async () => {
    await asked(question({ text: '', file: true }));
    expect(privately().join()).toContain('I cannot read files');
    expect(t.calls.filter((call) => call.startsWith('decide') || call === 'recognise')).toEqual([]);
    expect(t.entries.find(({ kind }) => kind === 'decision')).toMatchObject({ verdict: 'refuse', reasons: ['file'] });
  });
});

describe('a thread of the private chat', () => {
  it('is where its question is answered', async () => {
    let to: unknown = null;
    const slack = t.world.platforms.get('slack');
    if (slack === undefined) throw new Error('no platform');
    const noting: typeof slack = {
      ...slack,
      post: (o) => {
        to = o.to;
        return slack.post(o);
      },
    };
    await work.stop({ graceMs: 1_000 });
    work = createWork({ ...t.world, platforms: new Map([['slack', noting]]) });
    work.start();
    await asked(question({ place: { kind: 'direct', channel: 'D0EVAN', thread: '3.3' } }));
    expect(to).toMatchObject({ channel: 'D0EVAN', thread: '3.3' });
  });
});

describe('whoever the directory does not vouch for', () => {
  it('is told so in the language that the platform shows them', async () => {
    t.script.find = async () => ({ ok: false, why: 'external' });
    t.script.locale = 'de';
    await asked(question());
    expect(privately().join()).toContain('Das ist hier eingeschränkt');
  });
});

describe('what is kept of an outsider’s no', () => {
  it.each(['salary.payslip', 'leave.balance', null])(
    'is the same whether or not it was understood: %s',
    async (intent) => {
      t.script.find = async () => ({ ok: true, person: GUS });
      t.script.recognition =
        intent === null ? { ...recognised('leave.balance'), intent: null, topics: [] } : recognised(intent);
      t.script.decide = ({ action }) => ({
        effect: 'refuse',
        why: 'forbidden',
        rules: [`no-${action}`],
        helps: null,
        words: {},
        contact: {},
        rights: {},
      });
      await asked(question());
      expect(t.entries.find(({ kind }) => kind === 'decision')).toMatchObject({
        verdict: 'refuse',
        intent: null,
        topics: [],
        about: null,
        subject: null,
        reasons: ['kind-guest'],
      });
    },
  );
});
