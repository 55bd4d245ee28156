/** What a description says of a whole system: where it is, how it is signed in to, what it takes, and what can be asked of it. */
import { z } from 'zod';
import { taken } from './fields.ts';
import { hook } from './hook.ts';
import { operation } from './operation.ts';
import { auth, signIn } from './signing-in.ts';
import { baseAddress, dotted, hostName } from './texts.ts';

export const IDENTIFIERS = ['email', 'employee-number', 'user-name'] as const;

const limits = z
  .strictObject({
    concurrent: z.int().min(1).max(32).default(16).describe('Calls at once, of one process.'),
    waiting: z
      .int()
      .min(0)
      .max(64)
      .default(12)
      .describe(
        'Calls that wait for a turn while one takes longer than two seconds; what comes beyond is refused at once.',
      ),
    perMinute: z.int().min(1).max(100_000).default(6_000).describe('Calls of one process in a minute.'),
    personPerMinute: z.int().min(1).max(1_000).default(60).describe('Calls for one person in a minute.'),
    bytes: z
      .int()
      .min(1_024)
      .max(1024 * 1024)
      .default(256 * 1024)
      .describe('Of a response.'),
    records: z.int().min(1).max(1_000).default(1_000).describe('Of a list; a longer one is not used.'),
    depth: z.int().min(1).max(32).default(16).describe('How deep a response may be nested.'),
  })
  .prefault({});

const breaker = z
  .strictObject({
    failures: z
      .int()
      .min(1)
      .max(100)
      .default(5)
      .describe('After so many failures in a row nothing is asked for a while.'),
    pauseSeconds: z.int().min(1).max(600).default(10),
  })
  .prefault({});

/** Where a system has an id of its own for people, and finds it by what the directory calls them. */
const lookup = z.strictObject({
  path: z
    .string()
    .max(500)
    .regex(/^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/, 'must begin with / and hold plain segments'),
  query: z.record(z.string().regex(/^[$A-Za-z][A-Za-z0-9_.[\]-]{0,63}$/), z.string().max(300)),
  id: taken.describe('Where its own id stands in the response.'),
  proof: taken.describe('Where it repeats what it was asked for. It must be the very same, and stand there once.'),
  seconds: z.int().min(0).max(3_600).default(300).describe('Remembered for so long.'),
});

export const backend = z.strictObject({
  backend: dotted.describe('Its name, for logs and metrics.'),
  baseUrl: baseAddress,
  hosts: z
    .array(hostName)
    .max(10)
    .default([])
    .describe('Further hosts that may be called for it, such as the one that gives tokens.'),
  network: z
    .enum(['public', 'private'])
    .default('public')
    .describe(
      'public: addresses of private networks are refused, whatever the name resolves to. private: it is in one.',
    ),
  timeoutMs: z
    .int()
    .min(100)
    .max(10_000)
    .default(5_000)
    .describe('Of a whole call, the signing in and every try included.'),
  retries: z
    .int()
    .min(0)
    .max(3)
    .default(1)
    .describe('Of reads: how often one is asked again where the connection broke.'),
  auth: auth.optional().describe('One token that stands in the vault, sent as it is. signIn has more to offer.'),
  signIn: signIn.optional(),
  goesBy: z.enum(IDENTIFIERS).optional().describe("By what it names people; left out: by the directory's own ids."),
  lookup: lookup.optional(),
  limits,
  breaker,
  operations: z.record(dotted, operation),
  hooks: z
    .record(z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and dashes'), hook)
    .default({})
    .describe('POST /hooks/NAME: what the system reports back.'),
});

export type BackendShape = z.infer<typeof backend>;
