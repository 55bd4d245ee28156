import { describe, expect, it } from '@jest/globals';
import { createSystem } from '../../../../src/adapters/backend/calling/system.ts';
import type { Came, Request, Send, Sent } from '../../../../src/adapters/backend/calling/types.ts';
import { backendOf } from '../../../../src/adapters/backend/describing/read.ts';
import { parseDescription } from '../../../../src/adapters/backend/description.ts';
import type { SignIn } from '../../../../src/adapters/backend/signing-in/types.ts';

const described = (more = '') => {
  const read = parseDescription(
    `backend: x\nbaseUrl: https://x.example.com\n${more}operations:\n  x.one: { method: GET, path: /one, data: x, subject: person, fields: { a: text } }\n`,
  );
  if (!read.ok) throw new Error(read.findings.join());
  return backendOf(read.data);
};

const request: Request = { method: 'POST', url: 'https://x.example.com/one', headers: { a: 'b' }, body: '{}' };
const answered = (status: number): Sent => ({ how: 'answered', status, type: '', afterMs: null, text: '' });
const plain: SignIn = ({ request: it, send }) => send(it, { headers: {}, certificate: null });

const making = (o: { signIn?: SignIn; send: Send; more?: string; now?: () => number }) =>
  createSystem({
    backend: described(o.more),
    signIn: o.signIn ?? plain,
    send: o.send,
    clock: { now: o.now ?? (() => 1_000_000) },
  });

const asking = (system: ReturnType<typeof making>, person = 'evan'): Promise<Came | null> =>
  system.call(person, ({ ask }) => ask(request));

describe('a call of a system', () => {
  it('carries what the signing in adds, beside its own', async () => {
    const seen: Request[] = [];
    const send: Send = async (it) => {
      seen.push(it);
      return answered(200);
    };
    const signIn: SignIn = ({ request: it, send: on }) =>
      on(it, { headers: { authorization: 'x' }, certificate: null });
    expect(await asking(making({ signIn, send }))).toEqual(answered(200));
    expect(seen).toEqual([{ ...request, headers: { a: 'b', authorization: 'x' } }]);
  });

  it.each([
    ['is still out', null, { how: 'lost', code: 'deadline' }],
    ['was lost', { how: 'lost', code: 'x' }, { how: 'lost', code: 'x' }],
    ['was done', answered(201), answered(201)],
    ['failed there', answered(500), answered(500)],
    ['was never sent', { how: 'not-sent', code: 'x' }, { how: 'no-sign-in', code: 'unreachable' }],
    ['was refused by its token alone', answered(401), { how: 'no-sign-in', code: 'unreachable' }],
  ] as const)('that gives up signing in never hides that what it sent %s', async (_, sent, came) => {
    const send: Send = () => (sent === null ? new Promise(() => undefined) : Promise.resolve(sent));
    const signIn: SignIn = async ({ request: it, send: on }) => {
      await Promise.race([
        on(it, { headers: {}, certificate: null }),
        new Promise((resolve) => setTimeout(resolve, 5)),
      ]);
      return { how: 'no-sign-in', code: 'unreachable' };
    };
    expect(await asking(making({ signIn, send }))).toEqual(came);
  });

  it.each([
    ['lost', { how: 'lost', code: 'x' }, true],
    ['not sent', { how: 'not-sent', code: 'x' }, true],
    ['answered with 500', answered(500), true],
    ['answered with 408', answered(408), true],
    ['cut off', { ...answered(200), cut: true }, true],
    ['answered with 403', answered(403), false],
    ['answered with 404', answered(404), false],
    ['answered with 429', answered(429), false],
  ] as const)('that is %s counts against the system or does not', async (_, sent, counts) => {
    const system = making({ send: async () => sent as Sent, more: 'breaker: { failures: 2 }\n' });
    await asking(system);
    expect(system.leftAlone()).toBe(false);
    await asking(system, 'mona');
    expect([system.leftAlone(), await asking(system)]).toEqual([counts, counts ? null : sent]);
  });

  it.each([
    [500, false],
    [501, false],
    [502, true],
    [503, true],
    [504, true],
  ])(
    'of one person that is answered with %i, again and again, has it left alone for all: %s',
    async (status, alone) => {
      const system = making({ send: async () => answered(status), more: 'breaker: { failures: 2 }\n' });
      for (let i = 0; i < 5; i++) await asking(system);
      expect(system.leftAlone()).toBe(alone);
      await asking(system, 'mona');
      expect(system.leftAlone()).toBe(true);
    },
  );

  it('is told that it is busy at once, when one has been under way for two fifths of a short deadline', async () => {
    const system = making({
      send: () => new Promise(() => undefined),
      more: 'timeoutMs: 2000\nlimits: { concurrent: 1, waiting: 0 }\n',
    });
    void asking(system);
    expect(await asking(system)).toBeNull();
    const from = performance.now();
    expect(await asking(system)).toBeNull();
    // It would wait for half of the deadline otherwise.
    expect(performance.now() - from).toBeLessThan(700);
  });

  it.each([
    ['client-credentials', [null, null]],
    ['token-exchange', [null, 'asked']],
    ['on-behalf-of', [null, 'asked']],
  ])('that is asked too much is left alone by all, or for the person as whom it is asked (%s)', async (grant, then) => {
    let now = 1_000_000;
    const more = `signIn: { oauth: { grant: ${grant}, tokenUrl: "https://x.example.com/t", clientId: a, secret: b, audience: c } }\n`;
    const tooMany: Sent = { how: 'answered', status: 429, type: '', afterMs: 30_000, text: '' };
    const system = making({ send: async () => tooMany, more, now: () => now });
    const both = async (): Promise<unknown> =>
      Promise.all(['evan', 'mona'].map(async (each) => ((await asking(system, each)) === null ? null : 'asked')));
    await asking(system);
    expect(await both()).toEqual(then);
    now += 30_000;
    expect(await both()).toEqual(['asked', 'asked']);
    now -= 3_600_000;
    expect(await asking(system)).not.toBeNull();
  });

  it('gives its turn back whatever comes of the work', async () => {
    const system = making({ send: async () => answered(200), more: 'limits: { concurrent: 1, waiting: 0 }\n' });
    await expect(system.call('evan', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await asking(system)).toEqual(answered(200));
  });

  it('that found nobody to ask says nothing about the system', async () => {
    const signIn: SignIn = async () => ({ how: 'no-sign-in', code: 'sign-in' });
    const system = making({ signIn, send: async () => answered(200), more: 'breaker: { failures: 1 }\n' });
    await asking(system);
    expect(system.leftAlone()).toBe(false);
  });
});
