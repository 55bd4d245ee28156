/** A playground for the page's own tests: it says and does what the real one would, by a few patterns, at once. */
import type {
  ChatApi,
  ChatButton,
  ChatChange,
  ChatMessage,
  ChatPerson,
  ChatPlace,
  Why,
} from '../../../playground/chat-page/api.ts';

const someone = (
  id: string,
  name: string,
  kind: ChatPerson['kind'],
  en: string,
  de: string,
  locale: ChatPerson['locale'] = 'en',
): ChatPerson => ({ id, name, kind, locale, role: { en, de } });

export const FAKE_PEOPLE: readonly ChatPerson[] = [
  someone('erin', 'Erin Vogel', 'employee', 'Employee in Germany', 'Angestellte in Deutschland', 'de'),
  someone('evan', 'Evan Brooks', 'employee', 'Employee in the US', 'Angestellter in den USA'),
  someone('mona', 'Mona Reyes', 'employee', 'Manager of Erin', 'Erins Chefin'),
  someone('hugo', 'Hugo Lindt', 'employee', 'Human resources', 'Personalabteilung'),
  someone('hana', 'Hana Sato', 'employee', 'Human resources', 'Personalabteilung'),
  someone('pia', 'Pia Romano', 'employee', 'Payroll', 'Lohnbuchhaltung'),
  someone('carl', 'Carl Meyer', 'contractor', 'Contractor', 'Freier Mitarbeiter'),
  someone('gus', 'Gus Ode', 'guest', 'Guest', 'Gast'),
  someone('xena', 'Xena Park', 'external', 'From another company', 'Aus einer anderen Firma'),
];

/** What a test may look at or set off. */
export interface FakeChat extends ChatApi {
  /** Posts as Sotto. */
  answer(o: {
    readonly person: string;
    readonly place?: ChatPlace;
    readonly text: string;
    readonly lasts?: number;
  }): string;
  /** What becomes known of a message a moment after it was posted: when it leaves. */
  settle(o: { readonly person: string; readonly id: string; readonly leavesAt: number }): void;
  /** Makes the next calls reject. */
  breakDown(on: boolean): void;
  readonly listeners: () => number;
  stop(): void;
}

interface Talk {
  readonly messages: ChatMessage[];
}

