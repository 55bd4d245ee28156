/** A playground for the page's own tests: it says and does what the real one would, by a few patterns, at once. */
import type {
  ChatApi,
  ChatButton,
  ChatChange,
  ChatHome,
  ChatMessage,
  ChatPerson,
  ChatPlace,
  ChatPlatform,
  ChatValues,
  ChatView,
  Why,
} from '../../../playground/chat-page/api.ts';
import { FAKE_PEOPLE } from './fake-people.ts';
import { fakeReply, fakeView } from './fake-replies.ts';

/** Somebody's place on a platform; Slack and a private chat unless named. */
interface Where {
  readonly person: string;
  readonly platform?: ChatPlatform;
  readonly place?: ChatPlace;
}

/** What a test may look at or set off. */
export interface FakeChat extends ChatApi {
  /** Posts as Sotto. */
  answer(o: Where & { readonly text: string; readonly lasts?: number; readonly why?: Partial<Why> }): string;
  /** What becomes known of a message a moment after it was posted: when it leaves. */
  settle(o: Where & { readonly id: string; readonly leavesAt: number }): void;
  /** Opens a window, changes or empties the one that is open, or (null) takes it away. */
  view(o: { readonly person: string; readonly platform: ChatPlatform; readonly view: ChatView | null }): void;
  /** What stands on the bot's own page from its next opening on. */
  home(o: { readonly person: string; readonly home: ChatHome }): void;
  /** What becomes of a form that is sent. */
  onSubmit(then: OnSubmit): void;
  /** Makes the next calls reject; with a platform, only what is said there fails. */
  breakDown(on: boolean, platform?: ChatPlatform): void;
  /** Of what was pressed and closed, as `platform action`. */
  readonly done: () => readonly string[];
  readonly listeners: () => number;
  stop(): void;
}

type OnSubmit = (o: {
  readonly person: string;
  readonly platform: ChatPlatform;
  readonly view: ChatView;
  readonly values: ChatValues;
}) => void | Promise<void>;

interface Post {
  readonly from?: 'person';
  readonly text: string;
  readonly note?: string;
  readonly buttons?: readonly ChatButton[];
  readonly lasts?: number;
  readonly ephemeral?: boolean;
  readonly why?: Why | null;
}

