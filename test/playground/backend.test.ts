import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { createBackendStandIn } from '../../playground/backend/stand-in.ts';
import { SAMPLE_HR_DATA } from '../../src/policies/pack.ts';

describe('the stand-in HR system', () => {
  const standIn = createBackendStandIn({ dataFile: SAMPLE_HR_DATA });
  let app: FastifyInstance;
  let base: string;
  beforeAll(async () => {
    app = Fastify({ forceCloseConnections: true });
    standIn.routes(app);
    base = `${await app.listen({ host: '127.0.0.1', port: 0 })}/standin/backend`;
  });
  afterAll(() => app.close());

  it('keeps a list of whatever was asked, also of what it had no answer to, and shows it', async () => {
    const heard: string[] = [];
    const stop = standIn.onRequest(({ operation }) => heard.push(operation));
    await fetch(`${base}/people/mona/payslip`);
    await fetch(`${base}/people/nobody/leave`);
    stop();
    await fetch(`${base}/pay/overview`);
    const { requests } = (await (await fetch(`${base}/requests`)).json()) as { readonly requests: readonly unknown[] };
    expect(requests).toMatchObject([
      { operation: 'pay.payslip', subject: 'mona', at: expect.any(Number) },
      { operation: 'leave.balance', subject: 'nobody' },
      { operation: 'pay.overview', subject: null },
    ]);
    expect(heard).toEqual(['pay.payslip', 'leave.balance']);
    expect(standIn.requests()).toEqual(requests);
  });

  it('knows no other path, and no other method than GET, whatever is sent along', async () => {
    const before = standIn.requests().length;
    for (const path of ['/', '/people', '/people/evan', '/people/evan/salary', '/people/evan/leave/', '/pay']) {
      expect([path, (await fetch(`${base}${path}`)).status]).toEqual([path, 404]);
    }
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const sent = { method, body: '<leave/>', headers: { 'content-type': 'text/xml' } };
      const answered = await fetch(`${base}/people/evan/leave`, sent);
      expect([method, answered.status, answered.headers.get('allow')]).toEqual([method, 405, 'GET']);
    }
    expect(standIn.requests().length).toBe(before);
  });

  it('names in each record whom it is about, and the currency of its figures', async () => {
    const read = async (path: string): Promise<unknown> => (await fetch(`${base}${path}`)).json();
    expect(await read('/people/mona/compensation')).toMatchObject({ person: 'mona', currency: 'EUR', annual: 97_400 });
    expect(await read('/people/evan/expenses')).toMatchObject({ items: [{ person: 'evan' }, { person: 'evan' }] });
    expect(await read('/people/evan/team')).toEqual({ items: [] });
  });

  it('gives figures of pay that agree with each other, and no two people the same', async () => {
    const read = async (person: string, path: string): Promise<Record<string, unknown>> =>
      (await (await fetch(`${base}/people/${person}/${path}`)).json()) as Record<string, unknown>;
    const cents = (it: unknown): number => Math.round(Number(it) * 100);
    const seen: string[] = [];
    for (const person of ['erin', 'evan', 'mona', 'hugo', 'hana', 'pia']) {
      const payslip = await read(person, 'payslip');
      const { annual } = await read(person, 'compensation');
      const { tax, social, other } = await read(person, 'deductions');
      expect([person, cents(tax) + cents(social) + cents(other)]).toEqual([
        person,
        cents(payslip['gross']) - cents(payslip['net']),
      ]);
      const raise = await read(person, 'raise');
      const { items } = (await read(person, 'pay-history')) as { items: { from: string; annual: number }[] };
      const [before, last] = items.slice(-2);
      expect([person, last?.from, last?.annual]).toEqual([person, raise['since'], annual]);
      expect([person, Number(last?.annual) - Number(before?.annual)]).toEqual([person, raise['amount']]);
      const overtime = await read(person, 'overtime');
      const account = await read(person, 'pay-account');
      const statement = await read(person, 'pay-statement');
      const figures = [tax, social, other, raise['amount'], overtime['amount'], account['ending'], statement['gross']];
      seen.push(...[...figures, statement['tax'], ...items.map((it) => it.annual)].map(String));
    }
    expect(seen.filter((figure, at) => figure === 'undefined' || seen.indexOf(figure) !== at)).toEqual([]);
  });

  it('breaks once where it is told to, as told', async () => {
    const path = `${base}/people/evan/leave`;
    standIn.fail('500');
    expect((await fetch(path)).status).toBe(500);
    standIn.fail('reset');
    await expect(fetch(path)).rejects.toThrow();
    standIn.fail('hang');
    await expect(fetch(path, { signal: AbortSignal.timeout(150) })).rejects.toThrow();
    standIn.fail('wrong-subject');
    expect(await (await fetch(path)).json()).toMatchObject({ person: 'mona' });
    standIn.fail('no-subject');
    expect(await (await fetch(path)).json()).not.toHaveProperty('person');
    expect(await (await fetch(path)).json()).toMatchObject({ person: 'evan', remaining: 14 });
  });
});