/** @param options.lasts how long a confidential answer stays, ms */
export const createFakeChat = ({ lasts = 60_000, thinks = 60 }: { lasts?: number; thinks?: number } = {}): FakeChat => {
  const talks = new Map<string, Talk>();
  const signIns = new Map<string, number>();
  const listeners = new Set<(change: ChatChange) => void>();
  const timers = new Set<NodeJS.Timeout>();
  let restricted = false;
  let broken = false;
  let count = 0;
  let audit = 11;

  const talk = (person: string, place: ChatPlace): Talk => {
    const key = `${person}/${place}`;
    const found = talks.get(key) ?? { messages: [] };
    talks.set(key, found);
    return found;
  };
  const changed = (person: string | null): void => {
    for (const listener of listeners) listener({ person });
  };
  const later = (ms: number, act: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };
  const works = (): void => {
    if (broken) throw new Error('broken down');
  };

  const post = (o: {
    person: string;
    place: ChatPlace;
    from?: 'person' | 'sotto';
    text: string;
    note?: string;
    buttons?: readonly ChatButton[];
    lasts?: number;
    ephemeral?: boolean;
    why?: Why;
  }): string => {
    count += 1;
    const at = Date.now();
    const id = `m${count}`;
    const { messages } = talk(o.person, o.place);
    messages.push({
      id,
      from: o.from ?? 'sotto',
      text: o.text,
      note: o.note ?? null,
      buttons: o.buttons ?? [],
      at,
      leavesAt: o.lasts === undefined ? null : at + o.lasts,
      ephemeral: o.ephemeral ?? false,
      why: o.why ?? null,
    });
    if (o.lasts !== undefined) later(o.lasts, () => remove(messages, id, o.person));
    changed(o.person);
    return id;
  };
  const remove = (messages: ChatMessage[], id: string, person: string): void => {
    messages.splice(
      messages.findIndex((message) => message.id === id),
      1,
    );
    changed(person);
  };
  const why = (o: Partial<Why>): Why => {
    audit += 1;
    const plain = { verdict: 'answer', intent: null, topics: [], about: 'self', reasons: [] } as const;
    const rest = { show: null, expiresSeconds: null, auditIndex: audit, policy: '7c1e94d0a2b5+0' } as const;
    return { ...plain, ...rest, ...o };
  };

  const reply = (person: ChatPerson, asked: ChatPlace, text: string): void => {
    const de = person.locale === 'de';
    const place: ChatPlace = 'direct';
    if (asked !== 'direct') {
      const whisper = de ? 'Ich habe dir privat geschrieben.' : 'I have written to you in private.';
      post({ person: person.id, place: asked, text: whisper, ephemeral: true });
    }
    const say = (o: Omit<Parameters<typeof post>[0], 'person' | 'place'>) => post({ person: person.id, place, ...o });
    if (/guest|external/.test(person.kind)) {
      say({
        text: 'This is restricted here. I can only answer questions of the people who work at this company.',
        why: why({ verdict: 'refuse', about: null, reasons: [`kind-${person.kind}`] }),
      });
    } else if (/earn|verdien|money-wise/i.test(text) || (restricted && /pay|gehalt/i.test(text))) {
      say({
        text: de
          ? 'Das ist eingeschränkt: Zum Thema Gehalt darf ich das nicht beantworten. Bitte wende dich an die Lohnbuchhaltung (payroll@example.com).'
          : 'This is restricted: I may not answer this about salary. Please ask the payroll desk (payroll@example.com).',
        why: why({
          verdict: 'refuse',
          intent: 'salary.someone',
          topics: ['salary'],
          about: 'other',
          reasons: [restricted ? 'restriction-salary' : 'not-permitted'],
        }),
      });
    } else if (/payslip|gehaltsabrechnung/i.test(text)) payslip(person, say);
    else if (/leave|urlaub/i.test(text)) {
      say({
        text: de ? 'Du hast noch 11,5 Urlaubstage in diesem Jahr.' : 'You have 14 days of leave left this year.',
        note: de
          ? 'Vertraulich: Ich entferne diese Antwort 60 Minuten nach dem Anzeigen. Deine Frage und was die Plattform selbst aufbewahrt, kann ich nicht entfernen.'
          : 'Confidential: I remove this answer 60 minutes after showing it. Your question, and what the platform itself keeps, I cannot remove.',
        lasts,
        why: why({
          intent: 'leave.balance',
          topics: ['leave'],
          reasons: ['own-leave'],
          show: 'message',
          expiresSeconds: Math.round(lasts / 1000),
        }),
      });
    } else if (/payday|zahltag/i.test(text)) {
      say({
        text: de ? 'Gehälter kommen am 25. jedes Monats.' : 'Salaries are paid on the 25th of each month.',
        why: why({
          intent: 'salary.payday',
          topics: ['salary'],
          about: null,
          reasons: ['payday-anyone'],
          show: 'message',
        }),
      });
    } else {
      say({
        text: de ? 'Das habe ich nicht verstanden.' : 'I did not understand that. Did you mean one of these?',
        buttons: [
          {
            action: 'choose',
            label: de ? 'Dein Resturlaub' : 'Your leave balance',
            value: `sealed:leave:${person.id}`,
          },
          {
            action: 'choose',
            label: de ? 'Wann Gehälter gezahlt werden' : 'When salaries are paid',
            value: `sealed:payday:${person.id}`,
          },
        ],
        why: why({ verdict: 'unknown', about: null, reasons: ['not-recognised'] }),
      });
    }
  };

  const payslip = (person: ChatPerson, say: (o: Omit<Parameters<typeof post>[0], 'person' | 'place'>) => string) => {
    const own = { intent: 'salary.payslip', topics: ['salary'] };
    if (!signIns.has(person.id)) {
      say({
        text: 'To answer this (your last payslip) I need a strong sign-in from the last 15 minutes. Please sign in and ask again.',
        why: why({ ...own, verdict: 'step-up', reasons: ['own-pay'] }),
      });
      return;
    }
    const reasons = { ...own, reasons: ['own-pay'], show: 'hold-reveal', expiresSeconds: lasts / 1000 } as const;
    const id = say({ text: 'One moment. I am about to show a confidential answer here.', lasts, why: why(reasons) });
    later(120, () => {
      const { messages } = talk(person.id, 'direct');
      const at = messages.findIndex((message) => message.id === id);
      const held = messages[at];
      if (held === undefined) return;
      messages[at] = { ...held, text: 'October: gross 5,120.00 USD, net 3,689.40 USD.' };
      changed(person.id);
    });
  };

  return {
    people: () => FAKE_PEOPLE,
    state: async ({ person, place }) => {
      works();
      const since = signIns.get(person);
      return {
        messages: [...talk(person, place).messages],
        signedIn: since === undefined ? null : Math.floor((Date.now() - since) / 60_000),
        restricted,
      };
    },
    say: async ({ person, place, text }) => {
      works();
      post({ person, place, from: 'person', text });
      const who = FAKE_PEOPLE.find(({ id }) => id === person);
      if (who !== undefined) later(thinks, () => reply(who, place, text));
    },
    press: async ({ person, messageId, action, value }) => {
      works();
      const message = talk(person, 'direct').messages.find(({ id }) => id === messageId);
      if (!message?.buttons.some((button) => button.action === action && button.value === value)) return 'unknown';
      const who = FAKE_PEOPLE.find(({ id }) => id === person);
      if (who !== undefined) later(thinks, () => reply(who, 'direct', value));
      return 'pressed';
    },
    signIn: async ({ person, on }) => {
      works();
      if (on) signIns.set(person, Date.now());
      else signIns.delete(person);
      changed(person);
    },
    restrict: async ({ on }) => {
      works();
      restricted = on;
      changed(null);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    answer: ({ person, place = 'direct', text, lasts: own }) =>
      post({ person, place, text, ...(own === undefined ? {} : { lasts: own }) }),
    settle: ({ person, id, leavesAt }) => {
      const { messages } = talk(person, 'direct');
      const at = messages.findIndex((message) => message.id === id);
      const found = messages[at];
      if (found !== undefined) messages[at] = { ...found, leavesAt };
      changed(person);
    },
    breakDown: (on) => {
      broken = on;
    },
    listeners: () => listeners.size,
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
