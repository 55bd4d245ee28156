/** Posts one request again and again, with one token after the other where there are some, in a process of its own, so that nothing of it counts into the server's CPU. */
import { Agent, request } from 'node:http';
import { z } from 'zod';

const order = z.object({
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  /** Bearer tokens, one for each request in turn. */
  tokens: z.array(z.string()).default([]),
  count: z.number(),
  atOnce: z.number(),
});

const agent = new Agent({ keepAlive: true });

const once = ({ url, headers, body, tokens }: z.infer<typeof order>, n: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const token = tokens[n % tokens.length];
    const all = token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` };
    const outgoing = request(url, { method: 'POST', agent, headers: all }, (answer) => {
      answer.on('end', () => resolve(answer.statusCode ?? 0)).resume();
    });
    outgoing.on('error', reject).end(body);
  });

process.on('message', async (message) => {
  const asked = order.parse(message);
  let left = asked.count;
  let good = 0;
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      if ((await once(asked, left)) === 200) good += 1;
    }
  };
  await Promise.all(Array.from({ length: asked.atOnce }, one));
  process.send?.(good);
});
