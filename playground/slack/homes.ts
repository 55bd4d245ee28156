import type { Clock } from '../../src/core/ports.ts';
import type { Method } from './methods.ts';
import { refused, textOf } from './methods.ts';
import type { Json, SeenHome } from './types.ts';
import { viewObject } from './view-object.ts';
import { checkHome, type ViewContent } from './view-rules.ts';
import type { Workspace } from './workspace.ts';

interface PublishedHome {
  readonly id: string;
  content: ViewContent;
  hash: string;
}

/** The app's own page, one for each person. */
export interface Homes {
  readonly methods: Readonly<Record<'views.publish', Method>>;
  /** What stands on this person's page; null: nothing was ever published. */
  seen(user: string): SeenHome | null;
  /** As events and presses carry it; null as above. */
  object(user: string): Json | null;
  onChange(listener: () => void): () => void;
}

export const createHomes = (o: {
  readonly appId: string;
  /** Whether the app's manifest has the tab. */
  readonly enabled: boolean;
  readonly workspace: Workspace;
  readonly clock: Pick<Clock, 'now'>;
  readonly makeId: () => string;
}): Homes => {
  const homes = new Map<string, PublishedHome>();
  const listeners = new Set<() => void>();
  const { teamId, bot } = o.workspace;
  const objectOf = (home: PublishedHome): Json =>
    viewObject({ ...home, entered: {}, appId: o.appId, teamId, botId: bot.id });

  return {
    methods: {
      'views.publish': (args) => {
        const user = textOf(args, 'user_id');
        if (o.workspace.person(user) === null) return refused('invalid_arguments', 'invalid `user_id`');
        const checked = checkHome(args['view'], o.makeId);
        if (!checked.ok) return refused(checked.error, checked.why);
        if (!o.enabled) return refused('not_enabled');
        const { content } = checked;
        const known = homes.get(user);
        const hash = textOf(args, 'hash');
        if (hash !== '' && hash !== known?.hash) return refused('hash_conflict');
        const taken = [...homes].some(
          ([whose, other]) => whose !== user && other.content.externalId === content.externalId,
        );
        if (content.externalId !== '' && taken) return refused('duplicate_external_id');
        const home: PublishedHome = {
          id: known?.id ?? `V${o.makeId()}`,
          content,
          hash: `${Math.floor(o.clock.now() / 1_000)}.${o.makeId().slice(0, 8).toLowerCase()}`,
        };
        homes.set(user, home);
        for (const listener of listeners) listener();
        return { ok: true, view: objectOf(home) };
      },
    },
    seen: (user) => {
      const home = homes.get(user);
      return home === undefined ? null : { id: home.id, user, blocks: home.content.blocks };
    },
    object: (user) => {
      const home = homes.get(user);
      return home === undefined ? null : objectOf(home);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
