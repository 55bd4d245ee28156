import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { codeOf } from '../../src/core/errors.ts';
import type { Log } from '../../src/core/ports.ts';
import { CHAT_PLACES, CHAT_PLATFORMS, type ChatApi } from './api.ts';
import type { Changes } from './changes.ts';

/** 10,000 emoji are 40,000 bytes; with what JSON needs around them they fit. */
const BODY_LIMIT = 65_536;

/** Slack cuts a message at 40,000 characters. */
const MAX_TEXT = 40_000;

/** More than any platform takes in a field. Characters. */
const MAX_VALUE = 10_000;

const person = z.string().min(1).max(64);
const place = z.enum(CHAT_PLACES);
const platform = z.enum(CHAT_PLATFORMS);
/** Each at most once. */
const platforms = z
  .array(platform)
  .min(1)
  .max(CHAT_PLATFORMS.length)
  .refine((list) => new Set(list).size === list.length);
/** A Teams chat's id is long; with a message's it stays below this. */
const id = z.string().min(1).max(400);
const fieldName = z.string().min(1).max(255);
const SHAPES = {
  watch: z.strictObject({ person }),
  look: z.strictObject({ person, place }),
  say: z.strictObject({ person, place, text: z.string().min(1).max(MAX_TEXT), platforms }),
  press: z.strictObject({
    person,
    platform,
    messageId: id,
    action: z.string().min(1).max(255),
    value: z.string().max(4_096),
  }),
  askPrivately: z.strictObject({ person, platform }),
  openHome: z.strictObject({ person, platform }),
  pressHome: z.strictObject({ person, platform, action: z.string().min(1).max(255), value: z.string().max(4_096) }),
  submit: z.strictObject({
    person,
    platform,
    id,
    values: z.record(fieldName, z.array(z.string().max(MAX_VALUE)).max(100)),
  }),
  pressView: z.strictObject({
    person,
    platform,
    id,
    action: z.string().min(1).max(255),
    value: z.string().max(4_096),
  }),
  closeView: z.strictObject({ person, platform, id }),
  signIn: z.strictObject({ person, on: z.boolean() }),
  restrict: z.strictObject({ on: z.boolean() }),
};

/**
 * The JSON interface. Answers 400 to what has another shape, 404 to an unknown person, button or view, 413 over 64 KiB, 415 to
 * anything but JSON, 502 where the playground behind it failed. An error is `{"error": code}` and holds nobody's words.
 */
export const apiRoutes = ({
  scope,
  api,
  log,
  now,
  changes,
}: {
  readonly scope: FastifyInstance;
  readonly api: ChatApi;
  readonly log: Log;
  readonly now: () => number;
  readonly changes: Changes;
}): void => {
  // The server at large keeps bytes for signatures; here, nothing but JSON is read.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  scope.setErrorHandler((error: Error & { readonly statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 502;
    if (status >= 500) log.error('chat-page-failed', { code: codeOf(error) });
    const word = status === 413 ? 'too-large' : status === 415 ? 'not-json' : status < 500 ? 'malformed' : 'failed';
    return reply.code(status < 500 ? status : 502).send({ error: word });
  });

  const known = (id: string): boolean => api.people().some((someone) => someone.id === id);

  /** Checks the shape and the person, then does it. */
  const handle = <T>(
    shape: z.ZodType<T>,
    read: (request: FastifyRequest) => unknown,
    then: (value: T, reply: FastifyReply) => Promise<unknown>,
  ) => {
    return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      const parsed = shape.safeParse(read(request));
      if (!parsed.success) return reply.code(400).send({ error: 'malformed' });
      const who = personOf(parsed.data);
      if (who !== null && !known(who)) return reply.code(404).send({ error: 'unknown-person' });
      return then(parsed.data, reply);
    };
  };
  /** Answers 404 with `unknown` where that is how it ended; what else it resolves to is part of the answer if it has names. */
  const post = <T>(
    path: string,
    shape: z.ZodType<T>,
    act: (value: T) => Promise<unknown>,
    unknown = 'unknown',
  ): void => {
    scope.post(
      path,
      { bodyLimit: BODY_LIMIT },
      handle(shape, jsonOf, async (value, reply) => {
        const outcome = await act(value);
        if (outcome === 'unknown') return reply.code(404).send({ error: unknown });
        return { ok: true, ...(typeof outcome === 'object' ? outcome : {}) };
      }),
    );
  };

  scope.get('/api/people', async () => api.people());
  scope.get(
    '/api/state',
    handle(SHAPES.look, queryOf, async (o) => ({ ...(await api.state(o)), now: now() })),
  );
  scope.get(
    '/api/changes',
    handle(SHAPES.watch, queryOf, async (o, reply) => changes.open({ person: o.person, reply })),
  );
  post('/api/say', SHAPES.say, (o) => api.say(o));
  post('/api/press', SHAPES.press, (o) => api.press(o), 'unknown-button');
  post('/api/ask-privately', SHAPES.askPrivately, (o) => api.askPrivately(o), 'unknown-form');
  post('/api/open-home', SHAPES.openHome, (o) => api.openHome(o), 'unknown-home');
  post('/api/press-home', SHAPES.pressHome, (o) => api.pressHome(o), 'unknown-button');
  post('/api/submit', SHAPES.submit, (o) => api.submit(o), 'unknown-view');
  post('/api/press-view', SHAPES.pressView, (o) => api.pressView(o), 'unknown-button');
  post('/api/close-view', SHAPES.closeView, (o) => api.closeView(o), 'unknown-view');
  post('/api/sign-in', SHAPES.signIn, (o) => api.signIn(o));
  post('/api/restrict', SHAPES.restrict, (o) => api.restrict(o));
};

const queryOf = (request: FastifyRequest): unknown => ({ ...(request.query as object) });

const jsonOf = ({ body }: FastifyRequest): unknown => {
  if (!Buffer.isBuffer(body)) return null;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return null;
  }
};

const personOf = (value: unknown): string | null =>
  typeof value === 'object' && value !== null && 'person' in value && typeof value.person === 'string'
    ? value.person
    : null;
