/** A whole Sotto with a real OpenID provider beside it, and browsers that follow its links: all over http. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { SignInConfig } from '../../../src/config.ts';
import type { GrantEntry, SignInEntry } from '../../../src/core/audit.ts';
import { CALLBACK_PATH } from '../../../src/core/auth-steps.ts';
import { dropSignIns } from '../../../src/core/sign-in/grants.ts';
import { makeLink } from '../../../src/core/sign-in/link.ts';
import type { PlatformName } from '../../../src/core/types.ts';
import { type Ended, openStage, type TestStage } from '../stage.ts';
import { type Browser, type Page, signInAt } from './browser.ts';
import { startProvider, type TestProvider } from './provider.ts';

export interface SignInStage {
  readonly stage: TestStage;
  readonly provider: TestProvider;
  /** Where people find Sotto. */
  readonly url: string;
  /** Where the provider sends people back to. */
  readonly back: string;
  /** Asks for the last payslip, and gives the link that the answer carries. */
  askFor(who: string, o?: { readonly on?: PlatformName }): Promise<{ readonly link: string; readonly ended: Ended }>;
  /** The link alone, as an answer on Slack would carry it. */
  linkFor(who: string): Promise<string>;
  /** Opens the link and presses its button: the provider's address, where it leads to one. */
  begin(browser: Browser, link: string): Promise<{ readonly page: Page; readonly address: string | null }>;
  /** The whole way: the page that is shown in the end. `at`: another address of the same Sotto to come back to. */
  follow(o: { readonly browser: Browser; readonly link: string; readonly as: string }): Promise<Page>;
  /** What is on record of sign-ins, oldest first. */
  signIns(): readonly (SignInEntry | GrantEntry)[];
  /** Nobody is signed in here, no link is open, nothing lies, and each talk begins anew. */
  anew(): Promise<void>;
  end(): Promise<void>;
}

/** Of the sample people, those who can sign in at the provider, each by their directory id. */
const PEOPLE = ['evan', 'erin', 'mona', 'hugo'];

export const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const unescaped = (html: string): string =>
  html
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** Where a page goes on to by itself; null: it stays. */
export const refreshOf = ({ text }: Pick<Page, 'text'>): string | null => {
  const found = /<meta http-equiv="refresh" content="0;\s?url=([^"]+)"/i.exec(text);
  return found?.[1] === undefined ? null : unescaped(found[1]);
};

export const openSignInStage = async (
  o: {
    readonly strength?: Partial<SignInConfig['strength']>;
    readonly stage?: Omit<NonNullable<Parameters<typeof openStage>[0]>, 'port' | 'publicUrl' | 'signIn'>;
  } = {},
): Promise<SignInStage> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const back = `${url}${CALLBACK_PATH}`;
  const provider = await startProvider({
    clients: [{ id: 'sotto', secret: null, redirectUri: back }],
    accounts: Object.fromEntries(PEOPLE.map((id) => [id, { amr: ['pwd', 'mfa'], acr: 'urn:example:mfa' }])),
  });
  const strength = { acr: [], authContext: null, amr: [], ...o.strength };
  const signIn: SignInConfig = { issuer: provider.issuer, clientId: 'sotto', personClaim: 'sub', strength };
  const stage = await openStage({ ...o.stage, port, publicUrl: url, signIn });

  const linkOf = (who: string, ended: Ended): string => {
    const message = stage.talks[ended.on]
      .messages(stage.person(who))
      .find(({ channel, id }) => channel === ended.disclosure?.channel && id === ended.disclosure.message);
    const [link] = message?.links ?? [];
    if (link === undefined) throw new Error(`no link stands in the answer to ${ended.question}: ${ended.said}`);
    return link.url;
  };
  const begin: SignInStage['begin'] = async (browser, link) => {
    const token = new URL(link).searchParams.get('t') ?? '';
    await browser.get(link);
    const page = await browser.post(
      `${url}/auth/sign-in`,
      { t: token },
      { headers: { 'sec-fetch-site': 'same-origin' } },
    );
    return { page, address: refreshOf(page) };
  };
  return {
    stage,
    provider,
    url,
    back,
    askFor: async (who, { on = 'slack' } = {}) => {
      const says = who === 'erin' ? 'Zeig mir meine letzte Gehaltsabrechnung' : 'please show me my last payslip';
      const ended = await stage.ask({ who, says, on });
      return { ended, link: linkOf(who, ended) };
    },
    linkFor: async (who) => {
      const { world } = stage.running;
      const user = stage.user(who);
      const link = await makeLink(world, {
        person: who,
        account: { platform: 'slack', tenant: stage.teamId, user, external: false },
        locale: 'en',
        minutes: 15,
        until: world.clock.now() + 600_000,
      });
      if (link === null) throw new Error('no link was made');
      return link.url;
    },
    begin,
    follow: async ({ browser, link, as }) => {
      const { page, address } = await begin(browser, link);
      if (address === null) throw new Error(`it leads nowhere: ${page.status} ${page.text.slice(0, 500)}`);
      return browser.get(await signInAt(browser, address, { as, back }));
    },
    signIns: () =>
      stage.trail.flatMap(({ entry }) => (entry.kind === 'sign-in' || entry.kind === 'grant' ? [entry] : [])),
    anew: async () => {
      for (const name of Object.keys(provider.tap)) Reflect.deleteProperty(provider.tap, name);
      const { world } = stage.running;
      for (const person of PEOPLE) {
        await dropSignIns(world, { person });
        await world.store.signIns.end({ owners: world.sealer.fingerprints(person) });
      }
      await stage.forgetTalks();
    },
    end: async () => {
      await stage.end();
      await provider.stop();
    },
  };
};
