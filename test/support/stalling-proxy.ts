/**
 * A network between somebody and a server that can stand still without an end: nothing is closed, nothing arrives. What was sent
 * meanwhile arrives late, also when its sender has given up, as what lies in the buffers of real machines does.
 */
import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';

/** Which way nothing goes on. `replies`: what is asked is done, and nobody hears of it. */
export type Stalled = 'both' | 'replies';

export interface StallingProxy {
  readonly port: number;
  stall(which: Stalled): void;
  goOn(): void;
  end(): Promise<void>;
}

/** One way through. While it stands still, chunks lie here, and the end behind them. */
interface Way {
  hold(): void;
  letGo(): void;
}

const wayFrom = (from: Socket, to: Socket): Way => {
  let held: Buffer[] | null = null;
  let ended = false;
  const end = (): void => {
    ended = true;
    if (held === null) to.end();
  };
  from.on('data', (chunk: Buffer) => {
    if (held !== null) held.push(chunk);
    else if (to.writable) to.write(chunk);
  });
  from.on('end', end);
  from.on('close', end);
  // Whoever has gone hears nothing any more.
  from.on('error', () => undefined);
  return {
    hold: () => {
      held ??= [];
    },
    letGo: () => {
      const late = held ?? [];
      held = null;
      if (to.writable) for (const chunk of late) to.write(chunk);
      if (ended) to.end();
    },
  };
};

/** Stands before a server of this machine. */
export const startStallingProxy = async (serverPort: number): Promise<StallingProxy> => {
  let stalled: Stalled | null = null;
  const sockets = new Set<Socket>();
  const ways = new Set<{ readonly requests: Way; readonly replies: Way }>();
  const holdBack = (way: { readonly requests: Way; readonly replies: Way }): void => {
    if (stalled === 'both') way.requests.hold();
    if (stalled !== null) way.replies.hold();
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const behind = dial({ port: serverPort, host: '127.0.0.1', allowHalfOpen: true });
    const way = { requests: wayFrom(client, behind), replies: wayFrom(behind, client) };
    ways.add(way);
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.setNoDelay(true).once('close', () => sockets.delete(socket));
    }
    behind.once('close', () => ways.delete(way));
    holdBack(way);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    stall: (which) => {
      stalled = which;
      for (const way of ways) holdBack(way);
    },
    goOn: () => {
      stalled = null;
      for (const { requests, replies } of ways) {
        requests.letGo();
        replies.letGo();
      }
    },
    end: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
