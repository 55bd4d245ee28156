/** A sealer whose envelopes are numbers: what is sealed lies in a table that no store ever sees. As strict as the real one about who may open. */
import type { NameCipher, SealContext, Sealer } from '../../../src/core/ports.ts';

/** What every envelope begins with. */
export const ENVELOPE = 'sealed.';

const hash = (text: string, start: number): string => {
  let sum = start;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 16_777_619);
  return (sum >>> 0).toString(16).padStart(8, '0');
};

const fingerprint = (value: string): string => [1, 2, 3, 4].map((start) => hash(value, start)).join('');

export const createSimulatedSealer = (): Sealer => {
  const sealed = new Map<string, { readonly context: SealContext; readonly plain: string }>();
  return {
    seal: (context, plain) => {
      const envelope = `${ENVELOPE}${context.purpose}.${sealed.size}`;
      sealed.set(envelope, { context, plain });
      return envelope;
    },
    open: (context, envelope) => {
      const kept = sealed.get(envelope);
      const same =
        kept?.context.tenant === context.tenant &&
        kept.context.person === context.person &&
        kept.context.purpose === context.purpose &&
        kept.context.record === context.record;
      return same ? kept.plain : null;
    },
    fingerprint,
    fingerprints: (value) => [fingerprint(value)],
  };
};

/** Names likewise: a number stands for each, and no entry could tell whose it is. */
export const createSimulatedCipher = (): NameCipher => {
  const sealed = new Map<string, { readonly key: string; readonly bound: string; readonly plain: string }>();
  let keys = 0;
  return {
    newKey: () => {
      keys += 1;
      return `name-key-${keys}`;
    },
    seal: (o) => {
      const name = `name-${sealed.size}`;
      sealed.set(name, o);
      return name;
    },
    open: ({ key, bound, sealed: name }) => {
      const kept = sealed.get(name);
      return kept?.key === key && kept.bound === bound ? kept.plain : null;
    },
  };
};
