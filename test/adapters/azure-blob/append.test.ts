/** The second copy against a played container, for what azurite does not do: faults, late calls, a retention policy. */
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createAzureCredential } from '../../../src/adapters/azure/credential.ts';
import { type AppendCopyOptions, createAppendCopy } from '../../../src/adapters/azure-blob/append.ts';
import { readCopyLine } from '../../../src/core/audit-copy-lines.ts';
import type { AuditCopy } from '../../../src/core/audit-copy-ports.ts';
import { type AppendBlobStandIn, createAppendBlobStandIn } from '../../stand-ins/azure/append-blob.ts';
import { type AzureStage, CLIENT, openAzureStage, TENANT } from '../../stand-ins/azure/stage.ts';
import { STORAGE_SCOPE } from '../../support/azurite.ts';

interface Stage {
  readonly azure: AzureStage;
  readonly blob: AppendBlobStandIn;
  readonly copy: AuditCopy;
  readonly waits: readonly number[];
  readonly time: { now: number };
  make(over?: Partial<AppendCopyOptions>): AuditCopy;
}

const DAY_MS = 24 * 60 * 60_000;
const START = Date.UTC(2026, 0, 1, 12);

const stages: Stage[] = [];
const open = async (
  o: Partial<Pick<Parameters<typeof createAppendBlobStandIn>[0], 'retention' | 'blocksMost'>> = {},
): Promise<Stage> => {
  const azure = await openAzureStage({ scopes: [STORAGE_SCOPE] });
  const { certificate, authority } = azure;
  const blob = await createAppendBlobStandIn({ certificate, tenant: TENANT, issued: authority.issued, ...o });
  const credential = createAzureCredential({
    kind: 'workload-identity',
    tenantId: TENANT,
    clientId: CLIENT,
    tokenFile: azure.tokenFile,
    unsafeAuthorityHost: authority.url,
    ca: certificate.cert,
  });
  const waits: number[] = [];
  const time = { now: START };
  const make = (over: Partial<AppendCopyOptions> = {}): AuditCopy =>
    createAppendCopy({
      url: blob.url,
      unsafeStandIn: true,
      credential,
      clock: {
        now: () => time.now,
        sleep: async (ms) => {
          waits.push(ms);
        },
      },
      random: { id: () => 'id', fraction: () => 0.5 },
      ca: certificate.cert,
      ...over,
    });
  const stage = { azure, blob, copy: make(), waits, time, make };
  stages.push(stage);
  return stage;
};
afterEach(async () => {
  for (const { blob, azure } of stages.splice(0)) {
    await blob.close();
    await azure.close();
    expect(blob.offences()).toEqual([]);
  }
});

const entry = (index: number | null, n: unknown = index) => ({ index, json: JSON.stringify({ kind: 'stop', n }) });
const write = (copy: AuditCopy, ...indexes: readonly number[]) =>
  copy.write({ origin: 'slot-0', entries: indexes.map((index) => entry(index)), note: null });

/** The indexes that lie there, in the order of names and lines. */
const indexes = (blob: AppendBlobStandIn): readonly (number | null)[] =>
  Object.entries(blob.texts())
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, text]) => text.split('\n').slice(0, -1))
    .flatMap((line) => {
      const read = readCopyLine(line);
      if (read === null) throw new Error(`no line of a copy: ${line}`);
      return read.kind === 'entry' ? [read.entry.index] : [];
    });

