import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { ItsmStandIn } from '../../../playground/backend/itsm.ts';
import type { PersonioStandIn } from '../../../playground/backend/personio.ts';
import { CLIENT } from '../../../playground/backend/vendor.ts';
import { parseDescription, readDescription } from '../../../src/adapters/backend/description.ts';
import type { Backend, Fetched, Written } from '../../../src/core/ports.ts';
import { SAMPLE_BACKENDS } from '../../../src/policies/pack.ts';
import { DESCRIBED, type VendorName, vendorStage } from '../../support/vendors.ts';

const VENDORS: readonly VendorName[] = ['scim', 'itsm', 'workday', 'personio'];

const called = (name: VendorName, person: string): string =>
  name === 'workday' ? ({ evan: '4702', mona: '4703' }[person] ?? '4799') : `${person}@example.com`;

const calling = (name: VendorName, operation: string, person = 'evan') => ({
  operation,
  subject: person,
  asker: person,
  called: { subject: called(name, person), asker: called(name, person) },
  id: 'question-1',
});

const SLOTS = {
  period: '2026-12-01/2027-02-28',
  month: '2026-10',
  days: '2027-03-01/2027-03-05',
  kind: 'device',
  about: 'hr',
};
const WORDS = {
  title: 'Screen "stays" dark^active=true',
  details: 'Since {today}\n& <now>',
  message: 'Is it 30 days?',
};

const writing = (
  backend: Backend,
  name: VendorName,
  operation: string,
  more: { key?: string; again?: boolean; result?: Readonly<Record<string, string>>; person?: string } = {},
): Promise<Written> => {
  if (backend.write === undefined) throw new Error('It writes nothing.');
  const { key = 'key-1', again = false, result, person } = more;
  const o = { ...calling(name, operation, person), slots: SLOTS, words: WORDS, key, again };
  return backend.write(result === undefined ? o : { ...o, result });
};

describe('the descriptions that ship as examples', () => {
  it('are these, each sound, marked as not tried against a live product, and with an address that is nobody’s', () => {
    const files = readdirSync(DESCRIBED).filter((file) => file.endsWith('.yaml'));
    expect(files.sort()).toEqual(VENDORS.map((name) => `${name}.yaml`).sort());
    for (const file of files) {
      const read = readDescription(join(DESCRIBED, file));
      expect([file, read.ok ? null : read.findings]).toEqual([file, null]);
      expect(readFileSync(join(DESCRIBED, file), 'utf8')).toContain('NOT TRIED AGAINST A LIVE PRODUCT');
    }
  });

  it('begin with one in the guide, which is as sound', () => {
    const guide = readFileSync(join(DESCRIBED, '..', 'backends.md'), 'utf8');
    const written = /```yaml\n(backend: [\s\S]*?)```/.exec(guide)?.[1] ?? '';
    expect(parseDescription(written)).toMatchObject({ ok: true });
  });

  it('give what the intents of the sample are said with, where they have an operation of one of its names', () => {
    const sample = parse(readFileSync(join(SAMPLE_BACKENDS, 'hr.yaml'), 'utf8')).operations;
    for (const name of VENDORS) {
      const { operations } = parse(readFileSync(join(DESCRIBED, `${name}.yaml`), 'utf8'));
      for (const [own, op] of Object.entries<{ data: string; fields: object; records?: string; write?: object }>(
        operations,
      )) {
        const like = sample[own];
        if (like === undefined) continue;
        expect([name, own, op.data, op.records === undefined]).toEqual([
          name,
          own,
          like.data,
          like.records === undefined,
        ]);
        // What a write gives back is said by the intent as far as it is there, and what finds it again gives what takes it back, too.
        const finds = Object.values<{ write?: { again: unknown } }>(operations).some(
          ({ write }) => JSON.stringify(write?.again) === JSON.stringify({ find: own }),
        );
        if (op.write === undefined && !finds)
          expect([name, own, Object.keys(op.fields).sort()]).toEqual([name, own, Object.keys(like.fields).sort()]);
      }
    }
  });

  it.each(VENDORS)('stand beside a response of each operation, as the stand-in gives it (%s)', async (name) => {
    const stage = await vendorStage(name);
    const { operations } = parse(readFileSync(join(DESCRIBED, `${name}.yaml`), 'utf8'));
    let results: Readonly<Record<string, string>> = {};
    for (const [operation, op] of Object.entries<{ write?: { again: { find?: string } | string }; query?: object }>(
      operations,
    )) {
      // Those that are asked by the key of a write are asked by it.
      if (JSON.stringify(op.query ?? {}).includes('{key}')) continue;
      const key = `recorded-${operation}`;
      const before = stage.bodies().length;
      const came: Fetched | Written =
        op.write === undefined
          ? await stage.backend.fetch({ ...calling(name, operation), slots: SLOTS })
          : await writing(stage.backend, name, operation, { key, result: results });
      expect([operation, came.ok]).toEqual([operation, true]);
      if ('result' in came && Object.keys(came.result).length > 0) results = came.result;
      held(name, operation, stage.bodies().slice(before).at(-1)?.body);
      const again = op.write?.again;
      if (typeof again !== 'object' || again.find === undefined) continue;
      const found = stage.bodies().length;
      expect(await writing(stage.backend, name, operation, { key, again: true })).toMatchObject({ ok: true });
      expect(stage.bodies()).toHaveLength(found + 1);
      held(name, again.find, stage.bodies().at(-1)?.body);
    }
  });

  it.each(VENDORS)('sign in by themselves, anew where a token ended, and get nothing without (%s)', async (name) => {
    const { backend, standIn, base } = await vendorStage(name);
    const { operations } = parse(readFileSync(join(DESCRIBED, `${name}.yaml`), 'utf8'));
    const [operation = ''] = Object.keys(operations);
    const ask = () => backend.fetch({ ...calling(name, operation), slots: SLOTS });
    expect(await ask()).toMatchObject({ ok: true });
    standIn.revoke();
    expect(await ask()).toMatchObject({ ok: true });
    const { url = '' } = standIn.requests().at(-1) ?? {};
    for (const authorization of ['', 'Bearer ', 'Bearer other', `Basic ${btoa(`${CLIENT.id}:${CLIENT.secret}`)}`])
      expect([authorization, (await fetch(`${base}${url}`, { headers: { authorization } })).status]).toEqual([
        authorization,
        401,
      ]);
  });
});

