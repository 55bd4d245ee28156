/** From a question to its visible answer, one at a time: all of Sotto against a bare Bolt app that echoes, before the same chat. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, HTTPReceiver } from '@slack/bolt';
import { z } from 'zod';
import { backendsFor } from '../../playground/stage.ts';
import { claimForServing } from '../../src/adapters/files/data-folder.ts';
import { ensureFileSecrets } from '../../src/adapters/files/secrets.ts';
import { silentLogger } from '../../src/adapters/slack/client.ts';
import { readConfig } from '../../src/config.ts';
import { startSotto } from '../../src/main.ts';
import { makeCrowd, writeCrowd } from '../../test/support/crowd.ts';
import { packFor } from '../../test/support/pack.ts';
import { settings } from '../../test/support/serving.ts';
import { type Figure, figure, median, roundsIn } from '../figure.ts';

const ROUNDS = 5;

/** So many that nobody is throttled. */
const PEOPLE = 400;

/** With a look into the HR system, and without. */
const LEAVE = { text: 'how many vacation days have I got left?', answer: 'days of leave left' };
const PAY_DAY = { text: 'when is pay day?', answer: 'paid on the 25th' };

const replies = z.union([z.object({ times: z.array(z.number()) }), z.object({ failed: z.string() })]);
const p95 = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN;

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

const openChat = async (folder: string): Promise<{ readonly chat: ChildProcess; readonly base: string }> => {
  const people = makeCrowd({ count: PEOPLE });
  const { hrData } = writeCrowd(folder, people);
  const chat = fork(new URL('./chat.ts', import.meta.url), [
    JSON.stringify({ hrData, people: people.map(({ slackUser }) => slackUser) }),
  ]);
  const [hello] = await once(chat, 'message');
  return { chat, base: z.object({ base: z.string() }).parse(hello).base };
};

/** As its guide puts one up. */
const openEcho = async (o: { readonly base: string; readonly secret: string; readonly token: string }) => {
  const receiver = new HTTPReceiver({ signingSecret: o.secret, logger: silentLogger });
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: o.token, botUserId: 'U0SOTTOBOT', botId: 'B0SOTTOBOT' }),
    clientOptions: { slackApiUrl: `${o.base}/standin/slack/api/`, logger: silentLogger },
    convoStore: false,
    logger: silentLogger,
  });
  app.message(async ({ message, say }) => void (await say('text' in message ? (message.text ?? '') : '')));
  const server = createServer((request, response) => receiver.requestListener(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

const openSotto = async (folder: string, base: string) => {
  backendsFor({ folder: join(folder, 'backends'), base });
  packFor({ folder: join(folder, 'pack'), expiresSeconds: null });
  const read = readConfig({ ...settings(folder, base), SOTTO_DIRECTORY: `file:${join(folder, 'people.yaml')}` });
  if (!read.ok) throw new Error(read.findings.join('\n'));
  const { store, dataFolder } = read.config;
  claimForServing(dataFolder, store.kind === 'sqlite' ? store.path : null);
  // Told once to everybody beside the first answer: not what is measured here.
  return startSotto({ config: read.config, log: silent, firstUse: false });
};

export const visibleFigures = async (seconds: number): Promise<readonly Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  await ensureFileSecrets({
    folder: join(folder, 'secrets'),
    wanted: {
      'data-key': 'random-32-bytes',
      'audit-signing-key': 'ed25519-key',
      'slack-signing-secret': 'token',
      'slack-bot-token': 'slack-bot-token',
    },
  });
  const secretOf = (name: string): string => readFileSync(join(folder, 'secrets', name), 'utf8').trim();
  const secret = secretOf('slack-signing-secret');
  const { chat, base } = await openChat(folder);
  const echo = await openEcho({ base, secret, token: secretOf('slack-bot-token') });
  const sotto = await openSotto(folder, base);
  const timesOf = async (url: string, o: typeof LEAVE, count: number): Promise<readonly number[]> => {
    chat.send({ url, secret, count, ...o });
    const [message] = await once(chat, 'message');
    const reply = replies.parse(message);
    if ('failed' in reply) throw new Error(`${reply.failed}: the bench measures nothing`);
    return reply.times;
  };
  const [ours, theirs] = [`${sotto.url}/slack/events`, { ...LEAVE, answer: LEAVE.text }];
  const measure = async (count: number) => ({
    echo: await timesOf(echo.url, theirs, count),
    leave: await timesOf(ours, LEAVE, count),
    payDay: await timesOf(ours, PAY_DAY, count),
  });
  try {
    await measure(100);
    const rounds: Awaited<ReturnType<typeof measure>>[] = [];
    for (let i = 0; i < roundsIn(seconds, ROUNDS); i++)
      rounds.push(await measure(Math.max(40, Math.round(seconds * 20))));
    const middle = (of: (round: (typeof rounds)[number]) => number): number => median(rounds.map(of));
    const ms = { unit: 'ms', target: null, direction: 'max' } as const;
    return [
      figure({
        id: 'question to visible answer, p95 / a Bolt echo',
        value: middle((r) => p95(r.payDay) / p95(r.echo)),
        unit: 'x',
        target: 3,
        direction: 'max',
      }),
      figure({
        id: 'the same with a look into the HR system',
        value: middle((r) => p95(r.leave) / p95(r.echo)),
        unit: 'x',
        target: 3,
        direction: 'max',
      }),
      figure({ id: 'a Bolt echo, p50', value: middle((r) => median(r.echo)), ...ms }),
      figure({ id: 'a Bolt echo, p95', value: middle((r) => p95(r.echo)), ...ms }),
      figure({ id: 'question to visible answer, p50', value: middle((r) => median(r.payDay)), ...ms }),
      figure({ id: 'question to visible answer, p95', value: middle((r) => p95(r.payDay)), ...ms }),
      figure({ id: 'with a look into the HR system, p50', value: middle((r) => median(r.leave)), ...ms }),
      figure({ id: 'with a look into the HR system, p95', value: middle((r) => p95(r.leave)), ...ms }),
    ];
  } finally {
    chat.kill();
    await sotto.stop();
    echo.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