describe('what is written', () => {
  it('lies in one blob for each log and day, line by line, behind it its checkpoint', async () => {
    const { copy, blob, time } = await open();
    await copy.write({
      origin: 'slot-0',
      entries: [entry(0), entry(1)],
      note: 'slot-0\n2\nROOT\n\n\u2014 slot-0 SIG\n',
    });
    await copy.write({ origin: 'slot-1', entries: [entry(0, 'other')], note: null });
    time.now += DAY_MS;
    await write(copy, 2);
    expect(blob.texts()).toEqual({
      'slot-0/2026-01-01-000.ndjson':
        '{"entry":{"kind":"stop","n":0},"index":0}\n{"entry":{"kind":"stop","n":1},"index":1}\n{"note":"slot-0\\n2\\nROOT\\n\\n\u2014 slot-0 SIG\\n"}\n',
      'slot-1/2026-01-01-000.ndjson': '{"entry":{"kind":"stop","n":"other"},"index":0}\n',
      'slot-0/2026-01-02-000.ndjson': '{"entry":{"kind":"stop","n":2},"index":2}\n',
    });
  });

  it('goes on where another process left off', async () => {
    const { copy, blob, make } = await open();
    await write(copy, 0, 1);
    await write(make(), 2);
    await write(make(), 3);
    expect(Object.keys(blob.texts())).toHaveLength(1);
    expect(indexes(blob)).toEqual([0, 1, 2, 3]);
  });

  it('never stands before what is there, also where a clock was set back', async () => {
    const { copy, blob, time } = await open();
    await write(copy, 0);
    time.now -= 3 * DAY_MS;
    await write(copy, 1);
    expect(indexes(blob)).toEqual([0, 1]);
  });

  it('goes into the next blob where one is full, was sealed, or was filled by somebody else', async () => {
    const { copy, blob, make } = await open({ blocksMost: 3 });
    for (let index = 0; index < 7; index += 1) await write(copy, index);
    expect(Object.keys(blob.texts())).toHaveLength(3);
    blob.meddle('seal', 'slot-0/2026-01-01-002.ndjson');
    await write(copy, 7);
    await write(make({ blocksMost: 3 }), 8);
    expect(Object.keys(blob.texts())).toHaveLength(4);
    expect(indexes(blob)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('is cut into blocks that Azure takes', async () => {
    const { copy, blob } = await open();
    const entries = Array.from({ length: 100 }, (_, index) => entry(index, 'x'.repeat(60_000)));
    await copy.write({ origin: 'slot-0', entries, note: null });
    expect(indexes(blob)).toEqual(entries.map(({ index }) => index));
    expect(blob.calls().filter((call) => call.startsWith('append')).length).toBeGreaterThan(5);
  });

  it('waits its turn behind what is being written', async () => {
    const { copy, blob } = await open();
    await Promise.all([0, 1, 2, 3, 4, 5].map((index) => write(copy, index)));
    expect(indexes(blob)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('an answer that is lost', () => {
  it('is looked for: what arrived is not sent again', async () => {
    const { copy, blob } = await open();
    blob.fail({ on: 'append', kind: 'lost', times: 1 });
    await write(copy, 0);
    await write(copy, 1);
    expect(indexes(blob)).toEqual([0, 1]);
  });

  it('adds nothing where the call comes through later, when something else stands there', async () => {
    const { copy, blob } = await open();
    await write(copy, 0);
    blob.fail({ on: 'append', kind: 'late', times: 1 });
    await write(copy, 1);
    blob.settle();
    await write(copy, 2);
    expect(indexes(blob)).toEqual([0, 1, 2]);
  });

  it('is found also where the call comes through between our look and our next try', async () => {
    const { copy, blob } = await open();
    await write(copy, 0);
    blob.fail({ on: 'append', kind: 'late', times: 1 });
    blob.fail({ on: 'look', kind: 'settle-after', times: 1 });
    await write(copy, 1, 2);
    expect(blob.calls().filter((call) => call.endsWith(' 412'))).toHaveLength(1);
    expect(indexes(blob)).toEqual([0, 1, 2]);
  });

  it('is remembered by the next write, where the look failed as well', async () => {
    const { copy, blob } = await open();
    await write(copy, 0);
    blob.fail({ on: 'append', kind: 'lost', times: 1 });
    blob.fail({ on: 'look', kind: 'reset' });
    await expect(write(copy, 1, 2)).rejects.toMatchObject({ code: 'audit-copy-unavailable' });
    blob.heal();
    await write(copy, 1, 2, 3);
    expect(indexes(blob)).toEqual([0, 1, 2, 3]);
  });

  it('of a write that was refused and did not arrive leaves nothing out', async () => {
    const { copy, blob } = await open();
    blob.fail({ on: 'append', kind: 'reset' });
    await expect(write(copy, 0, 1)).rejects.toMatchObject({ code: 'audit-copy-unavailable' });
    blob.heal();
    await write(copy, 0, 1, 2);
    expect(indexes(blob)).toEqual([0, 1, 2]);
  });
});

describe('somebody else', () => {
  it('who adds to a blob moves its end, and nothing of theirs or ours is lost', async () => {
    const { copy, blob } = await open();
    await write(copy, 0);
    blob.meddle('append', 'slot-0/2026-01-01-000.ndjson');
    await write(copy, 1);
    expect(indexes(blob)).toEqual([0, 1]);
    expect(blob.texts()['slot-0/2026-01-01-000.ndjson']).toContain('of somebody else');
  });

  it('who deletes a blob does not stop what follows; what is missing is missing', async () => {
    const { copy, blob } = await open();
    await write(copy, 0);
    blob.meddle('delete', 'slot-0/2026-01-01-000.ndjson');
    await write(copy, 1);
    expect(indexes(blob)).toEqual([1]);
  });
});

describe('a failure', () => {
  const shown = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'no refusal',
      (error: unknown) => inspect(error, { depth: 10, showHidden: true }),
    );

  it.each([
    [{ kind: 'status', status: 403, code: 'AuthorizationPermissionMismatch' }, 'Storage Blob Data Contributor'],
    [{ kind: 'status', status: 404, code: 'ContainerNotFound' }, 'az storage container create'],
    [{ kind: 'status', status: 503, code: 'ServerBusy' }, 'too much to do (ServerBusy)'],
    [{ kind: 'status', status: 500, code: 'InternalError' }, 'cannot be reached (InternalError)'],
    [{ kind: 'reset' }, 'cannot be reached'],
  ] as const)('%j is said with how to mend it, and holds neither token nor entry', async (fault, words) => {
    const { copy, blob, azure } = await open();
    await write(copy, 0);
    blob.fail(fault);
    const said = await shown(copy.write({ origin: 'slot-0', entries: [entry(1, 'HUSH')], note: null }));
    expect(said).toContain("code: 'audit-copy-unavailable'");
    expect(said).toContain(words);
    expect(said).not.toContain('HUSH');
    for (const token of azure.authority.tokens()) expect(said).not.toContain(token);
  });

  it('of a container that lets nothing grow says which policy it needs', async () => {
    const { copy } = await open({ retention: 'locked' });
    expect(await shown(write(copy, 0))).toContain('--allow-protected-append-writes true');
  });

  it('that hangs ends by its own deadline, and what waits behind it is done when it is over', async () => {
    const { blob, make } = await open();
    const copy = make({ callMs: 100, writeMs: 300 });
    blob.fail({ on: 'append', kind: 'hang' });
    expect(await shown(write(copy, 0))).toContain('did not answer in time');
    blob.heal();
    await write(copy, 0, 1);
    expect(indexes(blob)).toEqual([0, 1]);
  });

  it('that asks for patience is given it', async () => {
    const { copy, blob, waits } = await open();
    blob.fail({ on: 'append', kind: 'status', status: 503, code: 'ServerBusy', retryAfterSeconds: 3, times: 1 });
    await write(copy, 0);
    expect(waits).toEqual([3_000]);
  });
});

describe('what is asked of the container', () => {
  it.each([
    ['none', false],
    ['protected', true],
    ['locked', true],
  ] as const)('is whether it keeps what is there: %s', async (retention, keeps) => {
    expect(await (await open({ retention })).copy.keeps()).toBe(keeps);
  });

  it('is how many entries no log ever took', async () => {
    const { copy, time } = await open();
    expect(await copy.onlyThere('slot-0')).toBe(0);
    await copy.write({ origin: 'slot-0', entries: [entry(0), entry(null, 'a'), entry(null, 'b')], note: null });
    expect(await copy.onlyThere('slot-0')).toBe(2);
    time.now += DAY_MS;
    await copy.write({ origin: 'slot-0', entries: [entry(1, 'recovered'), entry(2, 'a')], note: null });
    expect(await copy.onlyThere('slot-0')).toBe(1);
    expect(await copy.onlyThere('slot-1')).toBe(0);
  });
});

it('through any faults each entry that was taken lies there once, in order, if whoever asks goes on asking', async () => {
  const { blob, make } = await open({ blocksMost: 4 });
  const kinds = ['lost', 'reset', 'late', 'settle-after', 'busy', 'none'] as const;
  const verbs = ['append', 'look', 'create', 'read', undefined] as const;
  let next = 0;
  let copy = make({ blocksMost: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...kinds), fc.constantFrom(...verbs), fc.integer({ min: 1, max: 3 })), {
        maxLength: 6,
      }),
      fc.integer({ min: 1, max: 4 }),
      async (faults, count) => {
        for (const [kind, on, times] of faults) {
          const where = { ...(on === undefined ? {} : { on }), times };
          if (kind === 'busy') blob.fail({ ...where, kind: 'status', status: 503, code: 'ServerBusy' });
          else if (kind !== 'none') blob.fail({ ...where, kind });
        }
        const wanted = Array.from({ length: count }, (_, i) => next + i);
        for (let attempt = 0; ; attempt += 1) {
          if (attempt === 10) blob.heal();
          try {
            await write(copy, ...wanted);
            break;
          } catch (error) {
            if (attempt > 12) throw error;
            if (attempt % 4 === 1) blob.settle();
          }
        }
        blob.settle();
        next += count;
      },
    ),
    { numRuns: 120 },
  );
  blob.heal();
  copy = make({ blocksMost: 4 });
  await write(copy, next);
  expect(indexes(blob)).toEqual(Array.from({ length: next + 1 }, (_, i) => i));
});
