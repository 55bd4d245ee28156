/**
 * "No record, no answer", over whole conversations: a Sotto between stand-ins whose audit log fails as it likes. What reaches the HR system, and what people see, is held
 * against what is durable in the log at that moment.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SamplePerson } from '../../playground/people.ts';
import { pressView } from '../../playground/talk.ts';
import type { AuditEntry } from '../../src/core/audit.ts';
import { SottoError } from '../../src/core/errors.ts';
import { placeOrder } from '../../src/core/orders/place.ts';
import type { Audit } from '../../src/core/ports.ts';
import { repliesIn } from '../../src/core/replies/replies.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { makeCrowd, type Somebody, writeCrowd } from '../support/crowd.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

/** As the log fails: before or after it wrote, at its deadline, or at once because too much waits. */
export const FAULTS = ['before', 'after', 'hang', 'full'] as const;
/** `lies`: it says that it wrote and did not, which no log does: so it is seen that this is found out. */
export type SinkFault = (typeof FAULTS)[number] | 'lies';

/** The log's own deadline is seconds; here nobody needs to wait for it. */
const HANG_MS = 20;

const EN = repliesIn('en');
/** What tells nothing of anybody, and needs no record. */
const HARMLESS: ReadonlySet<string> = new Set([EN.apology, EN.placeholder, EN.viewMoment, EN.tryAgain]);

const unavailable = (): SottoError => new SottoError('audit-unavailable', 'injected');

interface Sink {
  readonly through: (append: Audit['append']) => Audit['append'];
  /** Null: it is well. */
  next: (entry: AuditEntry) => SinkFault | null;
  faults: number;
}

const createSink = (): Sink => {
  const sink: Sink = {
    next: () => null,
    faults: 0,
    through: (append) => async (entry) => {
      const fault = sink.next(entry);
      if (fault === null) return append(entry);
      sink.faults += 1;
      if (fault === 'lies') return { origin: 'nowhere', index: 0 };
      if (fault === 'after') await append(entry);
      if (fault === 'hang') await new Promise((resolve) => setTimeout(resolve, HANG_MS));
      throw unavailable();
    },
  };
  return sink;
};

/** What was found wrong: each would be a broken promise. */
export interface Unrecorded {
  /** Requests to the HR system before a decision of this conversation that permits them was durable. */
  readonly calls: string[];
  /** What somebody saw without one. */
  readonly shown: string[];
  /** What an order did, or counted as, without its own entry. */
  readonly orders: string[];
}

export interface NoRecord {
  readonly stage: TestStage;
  readonly sink: Sink;
  readonly unrecorded: Unrecorded;
  /** One of the ways to ask, as one of the people; resolves to all that they saw of it. */
  act(): Promise<readonly string[]>;
  /** Each of them once, while the log is well: so many requests reached the HR system, and nobody was told sorry. */
  whole(): Promise<{ readonly calls: number; readonly sorry: number }>;
  end(): Promise<void>;
}

type Act = (who: Somebody) => Promise<readonly string[]>;

