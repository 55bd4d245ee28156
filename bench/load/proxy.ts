/**
 * What stands before Sotto where people install it, as a process of its own: it takes each of a platform's connections and keeps a few of its
 * own. Of so many answers it loses one: the connection breaks in its place.
 */
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** That it keeps open to Sotto. */
const CONNECTIONS = 128;

const loseEvery = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
let to = '';
let [taken, lost] = [0, 0];

const server = createServer((incoming, response) => {
  taken += 1;
  const loses = taken % loseEvery === 0;
  // Whether a connection is kept is between its two ends.
  const { connection: _, ...headers } = incoming.headers;
  const onward = request(to, { method: 'POST', headers, agent }, (answer) => {
    if (!loses) {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      return;
    }
    answer.on('end', () => {
      lost += 1;
      response.destroy();
    });
    answer.resume();
  });
  onward.on('error', () => response.destroy());
  // Whoever has gone needs no answer: what still waits for a connection is not sent on.
  response.on('close', () => {
    if (!response.writableFinished) onward.destroy();
  });
  incoming.pipe(onward);
});

/** Told where Sotto is, or asked (by nothing) what it counted. */
process.on('message', (told: { readonly to?: string }) => {
  if (told.to !== undefined) to = told.to;
  process.send?.({ taken, lost });
});
process.on('disconnect', () => process.exit());

server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
