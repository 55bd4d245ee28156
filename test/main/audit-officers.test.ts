import { beforeEach, describe, expect, it } from '@jest/globals';
import { nameCipher } from '../../src/adapters/sealer/names.ts';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import type { AuditEntry } from '../../src/core/audit.ts';
import { SottoError } from '../../src/core/errors.ts';
import { createSealedNames } from '../../src/core/sealed-names.ts';
import { auditOfficerRoute, MOST_OFFICERS } from '../../src/main/audit-officers.ts';
import { createPlainStore } from '../simulation/store/store.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { DATA_KEY } from '../support/world.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const laid = () => {
  const clock = createFakeClock();
  const { nameKeys } = createPlainStore();
  const sealer = createSealer({ dataKey: { current: DATA_KEY, accepted: [DATA_KEY] } });
  sealer.hashBy([Buffer.alloc(32, 1).toString('base64')]);
  /** Reads of the store, and entries, in their order. */
  const steps: (AuditEntry | 'asked the store')[] = [];
  let fails = false;
  const store = {
    nameKeys: {
      ...nameKeys,
      find: async (asked: Parameters<typeof nameKeys.find>[0]) => {
        steps.push('asked the store');
        return nameKeys.find(asked);
      },
    },
  };
  const names = createSealedNames({
    store,
    sealer,
    cipher: nameCipher,
    clock,
    log,
    metrics: { count: () => undefined },
  });
  const audit = {
    append: async (entry: AuditEntry) => {
      if (fails) throw new SottoError('audit-unavailable', 'The log takes no entries.');
      steps.push(entry);
      return { origin: 'slot-0', index: steps.length };
    },
  };
  const route = auditOfficerRoute({ audit, clock, names });
  const officer = async (person: string, purpose: 'asker' | 'officer' = 'officer') => ({
    fingerprint: sealer.fingerprint(person),
    sealed: (await names.of({ person, purpose })) ?? '',
  });
  return {
    clock,
    names,
    officer,
    steps,
    failing: () => {
      fails = true;
    },
    ask: (officers: readonly unknown[]) => route.handle({ rest: '', body: { officers } }),
  };
};

describe('the names of officers, for a report', () => {
  let desk: ReturnType<typeof laid>;
  beforeEach(() => {
    desk = laid();
  });

  it('open by real keys, for officers alone, and whose is on record before the store is asked for any', async () => {
    const { officer, steps, ask, clock, names } = desk;
    const [hana, pia, evan] = [await officer('hana'), await officer('pia'), await officer('evan', 'asker')];
    const crossed = { fingerprint: hana.fingerprint, sealed: pia.sealed };
    steps.length = 0;
    expect(await ask([hana, pia, evan, crossed])).toEqual({
      status: 200,
      body: { names: ['hana', 'pia', null, null] },
    });
    const people = [hana, pia, evan].map(({ fingerprint }) => fingerprint);
    expect(steps[0]).toEqual({ kind: 'opened', at: clock.now(), people });
    expect(steps.filter((step) => step !== 'asked the store')).toHaveLength(1);
    expect(JSON.stringify(steps)).not.toMatch(/hana|pia|evan/);
    await names.forget('hana');
    expect(await ask([hana, pia])).toMatchObject({ body: { names: [null, 'pia'] } });
  });

  it('stay closed where that cannot be put on record', async () => {
    const { officer, steps, ask, failing } = desk;
    const hana = await officer('hana');
    steps.length = 0;
    failing();
    await expect(ask([hana])).rejects.toMatchObject({ code: 'audit-unavailable' });
    expect(steps).toEqual([]);
  });

  it('are refused where there are too many, or they are none, and nobody’s are not put on record', async () => {
    const { officer, steps, ask } = desk;
    const hana = await officer('hana');
    steps.length = 0;
    for (const officers of [Array(MOST_OFFICERS + 1).fill(hana), [{ ...hana, purpose: 'asker' }], ['hana']])
      expect(await ask(officers)).toMatchObject({ status: 400 });
    expect(await ask([])).toEqual({ status: 200, body: { names: [] } });
    expect(steps).toEqual([]);
  });
});
