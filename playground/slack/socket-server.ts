/** Where an app in Socket Mode connects: an address for one connection, asked for by the app-level token. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import WebSocket from 'ws';
import type { Clock } from '../../src/core/ports.ts';
import { PING_MS, TICKET_MS } from './rules.ts';
import type { Hub, Wire } from './socket-hub.ts';
import type { GlobalMethod } from './web-api.ts';

const PATH = '/standin/slack/socket';

export interface SocketServer {
  /** `apps.connections.open`: an address that opens once, within half a minute. */
  readonly open: GlobalMethod;
  /** Takes connections on the server of this app. */
  attach(app: FastifyInstance): void;
}

export const createSocketServer = (o: {
  readonly hub: Hub;
  readonly appId: string;
  readonly makeId: () => string;
  /** Where the stand-in is reached, as http. */
  readonly base: () => string;
  readonly clock: Pick<Clock, 'now'>;
}): SocketServer => {
  const tickets = new Map<string, number>();
  const sockets = new WebSocket.Server({ noServer: true, perMessageDeflate: true });

  const take = (socket: WebSocket): void => {
    let hushed = false;
    let answered = true;
    const wire: Wire = {
      send: (frame) => socket.send(frame),
      close: () => socket.close(1_000),
      cut: () => socket.terminate(),
      hush: () => {
        hushed = true;
        socket.pong = () => undefined;
      },
    };
    if (!o.hub.join(wire)) {
      socket.close(1_008);
      return;
    }
    const pinging = setInterval(() => {
      if (hushed) return;
      if (!answered) socket.terminate();
      answered = false;
      socket.ping();
    }, PING_MS);
    socket.on('pong', () => {
      answered = true;
    });
    socket.on('message', (data) => {
      if (typeof data === 'string') o.hub.heard(wire, data);
    });
    socket.on('error', () => undefined); // It ends, which is all that matters.
    socket.on('close', () => {
      clearInterval(pinging);
      o.hub.leave(wire);
    });
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://standin');
    const ticket = searchParams.get('ticket') ?? '';
    const until = tickets.get(ticket) ?? 0;
    tickets.delete(ticket);
    if (pathname !== PATH || o.clock.now() >= until) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket as Parameters<typeof sockets.handleUpgrade>[1], head, take);
  };

  return {
    open: () => {
      const ticket = `${o.makeId()}${o.makeId()}`;
      tickets.set(ticket, o.clock.now() + TICKET_MS);
      const url = new URL(`${o.base()}${PATH}?ticket=${ticket}&app_id=${o.appId}`);
      url.protocol = 'ws:';
      return { ok: true, url: url.href };
    },
    attach: (app) => {
      app.server.on('upgrade', upgrade);
    },
  };
};
