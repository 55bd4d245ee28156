/** Posts one request again and again, in a process of its own, so that nothing of it counts into the server's CPU. */
import { Agent, request } from 'node:http';
import { z } from 'zod';

const order = z.object({
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  count: z.number(),
  atOnce: z.number(),
});

const agent = new Agent({ keepAlive: true });

const once = ({ url, headers, body }: z.infer<typeof order>): Promise<number> =>
  new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent, headers }, (answer) => {
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
      if ((await once(asked)) === 200) good += 1;
    }
  };
  await Promise.all(Array.from({ length: asked.atOnce }, one));
  process.send?.(good);
});