/** @param options.lasts how long a confidential answer stays, ms; `viewLasts` the same of a window */
export const createFakeChat = ({ lasts = 60_000, viewLasts = 60_000, thinks = 60 } = {}): FakeChat => {
  const talks = new Map<string, ChatMessage[]>();
  const views = new Map<string, ChatView>();
  const homes = new Map<string, { readonly shown: boolean; readonly home: ChatHome }>();
  const signIns = new Map<string, number>();
  const listeners = new Set<(change: ChatChange) => void>();
  const timers = new Set<NodeJS.Timeout>();
  const broken = new Set<ChatPlatform | 'all'>();
  const done: string[] = [];
  let onSubmit: OnSubmit | null = null;
  let restricted = false;
  let count = 0;
  let audit = 11;

  const talk = ({ person, platform = 'slack', place = 'direct' }: Where): ChatMessage[] => {
    const key = `${person}/${platform}/${place}`;
    const found = talks.get(key) ?? [];
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
  const works = (platform: ChatPlatform | null = null): void => {
    if (broken.has('all') || (platform !== null && broken.has(platform))) throw new Error('broken down');
  };
  const personOf = (id: string): ChatPerson => {
    const person = FAKE_PEOPLE.find((each) => each.id === id);
    if (person === undefined) throw new Error(`nobody is called ${id}`);
    return person;
  };
  const change = (where: Where, id: string, over: Partial<ChatMessage>): void => {
    const messages = talk(where);
    const at = messages.findIndex((message) => message.id === id);
    const found = messages[at];
    if (found !== undefined) messages[at] = { ...found, ...over };
    changed(where.person);
  };

  const post = (where: Where, o: Post): string => {
    count += 1;
    const at = Date.now();
    const id = `m${count}`;
    talk(where).push({
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
    if (o.lasts !== undefined) {
      later(o.lasts, () => {
        const messages = talk(where);
        messages.splice(
          messages.findIndex((message) => message.id === id),
          1,
        );
        changed(where.person);
      });
    }
    changed(where.person);
    return id;
  };
  const whyOf = (o: Partial<Why>): Why => {
    audit += 1;
    const plain = { verdict: 'answer', intent: null, topics: [], about: 'self', reasons: [] } as const;
    const rest = {
      show: null,
      expiresSeconds: null,
      auditIndex: audit,
      policy: '7c1e94d0a2b5+0',
      personKind: 'employee',
      groups: ['hr'],
      restrictions: 0,
    } as const;
    return { ...plain, ...rest, ...o };
  };

  const reply = (person: ChatPerson, platform: ChatPlatform, asked: ChatPlace, text: string): void => {
    const where = { person: person.id, platform };
    if (asked !== 'direct') {
      const whisper = person.locale === 'de' ? 'Ich habe dir privat geschrieben.' : 'I have written to you in private.';
      // Teams has no line that one person alone sees.
      post({ ...where, place: asked }, { text: whisper, ephemeral: platform === 'slack' });
    }
    const signedIn = signIns.has(person.id);
    const said = fakeReply({ person, text, signedIn, restricted, lastsSeconds: Math.round(lasts / 1_000) });
    const { leaves = false, placeholder, why, ...rest } = said;
    const shown = { ...rest, why: whyOf(why), ...(leaves ? { lasts } : {}) };
    if (placeholder === undefined) {
      post(where, shown);
      return;
    }
    const id = post(where, { ...shown, text: placeholder });
    later(2 * thinks, () => change(where, id, { text: said.text }));
  };

  const show = ({ person, platform, view }: Parameters<FakeChat['view']>[0]): void => {
    if (view === null) views.delete(`${person}/${platform}`);
    else views.set(`${person}/${platform}`, view);
    changed(person);
  };
  /** As the platforms do it: Slack's opens empty, is filled, and emptied again; Teams' comes filled and stays. */
  const open = (person: ChatPerson, platform: ChatPlatform): void => {
    count += 1;
    const who = { person: person.id, platform };
    const id = `v${count}`;
    const closes = platform === 'slack';
    const { title, text, note } = fakeView(person, closes);
    const standing = { id, title: closes ? 'Sotto' : title, form: null, leavesAt: null, blank: false };
    if (!closes) {
      later(thinks, () => show({ ...who, view: { ...standing, text, note } }));
      return;
    }
    show({ ...who, view: { ...standing, text: 'One moment.', note: null } });
    const whenOpen = (view: ChatView): void => {
      if (views.get(`${person.id}/${platform}`)?.id === id) show({ ...who, view });
    };
    later(2 * thinks, () => whenOpen({ ...standing, text, note, leavesAt: Date.now() + viewLasts }));
    const expired = 'This has expired, so it is no longer shown. Please ask me again.';
    later(2 * thinks + viewLasts, () => whenOpen({ ...standing, text: expired, note: null, blank: true }));
  };

  return {
    people: () => FAKE_PEOPLE,
    state: async ({ person, place }) => {
      works();
      const since = signIns.get(person);
      const pane = (platform: ChatPlatform) => ({
        messages: [...talk({ person, platform, place })],
        view: views.get(`${person}/${platform}`) ?? null,
        home: platform === 'slack' && homes.get(person)?.shown === true ? (homes.get(person)?.home ?? null) : null,
      });
      return {
        panes: { slack: pane('slack'), teams: pane('teams') },
        signedIn: since === undefined ? null : Math.floor((Date.now() - since) / 60_000),
        restricted,
      };
    },
    say: async ({ person, place, text, platforms }) => {
      works();
      const failed = platforms.filter((platform) => broken.has(platform));
      if (failed.length === platforms.length) throw new Error('broken down');
      for (const platform of platforms) {
        if (failed.includes(platform)) continue;
        post({ person, platform, place }, { from: 'person', text });
        later(thinks, () => reply(personOf(person), platform, place, text));
      }
      return { failed };
    },
    press: async ({ person, platform, messageId, action, value }) => {
      works(platform);
      const message = talk({ person, platform }).find(({ id }) => id === messageId);
      if (!message?.buttons.some((button) => button.action === action && button.value === value)) return 'unknown';
      done.push(`${platform} ${action}`);
      if (action === 'view') open(personOf(person), platform);
      else later(thinks, () => reply(personOf(person), platform, 'direct', value));
      return 'pressed';
    },
    askPrivately: async ({ platform }) => {
      works(platform);
      if (platform !== 'slack') return 'unknown';
      done.push(`${platform} ask privately`);
      return 'opened';
    },
    openHome: async ({ person, platform }) => {
      works(platform);
      if (platform !== 'slack') return 'unknown';
      done.push(`${platform} open home`);
      later(thinks, () => {
        const made = homes.get(person);
        if (made !== undefined) homes.set(person, { ...made, shown: true });
        changed(person);
      });
      return 'opened';
    },
    pressHome: async ({ person, platform, action, value }) => {
      works(platform);
      const standing = homes.get(person)?.home.sections.flatMap(({ buttons }) => buttons) ?? [];
      if (!standing.some((button) => button.action === action && button.value === value)) return 'unknown';
      done.push(`${platform} home ${action} ${value}`);
      if (action === 'view') open(personOf(person), platform);
      else later(thinks, () => reply(personOf(person), platform, 'direct', value));
      return 'pressed';
    },
    pressView: async ({ person, platform, id, action, value }) => {
      works(platform);
      const standing = views.get(`${person}/${platform}`);
      const buttons = standing?.id === id ? (standing.page?.sections.flatMap((each) => each.buttons) ?? []) : [];
      if (!buttons.some((button) => button.action === action && button.value === value)) return 'unknown';
      done.push(`${platform} view ${action} ${value}`);
      return 'pressed';
    },
    submit: async ({ person, platform, id, values }) => {
      works(platform);
      const standing = views.get(`${person}/${platform}`);
      if (standing?.id !== id || standing.form === null) return 'unknown';
      done.push(`${platform} submit ${JSON.stringify(values)}`);
      await onSubmit?.({ person, platform, view: standing, values });
      return 'sent';
    },
    closeView: async ({ person, platform, id }) => {
      works(platform);
      if (views.get(`${person}/${platform}`)?.id !== id) return 'unknown';
      done.push(`${platform} close`);
      show({ person, platform, view: null });
      return 'closed';
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
    answer: ({ text, lasts: own, why, ...where }) =>
      post(where, { text, ...(own === undefined ? {} : { lasts: own }), why: why === undefined ? null : whyOf(why) }),
    settle: ({ id, leavesAt, ...where }) => change(where, id, { leavesAt }),
    view: show,
    home: ({ person, home }) => {
      homes.set(person, { shown: homes.get(person)?.shown ?? false, home });
      changed(person);
    },
    onSubmit: (then) => {
      onSubmit = then;
    },
    breakDown: (on, platform) => {
      if (on) broken.add(platform ?? 'all');
      else broken.delete(platform ?? 'all');
    },
    done: () => done,
    listeners: () => listeners.size,
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