/** Beside the descriptions, for whoever wants to see one and for `sotto check`. `RECORD=yes` writes them anew; no body, no file. */
const held = (name: VendorName, operation: string, body = ''): void => {
  const at = join(DESCRIBED, 'recorded', name, `${operation}.json`);
  if (body === '') {
    expect([operation, existsSync(at)]).toEqual([operation, false]);
    return;
  }
  if (process.env['RECORD'] === 'yes') {
    mkdirSync(join(DESCRIBED, 'recorded', name), { recursive: true });
    writeFileSync(at, `${JSON.stringify(JSON.parse(body), null, 2)}\n`);
  }
  expect([operation, JSON.parse(readFileSync(at, 'utf8'))]).toEqual([operation, JSON.parse(body)]);
};

describe('a ticket in a service desk with a table API', () => {
  const opened = async () => {
    const stage = await vendorStage('itsm');
    const desk = stage.standIn as ItsmStandIn;
    const before = desk.incidents().length;
    return { ...stage, own: () => desk.incidents().slice(before) };
  };

  it('is opened once under one key, with the words as they were written, for whoever asks', async () => {
    const { backend, own } = await opened();
    const first = await writing(backend, 'itsm', 'it.open');
    expect(first).toMatchObject({
      ok: true,
      record: { subject: 'evan@example.com', fields: { number: { value: 'INC0010101' } } },
    });
    expect(await writing(backend, 'itsm', 'it.open', { again: true })).toEqual({
      ...first,
      record: expect.objectContaining({ subject: 'evan@example.com' }),
    });
    expect(own()).toMatchObject([
      { short_description: WORDS.title, description: WORDS.details, category: 'device', correlation_id: 'key-1' },
    ]);
  });

  it('is found where the reply was lost, and taken back by whoever opened it', async () => {
    const { backend, own, standIn } = await opened();
    // Who somebody is there is known by then.
    await backend.fetch(calling('itsm', 'it.tickets'));
    standIn.fail('500');
    expect(await writing(backend, 'itsm', 'it.open')).toEqual({ ok: false, code: 'doubt' });
    expect(own()).toEqual([]);
    const written = await writing(backend, 'itsm', 'it.open', { again: true });
    if (!written.ok) throw new Error(written.code);
    expect(own()).toHaveLength(1);
    expect(await writing(backend, 'itsm', 'it.withdraw', { key: 'key-2', result: written.result })).toMatchObject({
      ok: true,
      record: { subject: 'evan@example.com' },
    });
    expect(own()).toMatchObject([{ state: '8', active: 'false' }]);
  });

  it('is nothing that somebody whom the desk does not know can open', async () => {
    const { backend, own } = await opened();
    expect((await writing(backend, 'itsm', 'it.open', { person: 'nobody' })).ok).toBe(false);
    expect(own()).toEqual([]);
  });

  it('is taken back by nothing but an id that came from there', async () => {
    const { backend, standIn } = await opened();
    const before = standIn.requests().length;
    for (const id of ['', '..', '../sys_user/1', 'a b', '%2e%2e', 'x'.repeat(201), 'ä'])
      expect([id, (await writing(backend, 'itsm', 'it.withdraw', { result: { id } })).ok]).toEqual([id, false]);
    expect(
      standIn
        .requests()
        .slice(before)
        .filter(({ operation }) => operation !== 'lookup'),
    ).toEqual([]);
  });
});

