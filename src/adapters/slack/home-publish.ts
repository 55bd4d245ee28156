import type { HomeView } from '@slack/types';
import type { Log } from '../../core/ports.ts';
import type { Account, Home } from '../../core/types.ts';
import type { Call } from './call.ts';
import { fieldsAt, isFields, stringAt } from './read.ts';

/** Of whom the page that stands is known. */
const MOST_KNOWN = 10_000;

/** Made so often at most for one look: another process may have shown one meanwhile. */
const MOST_MADE = 2;

/** Somebody's page, in its turn. */
interface Line {
  /** What is shown now. */
  now: Promise<void>;
  /** What comes next, if anything; whoever asks meanwhile is served by it, with the latest that there is to show. */
  next: Waiting | null;
}

interface Waiting {
  home: () => Promise<Home>;
  readonly done: Promise<void>;
}

/** Puts pages up, one at a time for each person, so that an older one never stands in place of a newer. */
export interface Publishing {
  /** Best effort: what fails is logged by its code. Rejects as `home` does. */
  show(o: { readonly account: Account; readonly home: () => Promise<Home> }): Promise<void>;
  /** Which page stands, as Slack said just now. */
  stands(account: Pick<Account, 'tenant' | 'user'>, hash: string): void;
}

export const createPublishing = (o: {
  readonly call: Call;
  readonly render: (account: Account, home: Home) => HomeView;
  readonly log: Log;
}): Publishing => {
  /** What Slack knows the page that stands by; the last last. It takes no other in its place than one that names it. */
  const hashes = new Map<string, string>();
  const lines = new Map<string, Line>();
  const keyOf = ({ tenant, user }: Pick<Account, 'tenant' | 'user'>): string => `${tenant}:${user}`;

  const known = (key: string, hash: string | null): void => {
    hashes.delete(key);
    if (hash === null || hash === '') return;
    hashes.set(key, hash);
    const oldest = hashes.keys().next();
    if (hashes.size > MOST_KNOWN && oldest.done === false) hashes.delete(oldest.value);
  };

  const publish = async (key: string, account: Account, home: () => Promise<Home>): Promise<void> => {
    const { tenant, user } = account;
    for (let made = 1; ; made++) {
      // As it stood before this one was made. Unknown: whatever stands there is older.
      const hash = hashes.get(key);
      const view = o.render(account, await home());
      const called = await o.call(tenant, 'views.publish', (client) =>
        client.views.publish({ user_id: user, view, ...(hash === undefined ? {} : { hash }) }),
      );
      if (!('fault' in called)) {
        const { view: shown } = called.done;
        return known(key, isFields(shown) ? stringAt(shown, 'hash') : null);
      }
      known(key, null);
      if (called.fault.code === 'hash_conflict' && hash !== undefined && made < MOST_MADE) continue;
      return o.log.warn('slack.home-not-shown', { tenant, code: called.fault.code });
    }
  };

  const begin = (key: string, account: Account, home: () => Promise<Home>): Promise<void> => {
    const line: Line = { now: Promise.resolve(), next: null };
    lines.set(key, line);
    const going = publish(key, account, home);
    line.now = going.then(
      () => undefined,
      () => undefined, // Whoever asked for it hears of it.
    );
    void line.now.then(() => {
      if (line.next === null) lines.delete(key);
    });
    return going;
  };

  return {
    show: ({ account, home }) => {
      const key = keyOf(account);
      const line = lines.get(key);
      if (line === undefined) return begin(key, account, home);
      if (line.next !== null) {
        line.next.home = home;
        return line.next.done;
      }
      const next: Waiting = { home, done: line.now.then(() => begin(key, account, next.home)) };
      line.next = next;
      return next.done;
    },
    stands: (account, hash) => known(keyOf(account), hash),
  };
};

/** The page that stands, as an event of its being opened carries it; null: it names none. */
export const hashOf = (event: Parameters<typeof fieldsAt>[0]): string | null => {
  const hash = stringAt(fieldsAt(event, 'view'), 'hash');
  return hash !== null && /^[\x21-\x7e]{1,100}$/.test(hash) ? hash : null;
};
