/** What nobody thought of: whatever comes, only what Teams signed for this bot, this tenant and this activity is let in. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openTeams, type TeamsBench } from './support.ts';

let bench: TeamsBench;
beforeAll(async () => {
  bench = await openTeams();
});
afterAll(() => bench.close());

const statusOf = async (body: string | Buffer, headers: Readonly<Record<string, string>>): Promise<number> => {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
  const answered = await bench.teams.route.handle({ headers, body: bytes });
  if (answered.status !== 200) expect(answered.body).toBe('');
  return answered.status;
};
const signed = (token: string) => ({ 'content-type': 'application/json', authorization: `Bearer ${token}` });
const nobodyRan = (): void =>
  expect({ accepted: bench.accepted, kept: bench.kept }).toEqual({ accepted: [], kept: [] });

describe('R2 R4 R6 whatever comes', () => {
  it('R4 is answered 400 where it is no activity, without proof 401, and never by an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string(), fc.uint8Array().map(Buffer.from)), async (body) => {
        expect([400, 401]).toContain(await statusOf(body, signed('a.b.c')));
      }),
      { numRuns: 300 },
    );
    nobodyRan();
  });

  it('R2 a claim that is anything but what it must be lets nobody in, however well it is signed', async () => {
    const good = (claim: string, value: unknown): boolean =>
      claim === 'aud' && typeof value === 'string' && value.toLowerCase() === bench.appId;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('iss', 'aud', 'serviceurl', 'appid', 'azp', 'tid'),
        fc.jsonValue(),
        async (claim, value) => {
          // Absent and null are absent to the stand-in; what may be absent is in the table.
          fc.pre(value !== null && !good(claim, value));
          expect(
            await statusOf(JSON.stringify(bench.question()), signed(bench.issuer.mint({ claims: { [claim]: value } }))),
          ).toBe(401);
        },
      ),
      { numRuns: 150 },
    );
    nobodyRan();
  });

  it('R2 an algorithm, a key id or a time that is anything else lets nobody in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('alg', 'kid', 'crit', 'exp', 'nbf'), fc.jsonValue(), async (field, value) => {
        fc.pre(value !== null && !(typeof value === 'number' && (field === 'exp' || field === 'nbf')));
        const over =
          field === 'exp' || field === 'nbf' ? { claims: { [field]: value } } : { header: { [field]: value } };
        expect(await statusOf(JSON.stringify(bench.question()), signed(bench.issuer.mint(over)))).toBe(401);
      }),
      { numRuns: 150 },
    );
    nobodyRan();
  });

  it('R5 R6 an activity of any other channel, address or tenant is none of ours', async () => {
    const token = bench.issuer.mint();
    const tenants = fc.record({ channelData: fc.record({ tenant: fc.record({ id: fc.jsonValue() }) }) });
    const others = fc.oneof(
      fc.record({ channelId: fc.jsonValue() }),
      fc.record({ serviceUrl: fc.oneof(fc.jsonValue(), fc.webUrl()) }),
      fc.record({ channelData: fc.jsonValue() }),
      tenants,
    );
    await fc.assert(
      fc.asyncProperty(others, async (over) => {
        const body = JSON.stringify({ ...bench.question(), ...over });
        expect(await statusOf(body, signed(token))).toBe(401);
      }),
      { numRuns: 300 },
    );
    nobodyRan();
  });

  it('R2 a token with one character changed is another token, which nobody signed', async () => {
    const token = bench.issuer.mint();
    const body = JSON.stringify(bench.question());
    const bytesOf = (text: string): string =>
      text
        .split('.')
        .map((part) => Buffer.from(part, 'base64url').toString('hex'))
        .join('.');
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...'ABz09-_.=+/ \n'), async (at, char) => {
        const changed = token.slice(0, at) + char + token.slice(at + 1);
        // The last character of a part has bits that stand for nothing.
        fc.pre(bytesOf(changed) !== bytesOf(token));
        expect(await statusOf(body, signed(changed))).toBe(401);
      }),
      { numRuns: 300 },
    );
    nobodyRan();
  });

  it('and lets in what is rightly signed, or all of this would prove nothing', async () => {
    expect(await statusOf(JSON.stringify(bench.question()), signed(bench.issuer.mint()))).toBe(200);
    expect(bench.accepted).toHaveLength(1);
  });
});
