import { afterEach, describe, expect, it } from '@jest/globals';
import { WebAPIPlatformError } from '@slack/web-api';
import fc from 'fast-check';
import type { Json, SeenView } from '../../../playground/slack/types.ts';
import { checkModal } from '../../../playground/slack/view-rules.ts';
import { faultOf } from '../../../src/adapters/slack/faults.ts';
import { renderModal } from '../../../src/adapters/slack/modal.ts';
import type { OpenedView } from '../../../src/core/ports.ts';
import { type Card, VIEW_ACTION, VIEW_CHANNEL } from '../../../src/core/types.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { EVAN, FORM, formOf, openSlack, pressPayload, type SlackBench, TEAM, TOKEN } from './support.ts';

let bench: SlackBench | null = null;
const open = async (...o: Parameters<typeof openSlack>): Promise<SlackBench> => {
  bench = await openSlack(...o);
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const plain = (text: string, o: Partial<Card> = {}): Card => ({ text, note: null, buttons: [], fallback: null, ...o });

/** A message with a view's button, and how it is pressed. */
const postButton = async ({ slack }: SlackBench) => {
  const buttons = [{ action: VIEW_ACTION, label: 'Show it', value: 'sealed' }];
  const to = { tenant: TEAM, user: EVAN, channel: null };
  const posted = await slack.platform.post({ to, card: plain('Your payslip', { buttons }), key: 'k' });
  if (!posted.ok) throw new Error(posted.code);
  const { channel, id: ts } = posted.ref;
  return { user: EVAN, channel, ts, actionId: VIEW_ACTION, value: 'sealed' };
};

/** Resolves to the status of the answer. */
const press = async (stage: SlackBench): Promise<number> => stage.standIn.press(await postButton(stage));

const pressed = async (stage: SlackBench): Promise<OpenedView> => {
  expect(await press(stage)).toBe(200);
  const view = stage.opened.at(-1)?.view;
  if (view === undefined) throw new Error('no view was handed over');
  return view;
};

const wordsOf = (view: SeenView | undefined): string => JSON.stringify(view?.blocks ?? []);
const told = ({ standIn }: SlackBench): readonly string[] =>
  standIn.history({ user: EVAN }).flatMap(({ ephemeralFor, text }) => (ephemeralFor === EVAN ? [text] : []));
const calls = ({ standIn }: SlackBench, method: string): readonly Json[] =>
  standIn
    .requests()
    .filter((request) => request.method === method)
    .map(({ args }) => args);

describe('a press that opens a view', () => {
  it('opens a modal that says nothing yet, and hands it to the core instead of the inbox', async () => {
    const stage = await open();
    const { ref } = await pressed(stage);
    const [view] = stage.standIn.views({ user: EVAN });
    expect(view).toMatchObject({ title: { text: 'Confidential' }, close: { text: 'Close' } });
    expect(wordsOf(view)).toContain('One moment.');
    expect(ref).toEqual({ platform: 'slack', tenant: TEAM, channel: VIEW_CHANNEL, id: view?.id });
    expect(stage.accepted).toEqual([]);
    expect(stage.opened.map((each) => each.press)).toMatchObject([
      {
        kind: 'press',
        action: VIEW_ACTION,
        value: 'sealed',
        account: { user: EVAN },
        message: { channel: 'D0EVAN0000' },
      },
    ]);
  });

  it('fills the modal in place, and puts nothing where it would be seen or sent elsewhere', async () => {
    const stage = await open();
    const { reveal } = await pressed(stage);
    const buttons = [{ action: 'sotto.ask', label: 'Not here', value: 'sealed' }];
    const card = plain('Net 4,843.58 <b>', {
      note: 'Emptied in 2 minutes',
      fallback: 'A confidential answer',
      buttons,
    });
    expect(await reveal(card)).toEqual({ ok: true });
    const views = stage.standIn.views({ user: EVAN });
    expect(views).toHaveLength(1);
    expect(wordsOf(views[0])).toContain('Net 4,843.58 &lt;b&gt;');
    expect(wordsOf(views[0])).toContain('Emptied in 2 minutes');
    for (const absent of ['One moment', 'Not here']) expect(wordsOf(views[0])).not.toContain(absent);
    const [args] = calls(stage, 'views.update');
    const sent: Json = JSON.parse(String(args?.['view']));
    expect(Object.keys(sent).toSorted()).toEqual(['blocks', 'close', 'title', 'type']);
    expect(sent['title']).toMatchObject({ text: 'Confidential' });
    expect(stage.standIn.history({ user: EVAN }).map(({ text }) => text)).toEqual(['Your payslip']);
  });

  it('is answered as soon as the modal stands, however long the core takes', async () => {
    let fill: () => void = () => undefined;
    const filling = new Promise<void>((resolve) => {
      fill = resolve;
    });
    const stage = await open({ adapter: { open: () => filling } });
    expect(await press(stage)).toBe(200);
    expect(stage.standIn.views({ user: EVAN })).toHaveLength(1);
    fill();
  });

  it('lives through a core that fails, without a word of why', async () => {
    const stage = await open({ adapter: { open: async () => Promise.reject(new Error('my secret salary')) } });
    expect(await press(stage)).toBe(200);
    await until(() => stage.logged.some((line) => line.includes('slack.view-failed')));
    expect(stage.logged.join()).not.toContain('salary');
  });

  it.each([
    'expired_trigger_id',
    'exchanged_trigger_id',
    'invalid_trigger_id',
    'ratelimited',
    'invalid_auth',
    '500-before',
    'reset',
    '500-after',
  ])(
    'asks nothing of the core when the modal could not be opened (%s), and says so to whoever pressed',
    async (how) => {
      const stage = await open();
      stage.standIn.fail({ method: 'views.open', how });
      expect(await press(stage)).toBe(200);
      expect(stage.opened).toEqual([]);
      expect(told(stage)).toEqual(['Please press again.']);
      expect(calls(stage, 'views.open')).toHaveLength(1);
    },
  );

  it('asks nothing of the core when the payload carries no trigger, or one of another form', async () => {
    const stage = await open();
    const action = { action_id: VIEW_ACTION, type: 'button', value: 'v', action_ts: '1771442490.000100' };
    for (const trigger_id of [undefined, 7, '', '1.2.<a>', 'x'.repeat(201)]) {
      const payload = { ...pressPayload({ response_url: undefined, actions: [action] }), trigger_id };
      expect((await stage.standIn.deliverRaw({ body: formOf(payload), contentType: FORM })).status).toBe(503);
    }
    expect({ opened: stage.opened, called: calls(stage, 'views.open') }).toEqual({ opened: [], called: [] });
  });

  it('opens one modal only, though the same press comes twice', async () => {
    const stage = await open();
    await pressed(stage);
    const { body = '' } = stage.delivered.at(-1) ?? {};
    expect((await stage.standIn.deliverRaw({ body, contentType: FORM })).status).toBe(200);
    expect(stage.standIn.views({ user: EVAN })).toHaveLength(1);
    expect(stage.opened).toHaveLength(1);
    expect(told(stage)).toEqual(['Please press again.']);
  });

  it('is answered within the second when the modal is slow to stand, and the core gets it when it does', async () => {
    const clock = createFakeClock(Date.now());
    let held: Promise<void> = Promise.resolve();
    let stands: () => void = () => undefined;
    const botToken = async () => {
      await held;
      return { current: TOKEN, accepted: [TOKEN] };
    };
    const stage = await open({ adapter: { clock, botToken } });
    const button = await postButton(stage);
    held = new Promise((resolve) => {
      stands = resolve;
    });
    const pressing = stage.standIn.press(button);
    await until(() => clock.sleeping() > 0);
    await clock.advance(900);
    expect(await pressing).toBe(200);
    expect({ opened: stage.opened, told: told(stage) }).toEqual({ opened: [], told: [] });
    stands();
    await until(() => stage.opened.length === 1);
    expect(stage.standIn.views({ user: EVAN })).toHaveLength(1);
  });

  it('is given up after two and a half seconds, and whoever pressed is told', async () => {
    const stage = await open();
    stage.standIn.fail({ method: 'views.open', how: 'hang' });
    expect(await press(stage)).toBe(200);
    expect(told(stage)).toEqual([]);
    await until(() => told(stage).length > 0);
    expect(told(stage)).toEqual(['Please press again.']);
    expect(stage.opened).toEqual([]);
  }, 10_000);
});

describe('a view that stands open', () => {
  it('is filled again where the answer was lost, and after a short wait that Slack asks for', async () => {
    for (const how of ['500-after', '500-before', 'reset-after', '429', 'service_unavailable']) {
      const stage = await open();
      const { reveal } = await pressed(stage);
      stage.standIn.fail({ method: 'views.update', how });
      expect({ how, revealed: await reveal(plain('Net 1')) }).toEqual({ how, revealed: { ok: true } });
      expect(wordsOf(stage.standIn.views({ user: EVAN })[0])).toContain('Net 1');
      await stage.close();
      bench = null;
    }
  }, 20_000);

  it('is tried three times at most, and not at all where Slack asks for a long wait', async () => {
    const stage = await open();
    const { reveal } = await pressed(stage);
    stage.standIn.fail({ method: 'views.update', how: '500-before', times: 9 });
    expect(await reveal(plain('Net 1'))).toMatchObject({ ok: false, fault: 'later' });
    expect(calls(stage, 'views.update')).toHaveLength(3);
  });

  it('is not filled again at once where that must fail too', async () => {
    for (const [how, fault] of [
      ['ratelimited', 'later'],
      ['invalid_auth', 'later'],
      ['view_too_large', 'never'],
      ['not_found', 'gone'],
    ] as const) {
      const stage = await open();
      const { reveal } = await pressed(stage);
      stage.standIn.fail({ method: 'views.update', how, times: 9 });
      expect(await reveal(plain('Net 1'))).toMatchObject({ ok: false, fault });
      expect(calls(stage, 'views.update')).toHaveLength(1);
      await stage.close();
      bench = null;
    }
  });

  it('is gone once it was closed: for filling, changing and blanking alike', async () => {
    const stage = await open();
    const { ref, reveal } = await pressed(stage);
    if (ref === null) throw new Error('no reference');
    stage.standIn.closeView({ user: EVAN, id: ref.id });
    const { platform } = stage.slack;
    expect(await reveal(plain('Net 1'))).toMatchObject({ ok: false, fault: 'gone' });
    expect(await platform.update({ ref, card: plain('Net 1') })).toMatchObject({ ok: false, fault: 'gone' });
    expect(await platform.remove({ ref })).toMatchObject({ ok: false, fault: 'gone' });
  });

  it('is blanked when it is removed, and no message is touched', async () => {
    const stage = await open();
    const { ref, reveal } = await pressed(stage);
    if (ref === null) throw new Error('no reference');
    await reveal(plain('Net 4,843.58'));
    expect(await stage.slack.platform.remove({ ref })).toEqual({ ok: true });
    const [view] = stage.standIn.views({ user: EVAN });
    expect(wordsOf(view)).toContain('This has expired.');
    expect(wordsOf(view)).not.toContain('4,843.58');
    expect([...calls(stage, 'chat.delete'), ...calls(stage, 'chat.update')]).toEqual([]);
  });

  it('is changed by an update of its reference', async () => {
    const stage = await open();
    const { ref } = await pressed(stage);
    if (ref === null) throw new Error('no reference');
    expect(await stage.slack.platform.update({ ref, card: plain('This answer has been removed.') })).toEqual({
      ok: true,
    });
    expect(wordsOf(stage.standIn.views({ user: EVAN })[0])).toContain('has been removed');
  });
});

describe('a card as a modal', () => {
  const sizeOf = (text: string): number =>
    Buffer.byteLength(JSON.stringify(renderModal({ card: plain(text), title: 'Sotto', close: 'Close' })));

  it('is taken by Slack whatever its text: long, wide, escaped, empty', async () => {
    const stage = await open();
    const { reveal } = await pressed(stage);
    for (const text of [
      'x'.repeat(500_000),
      '漢'.repeat(200_000),
      '<&>'.repeat(100_000),
      '"\n'.repeat(90_000),
      '',
      ' \n ',
      'a\ud800b',
    ]) {
      expect({ text: text.slice(0, 4), ok: (await reveal(plain(text, { note: 'n' }))).ok }).toEqual({
        text: text.slice(0, 4),
        ok: true,
      });
      expect(sizeOf(text)).toBeLessThan(250_000);
    }
  });

  it('keeps every rule of a view, whatever the words, the small print and the label', () => {
    const words = fc.string({ unit: 'binary', maxLength: 7_000 });
    fc.assert(
      fc.property(words, fc.option(words), words, (text, note, close) => {
        const view = JSON.stringify(
          renderModal({ card: plain(text, { note }), title: `T${close}`, close: `C${close}` }),
        );
        expect(checkModal(view, () => 'id')).toMatchObject({ ok: true });
      }),
    );
  });

  it('says where it was cut, and keeps its small print', () => {
    const { blocks } = renderModal({
      card: plain('漢'.repeat(200_000), { note: 'Emptied soon' }),
      title: 'Sotto',
      close: 'Close',
    });
    expect(blocks.length).toBeLessThan(100);
    expect(blocks.slice(-2)).toMatchObject([{ text: { text: '…' } }, { elements: [{ text: 'Emptied soon' }] }]);
    expect(renderModal({ card: plain('short'), title: 'Sotto', close: 'Close' }).blocks).toHaveLength(1);
  });

  it('keeps its title and its close button within Slack’s 24 characters', () => {
    const { title, close } = renderModal({ card: plain('x'), title: 'x'.repeat(40), close: 'x'.repeat(40) });
    expect([title.text.length, close?.text.length]).toEqual([24, 24]);
  });
});

describe('R19 what a refusal of a view means', () => {
  it.each([
    ['not_found', 'absent'],
    ['hash_conflict', 'passing'],
    ['duplicate_external_id', 'final'],
    ['exchanged_trigger_id', 'final'],
    ['expired_trigger_id', 'final'],
    ['invalid_trigger_id', 'final'],
    ['view_too_large', 'final'],
  ] as const)('R19 %s: %s, without alarm', (error, kind) => {
    expect(faultOf(new WebAPIPlatformError({ ok: false, error }))).toMatchObject({ kind, code: error, alarm: false });
  });
});

describe('R27 what is logged of a view', () => {
  it('R27 holds no trigger, no words and no view', async () => {
    const stage = await open();
    stage.standIn.fail({ method: 'views.open', how: 'expired_trigger_id' });
    await press(stage);
    const { reveal } = await pressed(stage);
    stage.standIn.fail({ method: 'views.update', how: 'missing_scope' });
    await reveal(plain('my secret salary'));
    const triggers = calls(stage, 'views.open').map(({ trigger_id: trigger }) => String(trigger));
    expect(triggers).toHaveLength(2);
    expect(stage.logged.length).toBeGreaterThan(1);
    for (const secret of ['salary', 'xoxb', ...triggers]) expect(stage.logged.join('\n')).not.toContain(secret);
  });
});
