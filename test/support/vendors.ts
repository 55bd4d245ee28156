/** The descriptions that ship under docs, each before its stand-in: the same operations, at an address of this machine. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { parse, stringify } from 'yaml';
import { createItsmStandIn } from '../../playground/backend/itsm.ts';
import { createPersonioStandIn } from '../../playground/backend/personio.ts';
import { createScimStandIn } from '../../playground/backend/scim.ts';
import { CLIENT, type VendorStandIn } from '../../playground/backend/vendor.ts';
import { SAMPLE_ITSM, SAMPLE_PERSONIO, SAMPLE_SCIM, SAMPLE_WORKDAY } from '../../playground/backend/vendor-sample.ts';
import { createWorkdayStandIn } from '../../playground/backend/workday.ts';
import { createRestBackend } from '../../src/adapters/backend/rest.ts';
import type { Backend } from '../../src/core/ports.ts';

export const DESCRIBED = fileURLToPath(new URL('../../docs/backends/', import.meta.url));

/** Each is a file of that name. */
export type VendorName = 'scim' | 'itsm' | 'workday' | 'personio';

/** Of `pia`, who has more of everything than there is room for on a page. */
const MANY = 130;
const PIA = { itsm: '7069612d'.padStart(32, '0'), personio: '5009' } as const;
const many = <T>(make: (nth: string, at: number) => T): readonly T[] =>
  Array.from({ length: MANY }, (_, at) => make(`${at}`.padStart(3, '0'), at));

const dayOf = (at: number): string => new Date(Date.UTC(2026, 0, 1) + at * 2 * 86_400_000).toJSON().slice(0, 10);

const CROWDED: Readonly<Record<'itsm' | 'personio', () => VendorStandIn>> = {
  itsm: () =>
    createItsmStandIn({
      people: [...SAMPLE_ITSM.people, { sys_id: PIA.itsm, email: 'pia@example.com', name: 'Pia' }],
      incidents: [
        ...SAMPLE_ITSM.incidents,
        ...many((nth) => ({
          sys_id: `aa${nth}`.padStart(32, '0'),
          number: `INC0020${nth}`,
          short_description: `Ticket ${nth}`,
          state: '1',
          active: 'true',
          caller_id: PIA.itsm,
          opened_at: '2026-11-20 08:12:00',
          correlation_id: '',
        })),
      ],
      hardware: SAMPLE_ITSM.hardware,
    }),
  personio: () =>
    createPersonioStandIn({
      ...SAMPLE_PERSONIO,
      people: [
        ...SAMPLE_PERSONIO.people,
        { id: PIA.personio, email: 'pia@example.com', first_name: 'Pia', last_name: 'Ray' },
      ],
      absences: [
        ...SAMPLE_PERSONIO.absences,
        ...many((nth, at) => ({
          id: `0f9a2c61-2222-4d1e-8a55-000000000${nth}`,
          person: PIA.personio,
          type: SAMPLE_PERSONIO.types[0],
          from: dayOf(at),
          to: dayOf(at),
          status: 'APPROVED' as const,
        })),
      ],
    }),
};

const MADE: Readonly<
  Record<VendorName, { readonly make: () => VendorStandIn; readonly at: string; readonly token: string }>
> = {
  itsm: {
    make: () => createItsmStandIn(SAMPLE_ITSM),
    at: '/standin/itsm/api/now',
    token: '/standin/itsm/oauth_token.do',
  },
  workday: {
    make: () => createWorkdayStandIn({ reports: SAMPLE_WORKDAY, other: '4703' }),
    at: '/standin/workday',
    token: '/standin/workday/oauth2/token',
  },
  personio: {
    make: () => createPersonioStandIn(SAMPLE_PERSONIO),
    at: '/standin/personio',
    token: '/standin/personio/v2/auth/token',
  },
  scim: {
    make: () => createScimStandIn({ users: SAMPLE_SCIM }),
    at: '/standin/scim/v2',
    token: '/standin/scim/oauth2/token',
  },
};

export interface VendorStage {
  readonly backend: Backend;
  readonly standIn: VendorStandIn;
  /** Of the stand-in, without a slash at its end. */
  readonly base: string;
  /** Bodies of what it answered to requests for data, oldest first. */
  readonly bodies: () => readonly { readonly method: string; readonly url: string; readonly body: string }[];
}

/** A secret of the vault by its name; what was never asked for cannot have been sent. */
const SECRETS: Readonly<Record<string, string>> = {
  'scim-client-secret': CLIENT.secret,
  'itsm-client-secret': CLIENT.secret,
  'workday-client-secret': CLIENT.secret,
  'personio-client-secret': CLIENT.secret,
};

const folder = mkdtempSync(join(tmpdir(), 'sotto-vendors-'));
const apps: FastifyInstance[] = [];
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  rmSync(folder, { recursive: true, force: true });
});

/** `crowded`: with `pia`, who has 130 of what comes in lists. `timeoutMs`: of a call, short where a test waits for its end. `mistaken`: what whoever described it got wrong, done to its text. */
export const vendorStage = async (
  name: VendorName,
  {
    timeoutMs = 5_000,
    mistaken = (text) => text,
    crowded = false,
  }: { readonly timeoutMs?: number; readonly crowded?: boolean; readonly mistaken?: (text: string) => string } = {},
): Promise<VendorStage> => {
  const { make, at, token } = MADE[name];
  const standIn = crowded && (name === 'itsm' || name === 'personio') ? CROWDED[name]() : make();
  const app = Fastify({ forceCloseConnections: true });
  apps.push(app);
  const bodies: { method: string; url: string; body: string }[] = [];
  app.addHook('onSend', async ({ method, url }, _, payload) => {
    if (typeof payload === 'string') bodies.push({ method, url, body: payload });
    return payload;
  });
  standIn.routes(app);
  const base = await app.listen({ host: '127.0.0.1', port: 0 });
  const described = parse(mistaken(readFileSync(join(DESCRIBED, `${name}.yaml`), 'utf8')));
  const own = mkdtempSync(join(folder, `${name}-`));
  const here = {
    ...described,
    baseUrl: `${base}${at}`,
    hosts: [],
    timeoutMs,
    signIn: { ...described.signIn, oauth: { ...described.signIn.oauth, tokenUrl: `${base}${token}` } },
  };
  writeFileSync(join(own, `${name}.yaml`), stringify(here));
  const get = async (secret: string) => {
    const current = SECRETS[secret];
    if (current === undefined) throw new Error(`There is no secret of the name ${secret}.`);
    return { current, accepted: [current] };
  };
  return { backend: createRestBackend({ folder: own, secrets: { get } }), standIn, base, bodies: () => bodies };
};
