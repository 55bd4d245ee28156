/**
 * Slack and the HR system, answering at once, in a process of their own: asks what it is told to, one question after the
 * other, and says how long each took from the moment it was sent until its answer stood in the chat.
 */
import { Agent, request } from 'node:http';
import Fastify from 'fastify';
import { z } from 'zod';
import { createBackendStandIn } from '../../playground/backend/stand-in.ts';
import { slackEvent, TEAM } from './event.ts';

const order = z.object({
  url: z.string(),
  secret: z.string(),
  text: z.string(),
  /** What stands in an answer and in nothing else that is posted. */
  answer: z.string(),
  count: z.number(),
});

const settings = z.object({ hrData: z.string(), people: z.array(z.string()) }).parse(JSON.parse(process.argv[2] ?? ''));

/** After an answer the one who answered has a little left to do, which is not the next question's to wait for, ms. */
const REST_MS = 5;

/** Nothing takes so long, ms. */
const MOST_MS = 10_000;

let posted = 0;
let visible: (text: string) => void = () => undefined;
const app = Fastify({ forceCloseConnections: true });
const parser = (_: unknown, body: string): unknown => Object.fromEntries(new URLSearchParams(body));
app.addContentTypeParser(
  'application/x-www-form-urlencoded',
  { parseAs: 'string' },
  async (request: unknown, body: string | Buffer) => parser(request, String(body)),
);
const identity = { user_id: 'U0SOTTOBOT', bot_id: 'B0SOTTOBOT', team_id: TEAM };
app.post('/standin/slack/api/auth.test', async () => ({ ok: true, ...identity }));
app.post<{ Body: Record<string, string> }>('/standin/slack/api/chat.postMessage', async ({ body }) => {
  visible(JSON.stringify(body));
  posted += 1;
  const ts = `1771442483.${String(posted).padStart(6, '0')}`;
  return { ok: true, channel: body['channel'], ts, message: { text: body['text'], ts } };
});
createBackendStandIn({ dataFile: settings.hrData }).routes(app);
const base = await app.listen({ host: '127.0.0.1', port: 0 });

const agent = new Agent({ keepAlive: true });
let asked = 0;

const send = (o: z.infer<typeof order>): Promise<number> =>
  new Promise((resolve, reject) => {
    const user = settings.people[asked % settings.people.length] ?? '';
    asked += 1;
    const event = slackEvent({ ...o, user, channel: user.replace(/^U/, 'D'), n: Date.now() * 1_000 + (asked % 1_000) });
    const late = setTimeout(() => reject(new Error(`no answer that holds "${o.answer}"`)), MOST_MS);
    const before = performance.now();
    visible = (text) => {
      if (!text.includes(o.answer)) return reject(new Error(`what was posted does not hold "${o.answer}"`));
      clearTimeout(late);
      resolve(performance.now() - before);
    };
    request(o.url, { method: 'POST', agent, headers: event.headers }, (answer) => answer.resume())
      .on('error', reject)
      .end(event.body);
  });

process.on('message', async (message) => {
  const told = order.parse(message);
  const times: number[] = [];
  try {
    for (let n = 0; n < told.count; n++) {
      times.push(await send(told));
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
    process.send?.({ times });
  } catch (error) {
    process.send?.({ failed: String(error) });
  }
});
process.send?.({ base });
