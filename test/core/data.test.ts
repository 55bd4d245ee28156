import { describe, expect, it } from '@jest/globals';
import { guarded, readAuthorised } from '../../src/core/data.ts';
import type { BackendRecord, Fetched } from '../../src/core/ports.ts';
import type { PolicyRequest } from '../../src/core/types.ts';
import { EVAN, MONA, PERMIT, REFUSE, recordOf } from '../support/world.ts';

const reading = async (o: {
  readonly records?: readonly BackendRecord[];
  readonly fetched?: Fetched;
  readonly list?: boolean;
  readonly bySubject?: boolean;
  readonly subject?: string | null;
  readonly permits: (request: PolicyRequest) => boolean;
}): Promise<{
  readonly read: Awaited<ReturnType<typeof readAuthorised>>;
  readonly fetches: number;
  readonly asked: readonly PolicyRequest[];
}> => {
  let fetches = 0;
  const asked: PolicyRequest[] = [];
  const read = await readAuthorised({
    backend: guarded({
      operation: (name) =>
        name === 'pay.payslip'
          ? { name, dataClass: 'pay', list: o.list ?? false, bySubject: o.bySubject ?? true }
          : null,
      fetch: async () => {
        fetches += 1;
        return o.fetched ?? { ok: true, records: o.records ?? [recordOf('evan')] };
      },
    }),
    policy: {
      decide: (request) => {
        asked.push(request);
        return o.permits(request) ? PERMIT : REFUSE;
      },
      version: 'v',
      restrictionsVersion: 0,
    },
    directory: {
      find: async () => ({ ok: false, why: 'unknown' }),
      mentions: async () => [],
      accounts: async () => [],
      members: async () => [],
      colleague: async (id) =>
        [EVAN, MONA, { ...EVAN, id: 'erin', manager: 'evan' }].find((one) => one.id === id) ?? null,
    },
    operation: 'pay.payslip',
    subject: o.subject === undefined ? 'evan' : o.subject,
    asker: EVAN,
    id: 'q1',
    request: {
      person: EVAN,
      platform: 'slack',
      place: 'direct',
      signInAgeMinutes: null,
      denials: 0,
      asked: [],
      refused: [],
      now: 0,
    },
  });
  return { read, fetches, asked };
};

const own = ({ about }: PolicyRequest): boolean => about === 'self';

describe('reading data', () => {
  it('asks policy for the data class before the call and touches nothing when it is refused', async () => {
    const { read, fetches, asked } = await reading({ subject: 'mona', permits: own });
    expect(read).toEqual({ ok: false, why: 'refused', dataClass: 'pay', reasons: ['a-forbid'] });
    expect(fetches).toBe(0);
    expect(asked).toMatchObject([{ action: 'data:pay', about: 'other' }]);
  });

  it('refuses a record that is about somebody else than it was asked for', async () => {
    const { read } = await reading({ records: [recordOf('mona')], permits: () => true });
    expect(read).toMatchObject({ ok: false, why: 'refused', reasons: ['another-subject'] });
  });

  it('drops from a list what is not permitted, without a trace of it', async () => {
    const { read } = await reading({
      list: true,
      records: [recordOf('evan'), recordOf('mona'), recordOf('evan')],
      permits: own,
    });
    expect(read).toMatchObject({ ok: true, records: [{ subject: 'evan' }, { subject: 'evan' }] });
  });

  it('refuses everything when one record has no readable subject', async () => {
    const { read } = await reading({ list: true, records: [recordOf('evan'), recordOf(null)], permits: () => true });
    expect(read).toMatchObject({ ok: false, why: 'refused', reasons: ['no-readable-subject'] });
  });

  it('takes a person whom the directory does not know for somebody else', async () => {
    const { asked } = await reading({ subject: 'nobody', permits: () => false });
    expect(asked).toMatchObject([{ about: 'other' }]);
  });

  it('knows who reports to the asker', async () => {
    const { asked } = await reading({ subject: 'erin', records: [recordOf('erin')], permits: () => true });
    expect(asked).toMatchObject([{ about: 'report' }]);
  });

  it('refuses an operation about one person when nobody is named', async () => {
    const { read, fetches } = await reading({ subject: null, permits: () => true });
    expect(read).toMatchObject({ ok: false, why: 'refused', reasons: ['no-subject'] });
    expect(fetches).toBe(0);
  });

  it('needs the permission for others before it asks about several at once', async () => {
    const { fetches } = await reading({ subject: null, bySubject: false, list: true, permits: own });
    expect(fetches).toBe(0);
  });

  it('invents nothing when the backend is away', async () => {
    const { read } = await reading({ fetched: { ok: false, code: 'unreachable' }, permits: own });
    expect(read).toEqual({ ok: false, why: 'unreachable' });
  });
});