export const openNoRecord = async (on: PlatformName): Promise<NoRecord> => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-no-record-'));
  const crowd = makeCrowd({ count: 60 }).map((one, n) => (n === 0 ? { ...one, groups: ['operators'] } : one));
  const files = writeCrowd(folder, crowd);
  const sink = createSink();
  const stage = await openStage({
    folder,
    peopleFile: files.directory,
    hrDataFile: files.hrData,
    unsafeAudit: sink.through,
  });
  const talk = stage.talks[on];
  const { world } = stage.running;
  const unrecorded: Unrecorded = { calls: [], shown: [], orders: [] };

  let durable: readonly AuditEntry[] = [];
  let calls = 0;
  stage.onTrail(() => {
    durable = [...durable, ...stage.trail.slice(-1).map(({ entry }) => entry)];
  });
  const answers = (): boolean => durable.some((entry) => entry.kind === 'decision' && entry.verdict === 'answer');
  const decided = (): boolean => durable.some((entry) => entry.kind === 'decision');
  stage.backend.onRequest(({ operation }) => {
    calls += 1;
    if (!answers()) unrecorded.calls.push(operation);
  });
  /** Nothing is on its way any more. */
  const settled = (): Promise<void> =>
    until(async () => {
      const { waiting, claimed } = await world.store.inbox.backlog();
      return waiting + claimed === 0;
    });
  /** What stands there by now that did not before: also what a message was filled with. */
  const after = async (who: SamplePerson, does: () => Promise<unknown>): Promise<readonly string[]> => {
    const before = new Set(talk.messages(who).map(({ channel, id, text }) => `${channel} ${id} ${text}`));
    await does();
    await settled();
    const all = talk.messages(who).filter(({ from }) => from === 'sotto');
    return all.flatMap(({ channel, id, text }) => (before.has(`${channel} ${id} ${text}`) ? [] : [text]));
  };
  const says =
    (text: string): Act =>
    (who) =>
      after(who, () => talk.say({ person: who, place: 'direct', text }));
  const payslip: Act = async (who) => {
    const told = await says('show me my last payslip')(who);
    const message = talk.messages(who).findLast(({ from }) => from === 'sotto');
    if (message === undefined || message.buttons.length === 0) return told;
    const view = await pressView(talk, { person: who, message });
    return view === null ? told : [...told, view.text];
  };
  const home: Act = async (who) => {
    if (talk.home === undefined) return says('what do you hold about me')(who);
    const published = (): number => stage.slack.requests().filter(({ method }) => method === 'views.publish').length;
    const before = published();
    await talk.home.open(who);
    await until(() => published() > before);
    return (talk.home.read(who)?.sections ?? []).map(({ text }) => text);
  };
  const form: Act = async (who) => {
    if (talk.aside === undefined) throw new Error('both platforms have a form to ask by');
    talk.closeView(who);
    return after(who, async () => {
      await talk.aside?.shortcut({ person: who, message: null });
      await until(() => (talk.view(who)?.form ?? talk.view(who)?.text ?? EN.viewMoment) !== EN.viewMoment);
      const { id = '', form: asked } = talk.view(who) ?? {};
      const name = asked?.fields[0]?.name;
      if (name !== undefined)
        await talk.submit({ person: who, id, values: { [name]: ['how many days of leave have I left?'] } });
    });
  };
  const order: Act = async () => {
    const operator = crowd[0] as Somebody;
    const placed = await placeOrder(world, { kind: 'hold', on: 'topic', what: 'it' }).catch(() => null);
    if (placed === null || !placed.ok) return [];
    const told = await says(placed.code)(operator);
    const noted = (kind: 'order' | 'deed', change?: string): boolean =>
      durable.some(
        (entry) =>
          entry.kind === kind && entry.order === placed.id && (entry.kind !== 'order' || entry.change === change),
      );
    const kept = await world.store.orders.find({ id: placed.id, now: world.clock.now() });
    if ((kept?.state === 'confirmed' || kept?.state === 'done') && !noted('order', 'confirmed'))
      unrecorded.orders.push('confirmed');
    const { holds } = await world.store.standing.current();
    if (holds.some(({ id }) => id === placed.id)) {
      if (!noted('deed')) unrecorded.orders.push('held');
      await world.store.standing.liftHold({ id: placed.id });
    }
    return told;
  };
  const acts: readonly Act[] = [
    says('how many days of leave have I left?'),
    says('how many sick days did I have?'),
    payslip,
    home,
    form,
    says('how many days of leave have I left?'),
    says('what does everybody earn?'),
    order,
  ];
  let turn = 0;
  const act = async (which = turn): Promise<readonly string[]> => {
    turn += 1;
    const who = crowd[1 + (turn % (crowd.length - 1))] as Somebody;
    const does = acts[which % acts.length] as Act;
    if (does === payslip) await stage.signIn(who.id, 1);
    durable = [];
    const told = await does(who);
    const bare = told.filter((text) => !HARMLESS.has(text));
    if (bare.length > 0 && !decided()) unrecorded.shown.push(...bare);
    return told;
  };
  return {
    stage,
    sink,
    unrecorded,
    act: () => act(),
    whole: async () => {
      const before = calls;
      let sorry = 0;
      for (const which of acts.keys()) sorry += (await act(which)).filter((text) => text === EN.apology).length;
      return { calls: calls - before, sorry };
    },
    end: async () => {
      await stage.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Numbers that look random and are the same in every run. */
export const chance = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};
