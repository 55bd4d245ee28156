/**
 * A system that things are written to, as strict as a real one: it does a thing as often as it is asked to, but once for one key where it takes keys, and
 * keeps what it did. Replies may be lost, before or after it did the thing.
 */
import type { Backend, Operation, WriteOperation, Written } from '../../src/core/ports.ts';

type Asked = Parameters<NonNullable<Backend['write']>>[0];

export interface Effect {
  readonly operation: string;
  readonly subject: string;
  readonly key: string;
  readonly slots: Asked['slots'];
  readonly words: Asked['words'];
  readonly number: string;
  undone: boolean;
}

export interface WritingBackend {
  readonly effects: Effect[];
  /** Every call, in order. */
  readonly asked: Asked[];
  /** What the next calls come to, one each; then all is well. */
  readonly next: ('lost' | 'lost-before' | 'not-sent' | 'refused' | 'sign-in' | 'broken' | 'killed')[];
  /** Called after a thing was done and before it is told. */
  meanwhile: () => Promise<void> | void;
  again: WriteOperation['again'];
  undoMs: number | null;
  operation(name: string): Operation;
  readonly write: NonNullable<Backend['write']>;
}

export const BOOK = 'leave.book';
export const CANCEL = 'leave.cancel';

const both = <T>(value: T): { readonly en: T; readonly de: T } => ({ en: value, de: value });

export const createWritingBackend = (): WritingBackend => {
  const effects: Effect[] = [];
  const asked: Asked[] = [];
  const next: WritingBackend['next'] = [];
  const done = (effect: Effect): Written => ({
    ok: true,
    record: { subject: effect.subject, fields: { number: { type: 'text', value: effect.number } } },
    result: { number: effect.number },
  });
  const perform = (o: Asked): Effect | null => {
    const known = effects.find(({ key, operation }) => key === o.key && operation === o.operation);
    // A system with keys does one once; one that is looked at first finds it.
    if (known !== undefined && (backend.again === 'key' || (backend.again === 'look' && o.again))) return known;
    const { operation, subject, key, slots, words } = o;
    const effect: Effect = { operation, subject, key, slots, words, number: `N${effects.length + 1}`, undone: false };
    if (operation === CANCEL) {
      const of = effects.find(({ number }) => number === o.result?.['number']);
      if (of === undefined || of.undone) return null;
      of.undone = true;
    }
    effects.push(effect);
    return effect;
  };
  const backend: WritingBackend = {
    effects,
    asked,
    next,
    meanwhile: () => undefined,
    again: 'key',
    undoMs: 30 * 60_000,
    operation: (name) => {
      const base = { name, dataClass: name.split('.')[0] ?? '', list: false, bySubject: true };
      if (name === CANCEL) return { ...base, writes: { again: backend.again, undo: null, words: [] } };
      if (name !== BOOK) return base;
      const undo = backend.undoMs === null ? null : { operation: CANCEL, ms: backend.undoMs };
      const note = { name: 'note', label: both('Note'), hint: null, most: 200, required: false, lines: true };
      return { ...base, writes: { again: backend.again, undo, words: [note] } };
    },
    write: async (o) => {
      if (!/^[\x21-\x7e]{1,64}$/.test(o.key)) throw new Error('that is no idempotency key');
      const { writes } = backend.operation(o.operation);
      if (writes === undefined) throw new Error('that does not write');
      if (backend.again === 'never' && asked.some(({ key }) => key === o.key))
        throw new Error('that must never be asked again');
      asked.push(o);
      const how = next.shift();
      if (how === 'not-sent') return { ok: false, code: 'unreachable' };
      if (how === 'refused') return { ok: false, code: 'refused' };
      if (how === 'sign-in') return { ok: false, code: 'sign-in' };
      if (how === 'broken') throw new Error('it broke');
      if (how === 'lost-before') return { ok: false, code: 'doubt' };
      const effect = perform(o);
      await backend.meanwhile();
      if (how === 'killed') return new Promise(() => undefined);
      if (how === 'lost') return { ok: false, code: 'doubt' };
      return effect === null ? { ok: false, code: 'not-found' } : done(effect);
    },
  };
  return backend;
};
