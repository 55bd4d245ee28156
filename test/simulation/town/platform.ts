/**
 * A platform and what people see on it. As strict as the real one: a message can be changed only while it stands, a key
 * finds its message only where there is a look-up. What goes wrong on the way to it is `../network.ts`.
 */

import { tombstoneCard } from '../../../src/core/answer.ts';
import type { OpenedView, Platform } from '../../../src/core/ports.ts';
import { repliesIn } from '../../../src/core/replies/replies.ts';
import { packRef } from '../../../src/core/stored.ts';
import { type Card, type MessageRef, type PlatformName, VIEW_CHANNEL } from '../../../src/core/types.ts';
import type { Happened, Sight } from '../history.ts';
import { INTENTS } from './catalogue.ts';

interface Standing {
  readonly ref: MessageRef;
  readonly key: string | null;
  readonly press: string | null;
  readonly viewer: string;
}

/** What the platform refuses for good just now: to delete, to delete and to change, or to post. */
export type Refused = 'removals' | 'changes' | 'posts';

/** People who see something new. */
export type Onlooker = (seen: { readonly ref: MessageRef; readonly viewer: string; readonly card: Card }) => void;

export interface SimulatedPlatform {
  readonly platform: Platform;
  /** Opens a view for a press; empty until it is filled. */
  open(o: { readonly press: string; readonly viewer: string }): { readonly view: OpenedView; readonly ref: MessageRef };
  /** The person closes it. */
  close(ref: MessageRef): void;
}

const SIGHTS: ReadonlyMap<string, Sight> = new Map(
  (['en', 'de'] as const).flatMap((locale) => {
    const { placeholder, apology, tryAgain, viewExpired, writing } = repliesIn(locale);
    const contact = 'the leave desk';
    const failed = INTENTS.flatMap(({ title: { [locale]: title } }) => [
      [writing.notDone({ title, code: 'other', contact }), 'apology'] as const,
      [writing.undoNotDone({ title, contact }), 'apology'] as const,
    ]);
    return [
      ...failed,
      [placeholder, 'moment'],
      [apology, 'apology'],
      [tombstoneCard.text, 'tombstone'],
      [tryAgain, 'notice'],
      [viewExpired, 'notice'],
    ] as const;
  }),
);

export const createSimulatedPlatform = (o: {
  readonly name: PlatformName;
  readonly note: (happened: Happened) => void;
  readonly onlooker: Onlooker;
  readonly refuses: () => Refused | null;
}): SimulatedPlatform => {
  const standing = new Map<string, Standing>();
  let made = 0;

  const show = (one: Standing, card: Card): { readonly ok: true } => {
    const ref = packRef(one.ref);
    const { key, press, viewer } = one;
    const sight = SIGHTS.get(card.text) ?? 'reply';
    const written = [card.text, card.note ?? '', ...card.buttons.map(({ action }) => action)].join('\n');
    o.note({ kind: 'shown', ref, key, press, viewer, sight, card: written });
    o.onlooker({ ref: one.ref, viewer, card });
    return { ok: true };
  };
  const gone = { ok: false, fault: 'gone', code: 'message_not_found' } as const;
  const never = { ok: false, fault: 'never', code: 'cant_do_that' } as const;

  const update: Platform['update'] = async ({ ref, card }) => {
    const one = standing.get(packRef(ref));
    if (one === undefined) return gone;
    return o.refuses() === 'changes' && one.press === null ? never : show(one, card);
  };
  const drop = (ref: MessageRef): void => {
    if (standing.delete(packRef(ref))) o.note({ kind: 'removed', ref: packRef(ref) });
  };

  return {
    platform: {
      name: o.name,
      looksUp: ({ channel }) => o.name === 'slack' && channel !== null,
      post: async ({ to, card, key }) => {
        if (o.refuses() === 'posts') return never;
        made += 1;
        const channel = to.channel ?? `D-${to.user}`;
        const ref: MessageRef = { platform: o.name, tenant: to.tenant, channel, id: `m${made}` };
        const one = { ref, key, press: null, viewer: `${o.name}:${to.user}` };
        standing.set(packRef(ref), one);
        show(one, card);
        return { ok: true, ref };
      },
      find: async ({ to, key }) => {
        if (o.name !== 'slack' || to.channel === null) return { ok: false, fault: 'never', code: 'no_look_up' };
        const one = [...standing.values()].find((each) => each.key === key && each.ref.channel === to.channel);
        return one === undefined ? { ok: false, fault: 'gone', code: 'not-found' } : { ok: true, ref: one.ref };
      },
      update,
      remove: async ({ ref }) => {
        const one = standing.get(packRef(ref));
        if (one === undefined) return gone;
        if (ref.channel === VIEW_CHANNEL) {
          // Emptied, and open still: a late filling would be seen.
          o.note({ kind: 'removed', ref: packRef(ref) });
          return { ok: true };
        }
        if (o.refuses() === 'removals' || o.refuses() === 'changes') return never;
        drop(ref);
        return { ok: true };
      },
      whisper: async () => undefined,
      respond: async () => undefined,
    },
    open: ({ press, viewer }) => {
      made += 1;
      const ref: MessageRef = { platform: o.name, tenant: 'T1', channel: VIEW_CHANNEL, id: `v${made}` };
      standing.set(packRef(ref), { ref, key: null, press, viewer });
      // A Teams dialog cannot be emptied later; whoever reads it closes it.
      const view = {
        ref: o.name === 'slack' ? ref : null,
        reveal: (card: Card) => update({ ref, card }),
        ask: async () => ({ ok: true as const }),
      };
      return { view, ref };
    },
    close: drop,
  };
};
