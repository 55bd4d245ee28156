/**
 * A world for tests of the core: the real store and sealer, everything else played, and every call noted in order.
 * The players are as strict as the real ones: a message can be updated only while it stands, a key finds its message.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMetrics } from '../../src/adapters/metrics/metrics.ts';
import { nameCipher } from '../../src/adapters/sealer/names.ts';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/system.ts';
import type { AuditEntry } from '../../src/core/audit.ts';
import { createBackground } from '../../src/core/background.ts';
import { guarded } from '../../src/core/data.ts';
import { SottoError } from '../../src/core/errors.ts';
import type {
  Aside,
  Backend,
  BackendRecord,
  Changed,
  Clock,
  Expiries,
  Fetched,
  Inbox,
  OpenedView,
  Operation,
  Platform,
  Posted,
  Screen,
  Secret,
  Store,
} from '../../src/core/ports.ts';
import { createSealedNames } from '../../src/core/sealed-names.ts';
import { NOTHING_STANDS, type StandingView } from '../../src/core/standing.ts';
import {
  type Account,
  type Button,
  type Card,
  type Catalogue,
  type Decision,
  type Form,
  type Intent,
  type Locale,
  type MessageRef,
  type Person,
  type PolicyRequest,
  type Press,
  type Question,
  type Recognition,
  VIEW_CHANNEL,
} from '../../src/core/types.ts';
import type { World } from '../../src/core/world.ts';
import { OPEN_PINNING } from './pinning.ts';
import { playedRestricting, type RestrictingScript, restrictingScript } from './played-restricting.ts';

export const EVAN: Person = {
  id: 'evan',
  name: 'Evan Brooks',
  manager: 'hugo',
  kind: 'employee',
  groups: ['employee'],
  country: 'US',
  locale: 'en',
  fresh: true,
};
export const MONA: Person = {
  ...EVAN,
  id: 'mona',
  name: 'Mona Keller',
  manager: null,
  groups: ['employee', 'manager'],
};
export const GUS: Person = { ...EVAN, id: 'gus', name: 'Gus Lind', kind: 'guest', groups: [] };

export const both = <T>(value: T): { readonly en: T; readonly de: T } => ({ en: value, de: value });

export const intentOf = (o: Partial<Intent> & { readonly id: string }): Intent => ({
  topic: o.id.split('.')[0] ?? '',
  title: both(`title of ${o.id}`),
  about: 'person',
  operation: o.id,
  say: both('You have {days} days.'),
  sayOf: both('{name} has {days} days.'),
  each: null,
  none: null,
  examples: both([]),
  ...o,
});

const INTENTS: readonly Intent[] = [
  intentOf({ id: 'leave.balance' }),
  intentOf({ id: 'salary.payslip', say: both('Net {net}.'), sayOf: null }),
  intentOf({ id: 'leave.policy', about: 'nobody', operation: null, say: both('Ask your manager first.'), sayOf: null }),
];

const catalogue: Catalogue = {
  hash: 'test',
  topics: new Map(
    ['leave', 'salary'].map((id) => [
      id,
      {
        id,
        title: both(`Topic ${id}`),
        contact: both(`the ${id} desk`),
        dataClasses: [id],
        mostPerMinute: 100_000,
        guard: both([]),
      },
    ]),
  ),
  intents: new Map(INTENTS.map((intent) => [intent.id, intent])),
  background: both([]),
};

export const PERMIT: Decision = {
  effect: 'permit',
  rules: ['a-permit'],
  obligations: { show: 'message', expiresSeconds: null, moreTime: 0, redact: [] },
};
export const HOLD: Decision = {
  effect: 'permit',
  rules: ['a-permit'],
  obligations: { show: 'hold-reveal', expiresSeconds: 120, moreTime: 0, redact: [] },
};
export const IN_VIEW: Decision = {
  effect: 'permit',
  rules: ['a-permit'],
  obligations: { show: 'view', expiresSeconds: 120, moreTime: 0, redact: [] },
};
export const REFUSE: Decision = {
  effect: 'refuse',
  why: 'forbidden',
  rules: ['a-forbid'],
  helps: null,
  words: {},
  contact: {},
  rights: {},
};

export interface SeenMessage {
  readonly ref: MessageRef;
  readonly key: string;
  card: Card;
}

/** A view that was opened for a press. `card`: what it shows now; null: nothing yet. */
export interface SeenView {
  readonly ref: MessageRef;
  card: Card | null;
  /** What is asked there instead. */
  form: Form | null;
  /** False once it was closed. */
  open: boolean;
}

