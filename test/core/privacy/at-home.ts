/** Somebody in their private chat and on the app's page, over the real core: what they see there, press and send. */
import { showHome } from '../../../src/core/home.ts';
import type { Pending, Platform } from '../../../src/core/ports.ts';
import type { Button, Card, Home, Opened, Press, Submit } from '../../../src/core/types.ts';
import { createWork, type Work } from '../../../src/core/work.ts';
import type { World } from '../../../src/core/world.ts';
import { until } from '../../support/until.ts';
import { HOLD } from '../../support/world.ts';
import { accountOf, openPeople, type People } from '../orders/people.ts';

type Who = 'evan' | 'mona';

export interface AtHome {
  readonly p: People;
  readonly world: World;
  readonly work: Work;
  readonly pages: Home[];
  openedBy(who: Who): Opened;
  /** The page, made anew. */
  page(who?: Who): Promise<readonly Card[]>;
  pressOf(button: Button, who?: Who): Press;
  /** Answered at once, as on a message. */
  said(button: Button, who?: Who): Promise<string>;
  /** The clock moves on while it waits. */
  ticking<T>(doing: Promise<T>): Promise<T>;
  inView(button: Button, who?: Who): Promise<People['t']['views'][number] | undefined>;
  send(state: string, who?: Who): Promise<People['t']['views'][number] | undefined>;
  pending(): Promise<readonly Pending[]>;
  /** Those that leave, without what only can be taken back. */
  live(): Promise<readonly Pending[]>;
  kinds(): readonly string[];
  end(): Promise<void>;
}

export const buttonOf = (cards: readonly Card[], label: string | RegExp): Button => {
  const found = cards.flatMap(({ buttons }) => buttons).find((each) => each.label.match(label) !== null);
  if (found === undefined) throw new Error(`There is no button ${label}.`);
  return found;
};

export const openAtHome = async (): Promise<AtHome> => {
  const p = await openPeople();
  p.t.script.decide = () => HOLD;
  const pages: Home[] = [];
  const slack = p.t.world.platforms.get('slack');
  if (slack === undefined) throw new Error('There is no Slack in the test world.');
  const showing: Platform = { ...slack, showHome: async ({ home }) => void pages.push(await home()) };
  const world: World = { ...p.world, platforms: new Map([['slack', showing]]) };
  const work = createWork(world);
  let presses = 0;

  const openedBy = (who: Who): Opened => ({
    kind: 'opened',
    id: `home:${who}`,
    account: accountOf(who),
    place: { kind: 'direct', channel: `D-${who}`, thread: null },
    conversation: `slack:T1:D-${who}`,
    at: p.clock.now(),
  });
  const pressOf = ({ action, value }: Button, who: Who = 'evan'): Press => {
    presses += 1;
    const { kind: _kind, id: _id, ...at } = openedBy(who);
    return { ...at, kind: 'press', id: `press:${presses}`, action, value, respondTo: null, message: null };
  };
  const ticking = async <T>(doing: Promise<T>): Promise<T> => {
    let over = false;
    const done = (): void => {
      over = true;
    };
    void doing.then(done, done);
    await until(async () => {
      if (!over && p.clock.sleeping() > 0) await p.clock.advance(1);
      return over;
    });
    return doing;
  };
  const pending = async () => (await world.store.expiries.scan({ cursor: null, limit: 500 })).removals;

  return {
    p,
    world,
    work,
    pages,
    openedBy,
    page: async (who = 'evan') => {
      await showHome(world, openedBy(who));
      const home = pages.at(-1);
      return [...(home?.sections ?? []), ...(home?.last ?? [])];
    },
    pressOf,
    said: async (button, who = 'evan') => {
      let text = '';
      await work.more(pressOf(button, who), async (card) => {
        text = card.text;
      });
      return text;
    },
    ticking,
    inView: async (button, who = 'evan') => {
      await ticking(work.open(pressOf(button, who), p.t.openView()));
      return p.t.views.at(-1);
    },
    send: async (state, who = 'evan') => {
      const { kind: _kind, id: _id, ...at } = openedBy(who);
      presses += 1;
      const submit: Submit = { ...at, kind: 'submit', id: `submit:${presses}`, state, values: {} };
      await ticking(work.submit(submit, p.t.openView()));
      return p.t.views.at(-1);
    },
    pending,
    live: async () => (await pending()).filter(({ then }) => then === 'remove'),
    kinds: () => p.t.entries.map(({ kind }) => kind),
    end: async () => {
      await work.stop({ graceMs: 0 });
      await p.close();
    },
  };
};
