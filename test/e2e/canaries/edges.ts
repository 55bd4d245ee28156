/** The edges of the servers: what never becomes a request of ours, and what whoever asks there may not learn. */
import type { CanaryStage } from '../../support/canary-stage.ts';
import type { Path } from './path.ts';

/** Sends bytes; the status that came back, '' where nothing did. */
const status = async (
  stage: CanaryStage,
  port: 'public' | 'ops',
  lines: readonly string[],
  body = '',
): Promise<string> => {
  const got = await stage.bytes({ port, raw: `${lines.join('\r\n')}\r\nconnection: close\r\n\r\n${body}` });
  return /^HTTP\/1\.1 (\d{3})/.exec(got)?.[1] ?? '';
};
const expected = (got: string, wanted: string): void => {
  if (got !== wanted) throw new Error(`answered ${got}, not ${wanted}`);
};

const headersOf = (word: string): readonly string[] => [
  `authorization: Bearer ${word}`,
  `cookie: session=${word}`,
  `user-agent: ${word}`,
  `referer: https://a.example/${word}`,
  `x-forwarded-for: ${word}`,
  `x-request-id: ${word}`,
  `traceparent: 00-${word}-${word}-01`,
  `${word}: ${word}`,
];

export const EDGES: readonly Path[] = [
  {
    name: 'paths that do not exist, with a query',
    go: async (stage) => {
      const word = stage.canaries.word('a path');
      for (const port of ['public', 'ops'] as const)
        for (const path of [`/${word}`, `/${word}/${word}?q=${word}`, `/slack/events/${word}`, `/metrics/${word}`])
          expected(await status(stage, port, [`GET ${path} HTTP/1.1`, 'host: a']), '404');
      expected(await status(stage, 'public', [`GET /%${word} HTTP/1.1`, 'host: a']), '400');
    },
  },
  {
    name: 'queries of paths that exist',
    go: async (stage) => {
      const word = stage.canaries.word('a query');
      const events = [
        `POST /slack/events?token=${word}&q=${word} HTTP/1.1`,
        'host: a',
        'content-type: application/json',
      ];
      expected(await status(stage, 'public', [...events, 'content-length: 2'], '{}'), '401');
      expected(await status(stage, 'ops', [`GET /metrics?name[]=${word} HTTP/1.1`, 'host: a']), '200');
      expected(await status(stage, 'ops', [`GET /health/ready?${word} HTTP/1.1`, 'host: a']), '200');
    },
  },
  {
    name: 'headers, with authorization among them',
    go: async (stage) => {
      const word = stage.canaries.word('a header');
      for (const path of ['/slack/events', '/teams/messages', '/health/live']) {
        const lines = [`POST ${path} HTTP/1.1`, `host: ${word}`, ...headersOf(word), 'content-length: 0'];
        const got = await status(stage, 'public', lines);
        if (!['400', '401', '405', '415'].includes(got)) throw new Error(`${path} answered ${got}`);
      }
    },
  },
  {
    name: 'methods that are not allowed, and bodies with them',
    go: async (stage) => {
      const word = stage.canaries.word('a body to a wrong method');
      const lines = ['PUT /slack/events HTTP/1.1', 'host: a', `content-length: ${word.length}`];
      expected(await status(stage, 'public', lines, word), '405');
    },
  },
  {
    name: 'what is no request at all',
    go: async (stage) => {
      const word = stage.canaries.word('garbage');
      for (const port of ['public', 'ops'] as const) {
        expected(await status(stage, port, [word]), '400');
        expected(await status(stage, port, [`${word.toUpperCase()} / HTTP/1.1`, 'host: a']), '400');
        expected(await status(stage, port, ['GET / HTTP/1.1', `host: a`, `x: ${word.repeat(3_000)}`]), '431');
        expected(await status(stage, port, ['GET / HTTP/1.1', `${word} without a colon`]), '400');
      }
    },
  },
  {
    name: 'the control socket',
    go: async (stage) => {
      const word = stage.canaries.word('something on the control socket');
      const asked = async (method: string, path: string, wanted: number, body?: string): Promise<void> => {
        const answer = await stage.control({ method, path, ...(body === undefined ? {} : { body }) });
        expected(String(answer.status), String(wanted));
      };
      await asked('GET', `/${word}`, 404);
      await asked('GET', `/order/${word}`, 404);
      await asked('POST', '/order', 400, `{"${word}`);
      await asked('POST', '/order', 400, JSON.stringify({ kind: word, text: word }));
      await asked('POST', '/order', 413, JSON.stringify({ kind: word.repeat(10_000) }));
      for (const path of ['/dead', '/expiries', '/standing']) await asked('GET', path, 200);
    },
  },
];