/** What a test may set before it acts. */
export interface Script {
  recognition: Recognition;
  decide: (request: PolicyRequest) => Decision;
  operation: (name: string) => Operation;
  fetch: () => Fetched | Promise<Fetched>;
  write: NonNullable<Backend['write']>;
  find: World['directory']['find'];
  post: (card: Card) => Posted | null;
  aside: (card: Card) => Aside | null;
  update: (ref: MessageRef, card: Card) => Changed | null;
  remove: (ref: MessageRef) => Changed | null;
  /** Of a view; whatever it says, the view is filled where it is open. */
  reveal: (card: Card) => Changed | null | Promise<Changed | null>;
  ask: (form: Form) => Changed | null;
  auditFails: (entry: AuditEntry) => boolean;
  looksUp: boolean;
  /** In which language the platform shows somebody. */
  locale: Locale | null;
  standing: StandingView;
  closed: boolean;
  /** What must not leave, as the screen finds it. */
  screen: Screen['find'];
  members: World['directory']['members'];
  accounts: World['directory']['accounts'];
  colleague: World['directory']['colleague'];
  restricting: RestrictingScript;
}

export interface TestWorld {
  readonly world: World;
  readonly script: Script;
  /** Every call to a player, in order: `directory.find`, `audit decision`, `backend leave.balance`, `post` … */
  readonly calls: string[];
  readonly entries: AuditEntry[];
  readonly messages: SeenMessage[];
  /** What only the asker sees, and nobody can take away. */
  readonly asides: { readonly channel: string; readonly thread: string | null; readonly card: Card }[];
  readonly views: SeenView[];
  /** What the platform hands over for a press that opens a view; `false`: it is one that cannot be blanked later. */
  openView(o?: { readonly blankable?: boolean }): OpenedView;
  readonly store: Store;
  /** Gives the data key its next state. */
  rotate(dataKey: Secret): void;
  close(): Promise<void>;
}

export const recordOf = (
  subject: string | null,
  fields: BackendRecord['fields'] = { days: { type: 'number', value: 12 } },
): BackendRecord => ({
  subject,
  fields,
});

export const recognised = (intent: string | null, topics: readonly string[] = []): Recognition => ({
  intent,
  best: intent,
  confidence: intent === null ? 0.1 : 0.9,
  topics,
  ranking: ['leave.balance', 'leave.policy'],
  also: [],
});

