/** HR's talk as tests hold it: who is who, what they write and press in their private chats, and what they then see there. */

import type { Clock } from '../../src/core/ports.ts';
import type { Account, Card, Form, Person, Press, Question } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import { until } from './until.ts';
import { createTestWorld, EVAN, MONA, pressOf, question, type SeenMessage, type TestWorld } from './world.ts';

const hrPerson = (id: string, name: string): Person => ({
  ...EVAN,
  id,
  name,
  manager: null,
  country: 'DE',
  groups: ['employee', 'hr'],
});

export const HUGO = hrPerson('hugo', 'Hugo Brandt');
export const HANA = hrPerson('hana', 'Hana Sato');
export const OTTO: Person = { ...EVAN, id: 'otto', name: 'Otto Wied', groups: ['employee', 'operators'] };

export const accountFor = (person: string): Account => ({
  platform: 'slack',
  tenant: 'T1',
  user: `U${person.toUpperCase()}`,
  external: false,
});

export const channelOf = (person: string): string => (person === 'evan' ? 'D0EVAN' : `D-U${person.toUpperCase()}`);

/** What a view showed in the end. */
export interface InView {
  readonly form: Form | null;
  readonly card: Card | null;
}

export interface HrStage {
  readonly t: TestWorld;
  readonly work: Work;
  /** By id; a test may change who they are. */
  readonly people: Map<string, Person>;
  /** Everything in somebody's private chat, the oldest first. */
  chat(person: string): readonly SeenMessage[];
  /** The newest text there. */
  read(person: string): string;
  /** Writes, and returns the answer. */
  say(person: string, text: string): Promise<Card>;
  /** Presses the newest button of this label in their chat (it may go on after a colon), and returns the answer. */
  press(person: string, label: string, o?: { readonly as?: string; readonly id?: string }): Promise<Card>;
  /** Presses one that asks in a form. */
  open(person: string, label: string, o?: { readonly as?: string }): Promise<InView>;
  /** Sends the form as it stands, with these values. */
  send(
    person: string,
    form: Form | null,
    values: Readonly<Record<string, readonly string[]>>,
    o?: { readonly id?: string },
  ): Promise<InView>;
  /** Waits until what was drafted has been shown with its buttons. */
  previewed(person: string): Promise<Card>;
  /** Makes a restriction's draft from the list to the preview. */
  draft(person: string, values: Readonly<Record<string, readonly string[]>>): Promise<Card>;
  close(): Promise<void>;
}

export const PAY_FREEZE: Readonly<Record<string, readonly string[]>> = {
  title: ['Pay freeze'],
  topics: ['salary'],
  except: ['payroll'],
  why: ['The works council asked for it.'],
};

/** What a form would send that nobody has touched. */
const standing = (form: Form): Record<string, readonly string[]> =>
  Object.fromEntries(
    form.fields.map((field) => {
      if (field.kind === 'many') return [field.name, field.values];
      return [field.name, field.value === null || field.value === '' ? [] : [field.value]];
    }),
  );

export const createHrStage = (o: { readonly clock?: Clock } = {}): HrStage => {
  const t = createTestWorld(o.clock === undefined ? {} : { clock: o.clock });
  const people = new Map<string, Person>([HUGO, HANA, OTTO, EVAN, MONA].map((person) => [person.id, person]));
  const byUser = (user: string): Person | undefined =>
    [...people.values()].find(({ id }) => accountFor(id).user === user);
  t.script.find = async ({ user }) => {
    const person = byUser(user);
    return person === undefined ? { ok: false, why: 'unknown' } : { ok: true, person };
  };
  t.script.members = async () =>
    [...people.values()].map(({ id, kind, groups, country }) => ({ id, kind, groups, country }));
  t.script.accounts = async (id) => (people.has(id) ? [accountFor(id)] : []);
  t.script.colleague = async (id) => people.get(id) ?? null;
  Object.assign(t.world, {
    policyCaughtUp: async () => {
      const { version } = await t.store.restrictions.current();
      Object.assign(t.world.policy, { restrictionsVersion: version });
    },
  });
  const work = createWork(t.world);
  let sent = 0;

  const chat = (person: string): readonly SeenMessage[] =>
    t.messages.filter(({ ref }) => ref.channel === channelOf(person));
  const place = (person: string) => ({
    account: accountFor(person),
    place: { kind: 'direct' as const, channel: channelOf(person), thread: null },
    conversation: `slack:T1:${channelOf(person)}`,
  });
  /** What the answer to one thing is, whatever else is posted meanwhile. */
  const through = async (person: string, inbound: Question | Press): Promise<Card> => {
    const shown = () => t.entries.find((entry) => entry.kind === 'disclosure' && entry.question === inbound.id);
    const { claimed } = await t.store.inbox.backlog();
    await work.accept(inbound);
    await until(() => shown() !== undefined);
    const entry = shown();
    const card = chat(person).find(({ ref }) => entry?.kind === 'disclosure' && ref.id === entry.message)?.card;
    if (card === undefined) throw new Error('nothing was answered there');
    // The conversation is free for what comes next.
    await until(async () => (await t.store.inbox.backlog()).claimed <= claimed);
    return card;
  };
  const buttonOf = (person: string, label: string) => {
    for (const { card, ref } of chat(person).toReversed()) {
      const button = card.buttons.find((each) => each.label === label || each.label.startsWith(`${label}: `));
      if (button !== undefined) return { button, ref };
    }
    throw new Error(`${person} sees no button "${label}": ${chat(person).at(-1)?.card.text ?? 'nothing'}`);
  };
  const pressed = (person: string, label: string, as: string) => {
    const { button, ref } = buttonOf(person, label);
    return { ...pressOf(button, ref), ...place(as) };
  };
  const inView = async (go: (view: ReturnType<TestWorld['openView']>) => Promise<void>): Promise<InView> => {
    const view = t.openView();
    await go(view);
    const { form = null, card = null } = t.views.at(-1) ?? {};
    return { form, card };
  };
  const stage: HrStage = {
    t,
    work,
    people,
    chat,
    read: (person) => chat(person).at(-1)?.card.text ?? '',
    say: (person, text) => through(person, question({ ...place(person), text })),
    press: (person, label, { as = person, id } = {}) => {
      const press = pressed(person, label, as);
      return through(as, id === undefined ? press : { ...press, id });
    },
    open: (person, label, { as = person } = {}) => {
      const press = pressed(person, label, as);
      return inView((view) => work.open(press, view));
    },
    send: (person, form, values, { id } = {}) => {
      if (form === null) throw new Error('there is no form');
      sent += 1;
      const { text: _text, ...arrived } = question(place(person));
      return inView((view) =>
        work.submit(
          {
            ...arrived,
            kind: 'submit',
            id: id ?? `submit-${sent}`,
            state: form.state,
            values: { ...standing(form), ...values },
          },
          view,
        ),
      );
    },
    previewed: async (person) => {
      const ready = (): Card | undefined => {
        const card = chat(person).at(-1)?.card;
        return card !== undefined && card.buttons.length > 0 && /It is kept until|Es bleibt bis/.test(card.text)
          ? card
          : undefined;
      };
      await until(() => ready() !== undefined);
      return ready() as Card;
    },
    draft: async (person, values) => {
      await stage.say(person, 'restrictions');
      const { form } = await stage.open(person, 'New');
      const sentForm = await stage.send(person, form, values);
      if (sentForm.form !== null) throw new Error(sentForm.form.findings.join(' '));
      return stage.previewed(person);
    },
    close: async () => {
      await work.stop({ graceMs: 0 });
      await t.close();
    },
  };
  return stage;
};
