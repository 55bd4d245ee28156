/**
 * The system that things are written to. It does a thing as often as it is asked to; once for one key, where that is what it promises; and one that is looked
 * at first is not asked again for what is there. What it did outlives every process, and is noted as it does it.
 */
import type { Backend, WriteOperation, Written } from '../../../src/core/ports.ts';
import type { Happened } from '../history.ts';
import { codeOfWrite, markOf, operationOf } from './catalogue.ts';

export interface SimulatedSystem {
  readonly write: (by: string) => NonNullable<Backend['write']>;
}

export const createSimulatedSystem = (note: (happened: Happened) => void): SimulatedSystem => {
  const done = new Map<string, number>();
  const undone = new Set<string>();
  let made = 0;
  const again = (operation: string): WriteOperation['again'] => operationOf(operation).writes?.again ?? 'never';
  return {
    write:
      (by) =>
      async (o): Promise<Written> => {
        const { operation, id, key, subject, asker } = o;
        const { dataClass } = operationOf(operation);
        const name = `${operation} ${key}`;
        const before = done.get(name);
        const mode = again(operation);
        const known = before !== undefined && (mode === 'key' || (mode === 'look' && o.again)) ? before : null;
        note({ kind: 'fetched', by, id, operation, dataClass, asker, subject });
        const target = o.result?.['number'];
        if (known === null && target !== undefined && undone.has(target)) return { ok: false, code: 'not-found' };
        const n = known ?? ++made;
        if (known === null) {
          done.set(name, n);
          if (target !== undefined) undone.add(target);
          note({ kind: 'wrote', operation, write: key });
        }
        const mark = markOf({ dataClass, subject, n });
        return {
          ok: true,
          record: { subject, fields: { mark: { type: 'text', value: mark } } },
          result: { number: `${codeOfWrite(operation)}-${n}` },
        };
      },
  };
};
