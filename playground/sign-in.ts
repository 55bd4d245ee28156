/**
 * The company's sign-in as it is played here: a page that asks who one is, and believes it. What comes before and after it is Sotto's own, so that the whole way can be
 * walked; only that nobody proves anything, which is why this exists in the playground alone.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { type Page, pageOf } from '../src/adapters/auth-pages/page.ts';
import { fromOurPage, onlyOnce, postedFields } from '../src/adapters/bounded/posted.ts';
import { CALLBACK_PATH } from '../src/core/auth-steps.ts';
import type { SignInOffer } from '../src/core/sign-in/types.ts';
import type { SignInProvider } from '../src/core/sign-in-ports.ts';
import type { Locale, PerLocale } from '../src/core/types.ts';
import { isLoopbackHost } from './chat-page/guard.ts';

const PATH = '/playground/sign-in';

/** Ways that are open at once; the oldest is forgotten. */
const MOST_OPEN = 100;

interface Open {
  readonly locale: Locale;
  readonly state: string;
  /** Who was signed in, and when. */
  as: { readonly id: string; readonly at: number } | null;
}

interface Words {
  readonly what: string;
  readonly then: readonly string[];
  readonly cancel: string;
  as(name: string): string;
  readonly over: string;
}

const WORDS: PerLocale<Words> = {
  en: {
    what: 'The company’s sign-in',
    then: [
      'In the playground this stands for Entra, Okta or whatever your company has: it would ask for a password and a second factor. Here it believes you.',
      'Choose somebody else than whose question it is, and see what Sotto makes of that.',
    ],
    cancel: 'Do not sign in',
    as: (name) => `Sign in as ${name}`,
    over: 'This was over already. Ask again in the chat.',
  },
  de: {
    what: 'Die Anmeldung der Firma',
    then: [
      'Im Spielplatz steht das für Entra, Okta oder was deine Firma hat: Dort würdest du nach Passwort und zweitem Faktor gefragt. Hier wird dir geglaubt.',
      'Wähl jemand anderen als den, dessen Frage es ist, und sieh, was Sotto daraus macht.',
    ],
    cancel: 'Nicht anmelden',
    as: (name) => `Als ${name} anmelden`,
    over: 'Das war schon vorbei. Frag im Chat noch einmal.',
  },
};

export interface PlayedSignIn {
  readonly offer: SignInOffer;
  routes(app: FastifyInstance): void;
}

/** `url`: of the playground, once it listens. */
export const createPlayedSignIn = (o: {
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly url: () => string;
  /** ms since the epoch. */
  readonly now: () => number;
}): PlayedSignIn => {
  const open = new Map<string, Open>();

  const provider: SignInProvider = {
    issuer: 'https://playground.invalid',
    begin: async ({ state, locale }) => {
      const [oldest] = open.keys();
      if (open.size >= MOST_OPEN && oldest !== undefined) open.delete(oldest);
      const code = randomBytes(24).toString('base64url');
      open.set(code, { locale, state, as: null });
      return `${o.url()}${PATH}?code=${code}`;
    },
    finish: async ({ query, state }) => {
      const code = new URLSearchParams(query).get('code') ?? '';
      const found = open.get(code);
      open.delete(code);
      if (found === undefined || found.state !== state) return { ok: false, why: 'malformed' };
      if (found.as === null) return { ok: false, why: 'cancelled' };
      const identity = { issuer: provider.issuer, subject: found.as.id, tenant: null, email: null };
      return { ok: true, proof: { identity, at: found.as.at, strength: ['playground'], session: null } };
    },
  };

  const shown = (code: string, { locale }: Open): Page => {
    const { what, then, cancel, as } = WORDS[locale];
    return {
      status: 200,
      locale,
      what,
      parts: [
        ...then.map((text) => ({ kind: 'text', text }) as const),
        ...o.people.map(
          ({ id, name }) =>
            ({ kind: 'form', action: PATH, hidden: { code, id }, button: as(name), weight: 'other' }) as const,
        ),
        { kind: 'form', action: PATH, hidden: { code }, button: cancel, weight: 'other' },
      ],
    };
  };
  const over: Page = {
    status: 410,
    locale: 'en',
    what: WORDS.en.what,
    parts: [
      { kind: 'text', text: WORDS.en.over },
      { kind: 'text', text: WORDS.de.over },
    ],
  };

  return {
    offer: {
      provider,
      get publicUrl() {
        return o.url();
      },
    },
    routes: (app) => {
      app.register(async (scope) => {
        // Names of this machine alone, so that no foreign name can be made to lead here.
        scope.addHook('onRequest', async (request, reply) => {
          if (!isLoopbackHost(request)) return reply.code(403).send();
          return undefined;
        });
        scope.get(PATH, async (request, reply) => {
          const code = onlyOnce(request.url.split('?')[1] ?? '')?.get('code') ?? '';
          const found = open.get(code);
          const { status, headers = {}, body } = pageOf(found === undefined ? over : shown(code, found));
          return reply.code(status).headers(headers).send(body);
        });
        scope.post(PATH, { bodyLimit: 4_096 }, async (request, reply) => {
          const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
          const fields = postedFields({ contentType: request.headers['content-type'], body });
          const site = { 'sec-fetch-site': String(request.headers['sec-fetch-site'] ?? 'same-origin') };
          if (fields === null || !fromOurPage(site, { origin: o.url() })) return reply.code(403).send();
          const code = fields.get('code') ?? '';
          const found = open.get(code);
          const person = o.people.find(({ id }) => id === fields.get('id'));
          if (found === undefined) {
            const { status, headers = {}, body: text } = pageOf(over);
            return reply.code(status).headers(headers).send(text);
          }
          if (person !== undefined) found.as = { id: person.id, at: o.now() };
          const back = new URLSearchParams({ code, state: found.state });
          return reply.code(303).header('location', `${CALLBACK_PATH}?${back.toString()}`).send();
        });
      });
    },
  };
};
