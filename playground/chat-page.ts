/**
 * The chat page: the html, its assets and the small JSON interface behind it. It only ever shows what `ChatApi` says
 * that people would see, so it holds no words of its own and decides nothing.
 */
import type { FastifyInstance } from 'fastify';
import type { Log } from '../src/core/ports.ts';
import type { ChatApi } from './chat-page/api.ts';
import { readAssets } from './chat-page/assets.ts';
import { createChanges } from './chat-page/changes.ts';
import { guard } from './chat-page/guard.ts';
import { apiRoutes } from './chat-page/routes.ts';

export interface ChatPageOptions {
  readonly api: ChatApi;
  readonly log?: Log;
  /** ms since the epoch; the page counts down by this clock, not by the browser's. */
  readonly now?: () => number;
  /** How often an idle stream of changes says that it lives, ms. */
  readonly heartbeatMs?: number;
  /** How many streams of changes may be open at once; one more is answered 503. */
  readonly maxListeners?: number;
}

export interface ChatPage {
  /** Adds the page's routes to a server; they end with it. */
  routes(app: FastifyInstance): void;
}

const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Reads the assets once and computes their integrity. All routes refuse with 403 what does not come from a loopback name
 * (DNS rebinding) or comes from another origin.
 */
export const createChatPage = ({
  api,
  log = SILENT,
  now = Date.now,
  heartbeatMs = 15_000,
  maxListeners = 64,
}: ChatPageOptions): ChatPage => {
  const assets = readAssets();
  return {
    routes: (app) => {
      app.register(async (scope) => {
        guard(scope);
        for (const { path, type, body } of assets) {
          scope.get(path, async (_request, reply) => reply.type(type).send(body));
        }
        apiRoutes({ scope, api, log, now, changes: createChanges({ scope, api, heartbeatMs, maxListeners }) });
      });
    },
  };
};
