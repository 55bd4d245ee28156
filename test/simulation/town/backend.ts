/** The systems of record. Now and then one answers about somebody else, about nobody that can be read, or about nobody at all. */
import type { Backend, BackendRecord, Fetched } from '../../../src/core/ports.ts';
import type { Chance } from '../chance.ts';
import type { Happened } from '../history.ts';
import { markOf, operationOf } from './catalogue.ts';
import { PEOPLE } from './people.ts';

export const createSimulatedBackend = (o: {
  readonly by: string;
  readonly chance: Chance;
  readonly note: (happened: Happened) => void;
}): Backend => {
  const { chance } = o;
  const record = (dataClass: string, subject: string | null): BackendRecord => ({
    subject,
    fields: {
      mark: {
        type: 'text',
        value: markOf({ dataClass, subject: subject ?? 'unreadable', n: chance.between(1, 999_999) }),
      },
    },
  });
  return {
    operation: operationOf,
    fetch: async ({ operation, subject, asker, id }): Promise<Fetched> => {
      const { dataClass, list } = operationOf(operation);
      o.note({ kind: 'fetched', by: o.by, id, operation, dataClass, asker, subject });
      const whim = chance.fraction();
      if (whim < 0.04) return { ok: false, code: 'not-found' };
      const subjects: (string | null)[] = list ? PEOPLE.map((person) => person.id) : [subject];
      if (whim < 0.08) subjects.unshift(null);
      else if (whim < 0.12) subjects.unshift(chance.pick(PEOPLE).id);
      return { ok: true, records: subjects.map((each) => record(dataClass, each)) };
    },
  };
};