describe('leave in an HR system with absences', () => {
  it('is booked, refused where it overlaps, and taken back', async () => {
    const { backend, standIn } = await vendorStage('personio');
    const absences = () => (standIn as PersonioStandIn).absences();
    const before = absences().length;
    const booked = await writing(backend, 'personio', 'leave.book');
    expect(booked).toMatchObject({
      ok: true,
      record: {
        subject: 'evan@example.com',
        fields: { from: { type: 'date', value: '2027-03-01' }, to: { type: 'date', value: '2027-03-05' } },
      },
    });
    expect(absences().at(-1)).toMatchObject({
      person: '5001',
      from: '2027-03-01',
      to: '2027-03-05',
      status: 'PENDING',
    });
    expect(await writing(backend, 'personio', 'leave.book', { key: 'key-2' })).toMatchObject({
      ok: false,
      code: 'refused',
    });
    // It has no key, and so it is never tried again where it may have been done.
    expect(await writing(backend, 'personio', 'leave.book', { key: 'key-2', again: true })).toEqual({
      ok: false,
      code: 'doubt',
    });
    if (!booked.ok) throw new Error(booked.code);
    const undone = await writing(backend, 'personio', 'leave.unbook', { key: 'key-3', result: booked.result });
    expect(undone).toEqual({ ok: true, record: null, result: {} });
    expect(absences()).toHaveLength(before);
  });
});