export const createTestWorld = (
  o: {
    readonly clock?: Clock;
    readonly folder?: string;
    /** What becomes of what the script fetched. */
    readonly fetched?: (fetched: Fetched, asked: Parameters<Backend['fetch']>[0]) => Fetched;
  } = {},
): TestWorld => {
  const folder = o.folder ?? mkdtempSync(join(tmpdir(), 'sotto-core-'));
  const clock = o.clock ?? systemClock();
  const calls: string[] = [];
  const entries: AuditEntry[] = [];
  const messages: SeenMessage[] = [];
  const views: SeenView[] = [];
  const asides: TestWorld['asides'][number][] = [];
  const store = createSqliteStore({ path: join(folder, 'sotto.db') });
  const script: Script = {
    recognition: recognised('leave.balance'),
    decide: () => PERMIT,
    operation: (name) => ({ name, dataClass: name.split('.')[0] ?? '', list: false, bySubject: true }),
    fetch: () => ({ ok: true, records: [recordOf('evan')] }),
    write: async () => ({ ok: false, code: 'unreachable' }),
    find: async () => ({ ok: true, person: EVAN }),
    post: () => null,
    aside: () => null,
    update: () => null,
    remove: () => null,
    reveal: () => null,
    ask: () => null,
    auditFails: () => false,
    looksUp: true,
    locale: null,
    standing: NOTHING_STANDS,
    closed: false,
    screen: () => [],
    members: async () => [],
    accounts: async (id) => (id === 'evan' ? [{ platform: 'slack', tenant: 'T1', user: 'UEVAN' }] : []),
    colleague: async (id) => [EVAN, MONA].find((person) => person.id === id) ?? null,
    restricting: restrictingScript(),
  };
  let posted = 0;
  const fill = (ref: MessageRef, card: Card): Changed => {
    const view = views.find((each) => each.ref.id === ref.id);
    if (view?.open !== true) return { ok: false, fault: 'gone', code: 'not_found' };
    view.card = card;
    return { ok: true };
  };
  const platform: Platform = {
    name: 'slack',
    looksUp: () => script.looksUp,
    post: async ({ to, card, key }) => {
      calls.push(`post ${card.text.slice(0, 24)}`);
      const scripted = script.post(card);
      if (scripted?.ok === false && scripted.fault !== 'lost') return scripted;
      posted += 1;
      const ref: MessageRef = {
        platform: 'slack',
        tenant: to.tenant,
        channel: to.channel ?? (to.user === 'UEVAN' ? 'D0EVAN' : `D-${to.user}`),
        id: `${posted}.0`,
      };
      messages.push({ ref, key, card });
      return scripted ?? { ok: true, ref };
    },
    find: async ({ key }) => {
      calls.push('find');
      const seen = messages.find((message) => message.key === key);
      return seen === undefined ? { ok: false, fault: 'gone', code: 'not-found' } : { ok: true, ref: seen.ref };
    },
    update: async ({ ref, card }) => {
      calls.push('update');
      const scripted = script.update(ref, card);
      if (scripted !== null) return scripted;
      if (ref.channel === VIEW_CHANNEL) return fill(ref, card);
      const seen = messages.find((message) => message.ref.id === ref.id);
      if (seen === undefined) return { ok: false, fault: 'gone', code: 'message_not_found' };
      seen.card = card;
      return { ok: true };
    },
    remove: async ({ ref }) => {
      calls.push('remove');
      const scripted = script.remove(ref);
      if (scripted !== null) return scripted;
      if (ref.channel === VIEW_CHANNEL) return fill(ref, { text: 'blanked', note: null, buttons: [], fallback: null });
      const at = messages.findIndex((message) => message.ref.id === ref.id);
      if (at < 0) return { ok: false, fault: 'gone', code: 'message_not_found' };
      messages.splice(at, 1);
      return { ok: true };
    },
    whisper: async () => {
      calls.push('whisper');
    },
    aside: async ({ channel, thread, card }) => {
      calls.push(`aside ${card.text.slice(0, 24)}`);
      const scripted = script.aside(card);
      if (scripted?.ok === false && scripted.fault !== 'lost') return scripted;
      asides.push({ channel, thread, card });
      return scripted ?? { ok: true, message: `${asides.length}.5` };
    },
    locale: async () => script.locale,
    respond: async () => {
      calls.push('respond');
    },
  };
  const noting = (inbox: Inbox): Inbox => ({
    ...inbox,
    commit: (commit) => {
      calls.push('commit');
      return inbox.commit(commit);
    },
    hold: (hold) => {
      calls.push('hold');
      return inbox.hold(hold);
    },
    park: (park) => {
      calls.push('park');
      return inbox.park(park);
    },
    bury: (bury) => {
      calls.push('bury');
      return inbox.bury(bury);
    },
    settle: (settle) => {
      calls.push(`settle ${settle.end}`);
      return inbox.settle(settle);
    },
  });
  const notingExpiries = (expiries: Expiries): Expiries => ({
    ...expiries,
    schedule: (removal) => {
      calls.push('schedule');
      return expiries.schedule(removal);
    },
    sooner: (removal) => {
      calls.push('sooner');
      return expiries.sooner(removal);
    },
    later: (removal) => {
      calls.push('later');
      return expiries.later(removal);
    },
  });
  const sealer = createSealer({ dataKey: { current: DATA_KEY, accepted: [DATA_KEY] } });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const metrics = createMetrics();
  const names = createSealedNames({ store, sealer, cipher: nameCipher, clock, log, metrics });
  const background = createBackground({ clock, log });
  const directory: World['directory'] = {
    find: (account) => {
      calls.push('directory.find');
      return script.find(account);
    },
    mentions: async () => [],
    members: () => script.members(),
    colleague: (id) => script.colleague(id),
    reports: async () => [],
    accounts: (id) => script.accounts(id),
    signInOf: async ({ subject }) =>
      (await script.colleague(subject)) === null ? { ok: false, why: 'unknown' } : { ok: true, person: subject },
  };
  const policy: World['policy'] = {
    decide: (request) => {
      calls.push(`decide ${request.action}`);
      return script.decide(request);
    },
    version: 'v1',
    restrictionsVersion: 0,
  };
  const world: World = {
    catalogue,
    recogniser: {
      recognise: () => {
        calls.push('recognise');
        return script.recognition;
      },
      knows: () => true,
    },
    directory,
    policy,
    backend: guarded({
      policy,
      directory,
      screen: { find: (asked) => script.screen(asked) },
      backend: {
        operation: (name) => script.operation(name),
        fetch: async (asked) => {
          calls.push(`backend ${asked.operation}`);
          return (o.fetched ?? ((fetched) => fetched))(await script.fetch(), asked);
        },
        write: (asked) => {
          calls.push(`write ${asked.operation}`);
          return script.write(asked);
        },
      },
    }),
    store: { ...store, inbox: noting(store.inbox), expiries: notingExpiries(store.expiries) },
    audit: {
      append: async (entry) => {
        calls.push(`audit ${entry.kind}`);
        if (script.auditFails(entry)) throw new SottoError('audit-unavailable', 'The log is full.');
        entries.push(entry);
        return { origin: 'test', index: entries.length - 1 };
      },
    },
    sealer,
    names,
    groups: new Set(['employee', 'manager', 'payroll', 'hr', 'operators']),
    random: systemRandom(),
    clock,
    log,
    metrics,
    platforms: new Map([['slack', platform]]),
    policyCaughtUp: async () => undefined,
    standing: () => script.standing,
    signInOffered: true,
    operators: 'operators',
    hr: 'hr',
    closed: () => script.closed,
    pinning: OPEN_PINNING,
    securityContact: null,
    restricting: playedRestricting(script.restricting),
    background,
    conversationMs: 86_400_000,
    leaseMs: 60_000,
  };
  return {
    world,
    script,
    calls,
    entries,
    messages,
    asides,
    views,
    openView: ({ blankable = true } = {}) => {
      const ref: MessageRef = { platform: 'slack', tenant: 'T1', channel: VIEW_CHANNEL, id: `V${views.length + 1}` };
      const view: SeenView = { ref, card: null, form: null, open: true };
      views.push(view);
      return {
        ref: blankable ? ref : null,
        ask: async (form) => {
          calls.push(`ask ${form.title}`);
          const scripted = script.ask(form);
          if (scripted?.ok !== false) view.form = form;
          return scripted ?? { ok: true };
        },
        reveal: async (card) => {
          calls.push(`reveal ${card.text.slice(0, 24)}`);
          const scripted = await script.reveal(card);
          const filled = fill(ref, card);
          return scripted ?? filled;
        },
      };
    },
    store,
    rotate: sealer.rotate,
    close: async () => {
      await background.stop({ graceMs: 0 });
      await store.close();
      if (o.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
};

export const DATA_KEY = Buffer.alloc(32, 7).toString('base64');

const ACCOUNT: Account = { platform: 'slack', tenant: 'T1', user: 'UEVAN', external: false };

let asked = 0;

export const question = (o: Partial<Question> = {}): Question => {
  asked += 1;
  return {
    kind: 'question',
    id: `slack:T1:D0EVAN:${asked}`,
    account: ACCOUNT,
    place: { kind: 'direct', channel: 'D0EVAN', thread: null },
    conversation: 'slack:T1:D0EVAN',
    at: 1_000,
    text: 'how many days of leave have I left?',
    ...o,
  };
};

/** A press of this button, which stands in this message. */
export const pressOf = (
  button: Button | undefined,
  message: MessageRef | null,
  { account = ACCOUNT }: { readonly account?: Account } = {},
): Press => {
  const { text: _text, ...arrived } = question({ account });
  return {
    ...arrived,
    kind: 'press',
    action: button?.action ?? '',
    value: button?.value ?? '',
    respondTo: null,
    message,
  };
};
