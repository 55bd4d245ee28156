/**
 * OWASP API4:2023, of what Sotto calls: no system of record takes more of Sotto than its share, and Sotto takes no more of it than its
 * description allows. What comes in from outside is bounded by the tests of the http server, the throttle and the floods.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { parseDescription } from '../../src/adapters/backend/description.ts';
import { createRestBackend } from '../../src/adapters/backend/rest.ts';
import { createPlaces } from '../../src/core/places.ts';
import type { Backend, Fetched } from '../../src/core/ports.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-consumption-'));
const servers: Server[] = [];
const stop = (): void => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
};
afterEach(stop);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const serving = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const yaml = (name: string, base: string, more = ''): string =>
  `backend: ${name}\nbaseUrl: ${base}\n${more}operations:\n  ${name}.one: { method: GET, path: "/one/{subject}", data: x, subject: person, fields: { a: text } }\n`;

const making = (texts: readonly string[], clock?: { now: () => number }): Backend => {
  const at = mkdtempSync(join(folder, 'x-'));
  texts.forEach((text, nth) => {
    writeFileSync(join(at, `${nth}.yaml`), text);
  });
  return createRestBackend({ folder: at, ...(clock === undefined ? {} : { clock }) });
};

const fetching = (backend: Backend, o: { name?: string; asker?: string } = {}): Promise<Fetched> =>
  backend.fetch({ operation: `${o.name ?? 'x'}.one`, subject: 'evan', asker: o.asker ?? 'evan', id: 'q' });

const codes = async (all: readonly Promise<Fetched>[]): Promise<readonly string[]> =>
  (await Promise.all(all)).map((fetched) => (fetched.ok ? 'ok' : fetched.code));

const count = (all: readonly string[], code: string): number => all.filter((one) => one === code).length;

/** Of a system that never comes to an end of its list. */
const endless: RequestListener = (request, response) => {
  const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('after') ?? '0');
  const items = Array.from({ length: 10 }, (_, at) => ({ person: 'evan', a: `${page}.${at}` }));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items, next: page + 1 }));
};

const inPages = (name: string, base: string, o: { readonly head?: string; readonly most?: number } = {}): string =>
  yaml(name, base, o.head).replace(
    'subject: person',
    `subject: person, records: items, pages: { cursor: after, next: $.next${o.most === undefined ? '' : `, most: ${o.most}`} }`,
  );

const RECORD = '{"person":"evan","a":"b"}';
const answers: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(RECORD);
};