describe('the stand-ins', () => {
  const got = async (name: VendorName, url: string, init: RequestInit = {}): Promise<number> => {
    const { standIn, base } = await vendorStage(name);
    standIn.grant('granted');
    const headers = {
      authorization: 'Bearer granted',
      ...(init.headers as Readonly<Record<string, string>> | undefined),
    };
    return (await fetch(`${base}${url}`, { ...init, headers })).status;
  };
  const json = { 'content-type': 'application/json' };

  it.each([
    ['scim', '/standin/scim/v2/Users?filter=userName%20eq%20%22a%22%20or%20active%20eq%20true', 400],
    ['scim', '/standin/scim/v2/Users?filter=userName%20co%20%22a%22', 400],
    ['scim', '/standin/scim/v2/Users?attributes=userName,salary', 400],
    ['scim', '/standin/scim/v2/Users?limit=1', 400],
    ['scim', '/standin/scim/v2/Users?count=x', 400],
    ['scim', '/standin/scim/v2/Groups', 404],
    ['itsm', '/standin/itsm/api/now/table/sys_user_password', 400],
    ['itsm', '/standin/itsm/api/now/table/incident?limit=1', 400],
    ['itsm', '/standin/itsm/api/now/table/incident?sysparm_query=active%3Dtrue%5EORnumber%3D1', 400],
    ['itsm', '/standin/itsm/api/now/table/incident?sysparm_limit=-1', 400],
    ['itsm', '/standin/itsm/api/now/stats/incident', 403],
    ['workday', '/standin/workday/service/customreport2/t/ISU_Sotto/Sotto_Payslip?format=json', 400],
    [
      'workday',
      '/standin/workday/service/customreport2/t/ISU_Sotto/Sotto_Payslip?format=json&Employee_ID=1&Year=2026',
      400,
    ],
    ['workday', '/standin/workday/service/customreport2/t/ISU_Sotto/Everything?format=json', 404],
    ['workday', '/standin/workday/service/customreport2/t/ISU_Other/Sotto_Payslip?format=json', 404],
    ['personio', '/standin/personio/v2/persons?limit=51', 400],
    ['personio', '/standin/personio/v2/persons?name=x', 400],
    ['personio', '/standin/personio/v2/absence-periods?starts_from.date_time.gte=2026-01-01', 400],
    ['personio', '/standin/personio/v2/absence-periods?cursor=MDox', 400],
    ['personio', '/standin/personio/v2/employees', 404],
  ] as const)('refuse what their documentation says is refused (%s %s)', async (name, url, status) => {
    expect(await got(name, url)).toBe(status);
  });

  it('refuse bodies that are none, and of the wrong type', async () => {
    const incident = '/standin/itsm/api/now/table/incident';
    const periods = '/standin/personio/v2/absence-periods';
    const post = (body: string, headers: Readonly<Record<string, string>> = json) => ({
      method: 'POST',
      body,
      headers,
    });
    expect(await got('itsm', incident, post('{"caller_id":"evan"}'))).toBe(400);
    expect(await got('itsm', incident, post('{"caller_id":1}'))).toBe(400);
    expect(await got('itsm', incident, post('caller_id=1', { 'content-type': 'text/plain' }))).toBe(415);
    expect(await got('itsm', `${incident}/${'0'.repeat(32)}`, { method: 'PATCH', body: '{}', headers: json })).toBe(
      404,
    );
    expect(await got('itsm', `${incident}/${'0'.repeat(32)}`, { method: 'DELETE' })).toBe(403);
    expect(await got('personio', periods, post('{"random":"x"}'))).toBe(400);
    expect(await got('personio', `${periods}/none`, { method: 'DELETE' })).toBe(404);
    expect(await got('workday', '/standin/workday/service/customreport2/t/ISU_Sotto/Sotto_Payslip', post('{}'))).toBe(
      405,
    );
  });

  it('give no token to a client that they do not know, or for another grant', async () => {
    const { base } = await vendorStage('scim');
    const token = async (form: Readonly<Record<string, string>>): Promise<number> =>
      (await fetch(`${base}/standin/scim/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) })).status;
    const good = { grant_type: 'client_credentials', client_id: CLIENT.id, client_secret: CLIENT.secret };
    expect(await token(good)).toBe(200);
    expect(await token({ ...good, client_secret: 'other' })).toBe(401);
    expect(await token({ ...good, grant_type: 'password' })).toBe(400);
  });

  it('take a cursor for what it was given for alone, and let an address be followed by nobody but whoever called it', async () => {
    const { backend, standIn, base, bodies } = await vendorStage('personio', { crowded: true });
    expect(await backend.fetch(calling('personio', 'leave.booked', 'pia'))).toMatchObject({ ok: true });
    const next = bodies().flatMap(({ body }) => JSON.parse(body)._meta?.links?.next?.href ?? []);
    expect(next).toHaveLength(1);
    const cursor = new URL(next[0]).searchParams.get('cursor') ?? '';
    standIn.grant('granted');
    const asked = async (query: string): Promise<number> => {
      const url = `${base}/standin/personio/v2/absence-periods?${query}cursor=${encodeURIComponent(cursor)}`;
      return (await fetch(url, { headers: { authorization: 'Bearer granted' } })).status;
    };
    expect(await asked('person.id=5009&limit=100&')).toBe(200);
    expect(await asked('person.id=5001&limit=100&')).toBe(400);
    expect(await asked('')).toBe(400);
  });

  it('let a condition on a field that there is none of pass, as the product does, and everybody’s rows come', async () => {
    const { standIn, base } = await vendorStage('itsm');
    standIn.grant('granted');
    const url = `${base}/standin/itsm/api/now/table/incident?sysparm_query=u_caller%3Devan`;
    const response = await fetch(url, { headers: { authorization: 'Bearer granted' } });
    expect(((await response.json()) as { result: readonly unknown[] }).result).toHaveLength(4);
  });
});
