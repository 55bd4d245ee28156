/** Everything that comes in by the pages of the sign-in: tokens, codes, states, cookies, what is typed; and what a provider answers. */
import type { CanaryStage } from '../../support/canary-stage.ts';
import { until } from '../../support/until.ts';
import type { Path } from './path.ts';

/** Of the provider, between the stand-ins, which has no route of its own: what it answers is laid by. */
const PROVIDER = '/standin/openid';

/** So that people can sign in there. Nobody comes by that address; pages are asked where the process listens. */
export const pagesSettings = (base: string): Readonly<Record<string, string>> => ({
  OIDC_ISSUER: `${base}${PROVIDER}`,
  OIDC_CLIENT_ID: 'sotto',
  SOTTO_PUBLIC_URL: 'http://127.0.0.1:1',
});

interface Visit {
  readonly path: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly cookie?: string;
  readonly status: number;
  /** Whether what is said may hold what came in: a form that hands it on. */
  readonly handsOn?: true;
}

/** As a browser asks for a page; what it says holds no canary. */
const visit = async (stage: CanaryStage, { path, form, cookie, status, handsOn }: Visit): Promise<Response> => {
  const answer = await fetch(`${stage.process.url()}${path}`, {
    redirect: 'manual',
    headers: {
      'sec-fetch-site': 'same-origin',
      connection: 'close',
      ...(cookie === undefined ? {} : { cookie }),
    },
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  });
  if (handsOn !== true) stage.answered(await answer.clone().text());
  if (answer.status !== status) throw new Error(`${path.split('?')[0]} answered ${answer.status}, not ${status}`);
  return answer;
};

const discovery = (stage: CanaryStage, o: { readonly status: number; readonly word: string }) => {
  const issuer = `${stage.fleet.base}${PROVIDER}`;
  return stage.lay({
    path: /openid-configuration/,
    status: o.status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      service_documentation: o.word,
      error_description: o.word,
    }),
  });
};

export const PAGES: readonly Path[] = [
  {
    name: 'links that are none, in the address, in a form and in a cookie',
    go: async (stage) => {
      const word = stage.canaries.letters('pages: a token that is none');
      const cookie = `__Host-sotto-sign-in=${word}; ${word}=${word}`;
      await visit(stage, { path: `/auth/sign-in?t=${word}&${word}=${word}`, cookie, status: 410 });
      await visit(stage, { path: `/auth/sign-in?${word}`, cookie, form: { t: word, [word]: word }, status: 410 });
      await visit(stage, { path: '/auth/not-me', cookie, form: { t: word }, status: 200 });
    },
  },
  {
    name: 'answers of a provider that nobody was sent to',
    go: async (stage) => {
      const word = stage.canaries.letters('pages: a code that is none');
      const cookie = `__Host-sotto-sign-in=${word.padEnd(43, 'x')}; __Host-sotto-order=${word}`;
      for (const state of ['s', 'o', ''])
        await visit(stage, {
          path: `/auth/callback?code=${word}&state=${state}.${word}&iss=${word}&error=${word}&error_description=${word}`,
          cookie,
          status: 400,
        });
    },
  },
  {
    name: 'a form of orders, of somebody who is not signed in',
    go: async (stage) => {
      const word = stage.canaries.letters('pages: what is typed on the page of orders');
      const cookie = `__Host-sotto-order=${word}`;
      for (const path of ['/auth/order', '/auth/order/confirm', '/auth/order/sign-out'])
        await visit(stage, { path, cookie, form: { key: word, code: word, seen: word }, status: 200 });
      await visit(stage, { path: '/auth/order', cookie, status: 200 });
    },
  },
  {
    name: 'a link of somebody, a provider that fails, a code that it refuses, and a token that is none',
    go: async (stage) => {
      const who = stage.somebody();
      await stage.ask({ on: 'slack', who, text: 'please show me my last payslip' });
      const link = stage.fleet.talks.slack
        .messages(who)
        .flatMap(({ links = [] }) => links)
        .at(-1);
      if (link === undefined) throw new Error('there is no link');
      const token = stage.canaries.add('pages: the token of a link', new URL(link.url).searchParams.get('t') ?? '');
      await visit(stage, { path: `/auth/sign-in?t=${token}`, status: 200, handsOn: true });

      const word = stage.canaries.letters('pages: what a provider says');
      discovery(stage, { status: 500, word });
      const form = { t: token };
      await visit(stage, { path: '/auth/sign-in', form, status: 503 });
      discovery(stage, { status: 200, word });
      // After a failure it is not asked again at once; and a link is good in the browser that it was begun in.
      let mark: string | undefined;
      for (const [status, body] of [
        [400, { error: 'invalid_grant', error_description: word }],
        [200, { id_token: word, access_token: word, token_type: 'Bearer', [word]: word }],
      ] as const) {
        let going: Response | null = null;
        await until(async () => {
          going = await visit(stage, {
            path: '/auth/sign-in',
            form,
            status: 200,
            handsOn: true,
            ...(mark === undefined ? {} : { cookie: mark }),
          }).catch(() => null);
          return going !== null;
        });
        const page: Response = going ?? Response.error();
        const [cookie = ''] = (page.headers.getSetCookie()[0] ?? '').split(';');
        mark = cookie;
        stage.canaries.add('pages: the mark of a browser', cookie.split('=')[1] ?? '');
        const state = /[?&;]state=([^&"]+)/.exec(await page.text())?.[1] ?? '';
        stage.canaries.add(`pages: a state (${status})`, state);
        const code = stage.canaries.letters(`pages: a code (${status})`);
        const given = stage.lay({
          path: /\/standin\/openid\/token/,
          status,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        const query = new URLSearchParams({ code, state, iss: `${stage.fleet.base}${PROVIDER}` });
        const back = await fetch(`${stage.process.url()}/auth/callback?${query.toString()}`, { headers: { cookie } });
        stage.answered(await back.text());
        if (back.ok) throw new Error('a token that is none signed somebody in');
        await given();
      }
    },
  },
];
