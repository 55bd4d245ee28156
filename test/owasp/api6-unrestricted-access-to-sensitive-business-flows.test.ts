/**
 * OWASP API6:2023, unrestricted access to sensitive business flows: having something written is for people, one form at a time. What a program would do (send the
 * form again and again, open many, send them all at once) comes to no more than a person could.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MOST_WRITES } from '../../src/core/stored-writes.ts';
import { PERSON_PER_MINUTE } from '../../src/core/throttle.ts';
import type { Form } from '../../src/core/types.ts';
import type { HrStage } from '../support/hr-stage.ts';
import { until } from '../support/until.ts';
import type { WritingBackend } from '../support/writing-backend.ts';
import { createWritingStage } from '../support/writing-stage.ts';

describe('API6:2023, a program that has things written', () => {
  let stage: HrStage;
  let system: WritingBackend;
  beforeEach(() => {
    ({ stage, system } = createWritingStage());
  });
  afterEach(() => stage.close());

  const formOf = async (): Promise<Form> => {
    const { form } = await stage.open('evan', 'Open the form');
    if (form === null) throw new Error('no form');
    return form;
  };
  const idle = () => until(async () => (await stage.t.store.inbox.backlog()).claimed === 0);

  it('has one thing written by one form, however many of it are sent at once', async () => {
    await stage.say('evan', 'book leave');
    const form = await formOf();
    await Promise.all(Array.from({ length: 8 }, (_, n) => stage.send('evan', form, {}, { id: `s${n}` })));
    await until(() => system.asked.length > 0);
    await idle();
    expect(system.effects).toHaveLength(1);
  });

  it('is slowed down by the limits on questions, at the form and when it is sent', async () => {
    await stage.say('evan', 'book leave');
    const form = await formOf();
    let opened = 0;
    for (let n = 0; n < 3 * PERSON_PER_MINUTE; n++)
      opened += (await stage.open('evan', 'Open the form')).form === null ? 0 : 1;
    // The minute may turn meanwhile.
    expect(opened).toBeLessThanOrEqual(2 * PERSON_PER_MINUTE);
    await expect(stage.send('evan', form, {})).rejects.toMatchObject({ code: 'busy' });
    expect(system.asked).toEqual([]);
  });

  it(`has no more than ${MOST_WRITES} written within an hour, whatever the forms, and nobody else is kept from theirs`, async () => {
    const { sealer, clock } = stage.t.world;
    const begin = (id: string, owner: string, most: number | null) =>
      stage.t.store.writes.begin({ id, owner, value: '', most, now: clock.now() });
    const owner = sealer.fingerprint('evan');
    for (let n = 0; n < MOST_WRITES; n++) await begin(`w${n}`, owner, null);
    await stage.say('evan', 'book leave');
    await stage.send('evan', await formOf(), {});
    await until(() => stage.read('evan').includes('You sent a great deal within an hour'));
    expect(system.asked).toEqual([]);
    expect(await begin('of-mona', sealer.fingerprint('mona'), MOST_WRITES)).toEqual({ status: 'begun' });
  });
});
