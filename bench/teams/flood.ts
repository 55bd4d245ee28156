/**
 * Ten thousand requests of nobody, with issuers, tenants and key ids that were made up: what is left of them in memory, in the list
 * of issuers that the vendor's library keeps for the process, and at the address of the keys. The vendor's adapter beside it.
 */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Bench, type Figure, figure } from '../figure.ts';
import { type Bots, openBots } from './bots.ts';

const REQUESTS = 10_000;

/** Before that, so that everything is compiled and every cache is what it will be. */
const WARM = 2_000;

/** At the vendor's adapter, which needs no more to show it. */
const AT_VENDORS = 200;

/** What a collected heap differs by from one time to the next. MB. */
const MOST_MB = 1;

/** Of the library's own, which no type of it shows. */
const remembered = (): readonly string[] => {
  const library = join(import.meta.dirname, '../../node_modules/botframework-connector/lib/auth');
  const module = createRequire(import.meta.url)(join(library, 'tokenValidationParameters.js'));
  return module.ToBotFromBotOrEmulatorTokenValidationParameters.issuer;
};

const part = (fields: unknown): string => Buffer.from(JSON.stringify(fields)).toString('base64url');

/** Each in turn claims to come from another tenant, from the Bot Framework by a key that nobody knows, and from it by its own key, forged. */
const strangers = (bots: Bots) => {
  const [head = '', claims = '', signature = ''] = bots.issuer.mint().split('.');
  const good = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
  return (n: number): string => {
    const tid = randomUUID();
    const foreign = { ...good, iss: `https://sts.windows.net/${tid}/`, tid, appid: bots.appId, ver: '1.0' };
    const unknown = { typ: 'JWT', alg: 'RS256', kid: randomUUID() };
    const kinds = [
      `${part(unknown)}.${part(foreign)}`,
      `${part(unknown)}.${part({ ...good, nonce: tid })}`,
      `${head}.${part({ ...good, nonce: tid })}`,
    ];
    return `Bearer ${kinds[n % kinds.length]}.${signature}`;
  };
};

const usedMb = (): number => {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1_000_000;
};

const flood = async (): Promise<readonly Figure[]> => {
  if (globalThis.gc === undefined) throw new Error('node needs --expose-gc, or nothing is told of the memory');
  const bots = await openBots();
  const { teams, taken } = bots.ours();
  const body = Buffer.from(bots.question);
  const stranger = strangers(bots);
  const knock = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      const headers = { 'content-type': 'application/json', authorization: stranger(n) };
      const { status, body: said } = await teams.route.handle({ headers, body });
      if (status !== 401 || said !== '') throw new Error(`a stranger was answered ${status}`);
    }
  };
  await knock(WARM);
  const [mb, issuers, fetched, cpu] = [usedMb(), remembered().length, bots.issuer.fetched(), process.cpuUsage()];
  await knock(REQUESTS);
  const { user, system } = process.cpuUsage(cpu);
  const grown = {
    mb: usedMb() - mb,
    issuers: remembered().length - issuers,
    fetched: bots.issuer.fetched().keys - fetched.keys,
  };
  if (taken() > 0) throw new Error('a stranger was let in');

  const vendors = bots.vendors({ authentication: true });
  const before = remembered().length;
  const printed = console.error;
  console.error = () => undefined;
  for (let n = 0; n < AT_VENDORS; n++)
    await vendors(body, { headers: { authorization: stranger(n) } } as never, UNHEARD as never).catch(() => undefined);
  console.error = printed;
  const vendorsGrew = remembered().length - before;
  await bots.close();

  const id = (what: string): string => `${REQUESTS} requests of nobody: ${what}`;
  const free = { target: null, direction: 'max' } as const;
  return [
    figure({ id: id('memory grew by'), value: grown.mb, unit: 'MB', target: MOST_MB, direction: 'max' }),
    figure({ id: id('issuers that the library learnt'), value: grown.issuers, unit: '', target: 0, direction: 'max' }),
    // Once in ten seconds at most, however many ask.
    figure({ id: id('times that the keys were fetched'), value: grown.fetched, unit: '', ...free }),
    figure({ id: id('CPU each'), value: (user + system) / REQUESTS, unit: 'µs', ...free }),
    figure({
      id: `${AT_VENDORS} of them at a CloudAdapter: issuers that the library learnt`,
      value: vendorsGrew,
      unit: '',
      ...free,
    }),
  ];
};

/** A response that goes nowhere. */
const UNHEARD = {
  setHeader: () => undefined,
  write: () => true,
  end: () => undefined,
};

/** In a process of its own, for what it does to the library is for ever. */
export const strangersLeave: Bench = async () => {
  const child = fork(new URL(import.meta.url), { execArgv: [...process.execArgv, '--expose-gc'] });
  const [figures] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([status]) => {
      throw new Error(`the flood ended with ${status} and said nothing`);
    }),
  ])) as [readonly Figure[]];
  return figures;
};

if (process.send !== undefined && process.argv[1] === import.meta.filename) {
  process.send(await flood());
  process.disconnect();
}