describe('a system of record', () => {
  it('is called by no more at once than may be, the next wait, and the rest are told once it is slow', async () => {
    let under = 0;
    let most = 0;
    let release: (() => void)[] = [];
    const base = await serving((request, response) => {
      under += 1;
      most = Math.max(most, under);
      release.push(() => {
        under -= 1;
        answers(request, response);
      });
    });
    const backend = making([yaml('x', base, 'timeoutMs: 10000\nlimits: { concurrent: 3, waiting: 2 }\n')]);
    const refused: string[] = [];
    const all = Array.from({ length: 10 }, async () => {
      const fetched = await fetching(backend);
      if (!fetched.ok) refused.push(fetched.code);
      return fetched;
    });
    while (release.length < 3 || refused.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    // Nobody has been answered yet, and these have been told.
    expect(refused).toEqual(['busy', 'busy', 'busy', 'busy', 'busy']);
    let over = false;
    const done = codes(all).finally(() => {
      over = true;
    });
    while (!over) {
      const now = release;
      release = [];
      for (const one of now) one();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(count(await done, 'ok')).toBe(5);
    expect(most).toBe(3);
  });

  it('may hold no more than half of the questions that one process works on', () => {
    // Half of what there is for questions where nothing else is going on.
    expect(createPlaces({ platforms: 1 }).forQueue()).toBeGreaterThanOrEqual(2 * 28);
    const limits = (text: string) => parseDescription(yaml('x', 'https://x.example.com', `limits: { ${text} }\n`)).ok;
    expect(limits('concurrent: 20, waiting: 8')).toBe(true);
    expect(limits('concurrent: 20, waiting: 9')).toBe(false);
    expect(limits('concurrent: 32')).toBe(false);
    expect(limits('waiting: 1000')).toBe(false);
  });

  it('that hangs delays no other, and is soon left alone', async () => {
    let hung = 0;
    const hangs = await serving(() => {
      hung += 1;
    });
    const well = await serving(answers);
    let now = 1_000_000;
    const backend = making(
      [yaml('x', hangs, 'timeoutMs: 300\nretries: 0\nbreaker: { failures: 4, pauseSeconds: 60 }\n'), yaml('y', well)],
      { now: () => now },
    );
    const hanging = Array.from({ length: 40 }, () => fetching(backend));
    let over = false;
    const done = codes(hanging).finally(() => {
      over = true;
    });
    expect(await codes(Array.from({ length: 8 }, () => fetching(backend, { name: 'y' })))).toEqual(Array(8).fill('ok'));
    expect(over).toBe(false);
    const all = await done;
    expect([count(all, 'busy') + count(all, 'unreachable'), count(all, 'ok')]).toEqual([40, 0]);
    expect(hung).toBeLessThanOrEqual(16);
    const before = hung;
    expect(await codes(Array.from({ length: 100 }, () => fetching(backend)))).toEqual(Array(100).fill('busy'));
    expect(hung).toBe(before);
    // After the pause one of them goes to see.
    now += 60_000;
    const again = await codes(Array.from({ length: 8 }, () => fetching(backend)));
    expect([count(again, 'unreachable'), count(again, 'busy'), hung - before]).toEqual([1, 7, 1]);
  });

  it('that is slow at the end of its answer is waited for no longer than the deadline', async () => {
    const base = await serving((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    const backend = making([yaml('x', base, 'timeoutMs: 200\n')]);
    expect(await fetching(backend)).toEqual({ ok: false, code: 'unreachable' });
  });

  it('is asked no more often in a minute than its description says, by all and for one person', async () => {
    let asked = 0;
    const base = await serving((request, response) => {
      asked += 1;
      answers(request, response);
    });
    let now = 60_000_000;
    const limits = 'limits: { perMinute: 5, personPerMinute: 2, concurrent: 8, waiting: 8 }\n';
    const backend = making([yaml('x', base, limits)], { now: () => now });
    expect(await codes([1, 2, 3].map(() => fetching(backend)))).toEqual(['ok', 'ok', 'busy']);
    const others = ['mona', 'pia', 'hugo', 'hana'].map((asker) => fetching(backend, { asker }));
    expect(await codes(others)).toEqual(['ok', 'ok', 'ok', 'busy']);
    expect(asked).toBe(5);
    now += 60_000;
    expect(await codes([fetching(backend)])).toEqual(['ok']);
  });

  it('that asks to be left alone is', async () => {
    let asked = 0;
    const base = await serving((_, response) => {
      asked += 1;
      response.writeHead(429, { 'retry-after': '30' }).end();
    });
    let now = 1_000_000;
    const backend = making([yaml('x', base)], { now: () => now });
    expect(await codes([fetching(backend)])).toEqual(['unreachable']);
    expect(await codes([fetching(backend), fetching(backend)])).toEqual(['busy', 'busy']);
    now += 30_000;
    expect(await codes([fetching(backend)])).toEqual(['unreachable']);
    expect(asked).toBe(2);
  });

  it('is asked again so often as its description says where the connection breaks, each within its quota, and no more', async () => {
    let asked = 0;
    const base = await serving((request) => {
      asked += 1;
      request.socket.destroy();
    });
    const more = 'timeoutMs: 10000\nretries: 3\nlimits: { perMinute: 6 }\n';
    const backend = making([yaml('x', base, more)], { now: () => 1_000_000 });
    expect(await codes([fetching(backend)])).toEqual(['unreachable']);
    expect(asked).toBe(4);
    expect(await codes([fetching(backend)])).toEqual(['busy']);
    expect(asked).toBe(6);
  });

  it.each([
    ['longer', `{"person":"evan","a":"${'x'.repeat(2_000)}"}`],
    ['deeper', `{"person":"evan","a":"b","c":${'['.repeat(5)}${']'.repeat(5)}}`],
    ['a number that is none', '{"person":"evan","a":1e999}'],
  ])('whose answer is %s than its description says is not taken', async (_, body) => {
    const base = await serving((__, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
    const backend = making([yaml('x', base, 'limits: { bytes: 1024, depth: 4 }\n')]);
    expect(await fetching(backend)).toEqual({ ok: false, code: 'malformed' });
  });

  it('whose list is longer than its description says is not taken, not even in part', async () => {
    const items = (length: number) =>
      JSON.stringify({ items: Array.from({ length }, () => ({ person: 'evan', a: 'b' })) });
    let length = 3;
    const base = await serving((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(items(length));
    });
    const text = yaml('x', base, 'limits: { records: 3 }\n').replace(
      'subject: person',
      'subject: person, records: items',
    );
    const backend = making([text]);
    expect(await fetching(backend)).toMatchObject({ ok: true });
    length = 4;
    expect(await fetching(backend)).toEqual({ ok: false, code: 'malformed' });
  });

  it('is asked once for what may be kept, as long as its description says, and each time for what may not', async () => {
    let asked = 0;
    const base = await serving((request, response) => {
      asked += 1;
      answers(request, response);
    });
    let now = 1_000_000;
    const text = yaml('x', base).replace('subject: person', 'cacheSeconds: 60, subject: person');
    const backend = making([text], { now: () => now });
    const kept = (mayCache: boolean, subject = 'evan') =>
      backend.fetch({ operation: 'x.one', subject, asker: 'evan', id: 'q', mayCache });
    expect(await codes(Array.from({ length: 8 }, () => kept(true)))).toEqual(Array(8).fill('ok'));
    expect(asked).toBe(1);
    await kept(true, 'mona');
    expect(asked).toBe(2);
    await kept(false);
    await fetching(backend);
    expect(asked).toBe(4);
    now += 60_000;
    await kept(true);
    expect(asked).toBe(5);
  });
});

describe('a list that never ends', () => {
  const counting = async (listener: RequestListener = endless): Promise<{ base: string; asked: () => number }> => {
    let asked = 0;
    const base = await serving((request, response) => {
      asked += 1;
      listener(request, response);
    });
    return { base, asked: () => asked };
  };

  it('is read for as many pages as its description says, five where it says nothing, and never more than twenty', async () => {
    for (const [most, pages] of [
      [undefined, 5],
      [1, 1],
      [20, 20],
    ] as const) {
      const { base, asked } = await counting();
      const fetched = await fetching(making([inPages('x', base, most === undefined ? {} : { most })]));
      expect([most, fetched.ok && fetched.records.length, fetched.ok && fetched.more]).toEqual([
        most,
        10 * pages,
        true,
      ]);
      expect([most, asked()]).toEqual([most, pages]);
    }
    expect(parseDescription(inPages('x', 'https://x.example.com', { most: 21 })).ok).toBe(false);
  });

  it('holds no more records than its description says, over all of its pages', async () => {
    const { base, asked } = await counting();
    const backend = making([inPages('x', base, { head: 'limits: { records: 25 }\n', most: 20 })]);
    const fetched = await fetching(backend);
    expect(fetched).toMatchObject({ ok: true, records: { length: 25 }, more: true });
    expect(asked()).toBe(3);
  });

  it('holds no more text than a million characters and the page that came over it', async () => {
    const { base, asked } = await counting((request, response) => {
      const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('after') ?? '0');
      const body = { items: [{ person: 'evan', a: 'b' }], next: page + 1, filling: 'x'.repeat(400_000) };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const backend = making([inPages('x', base, { head: 'limits: { bytes: 524288 }\n', most: 20 })]);
    expect(await fetching(backend)).toMatchObject({ ok: true, records: { length: 3 }, more: true });
    expect(asked()).toBe(3);
  });

  it('counts each page against what may be asked in a minute, and is refused whole where that is reached', async () => {
    const { base, asked } = await counting();
    const head = 'limits: { perMinute: 12, personPerMinute: 7 }\n';
    const backend = making([inPages('x', base, { head })], { now: () => 60_000_000 });
    expect(await codes([fetching(backend)])).toEqual(['ok']);
    expect(await codes([fetching(backend)])).toEqual(['busy']);
    expect(asked()).toBe(7);
    expect(await codes([fetching(backend, { asker: 'mona' })])).toEqual(['ok']);
    expect(await codes([fetching(backend, { asker: 'pia' })])).toEqual(['busy']);
    expect(asked()).toBe(12);
  });

  it('has the deadline of one call for all of its pages', async () => {
    const { base, asked } = await counting((request, response) => {
      setTimeout(() => endless(request, response), 80).unref();
    });
    const backend = making([inPages('x', base, { head: 'timeoutMs: 400\nretries: 3\n', most: 20 })]);
    expect(await codes([fetching(backend)])).toEqual(['unreachable']);
    expect(asked()).toBeLessThan(6);
  });

  it('takes one turn for all of its pages, and is kept in memory as one answer', async () => {
    const { base, asked } = await counting();
    const text = inPages('x', base).replace('subject: person', 'cacheSeconds: 60, subject: person');
    const backend = making([text]);
    const kept = () => backend.fetch({ operation: 'x.one', subject: 'evan', asker: 'evan', id: 'q', mayCache: true });
    const first = await kept();
    expect(await kept()).toEqual(first);
    expect(first).toMatchObject({ ok: true, more: true });
    expect(asked()).toBe(5);
  });
});
