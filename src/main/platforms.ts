/** The platforms that are on, each with its route; stopped together. */
import { createSlack, type Slack } from '../adapters/slack/slack.ts';
import type { SeenInTeams } from '../adapters/teams/sign-in.ts';
import type { Config, TeamsConfig } from '../config.ts';
import type { ChangedAccount } from '../core/changed-accounts.ts';
import type { Clocks } from '../core/clocks.ts';
import type { Tenancy } from '../core/lifecycle.ts';
import type { Audit, Platform, Route, Sealer, Secrets, Store } from '../core/ports.ts';
import type { Rejections } from '../core/rejections.ts';
import { repliesIn } from '../core/replies/replies.ts';
import type { Locale, PlatformName } from '../core/types.ts';
import type { Work } from '../core/work.ts';
import type { Azure } from './azure.ts';
import { installsOf } from './installing.ts';
import type { Tools } from './opening.ts';
import type { SealedReferences } from './references.ts';

export interface PlatformsOptions {
  readonly config: Pick<Config, 'slack' | 'teams' | 'publicUrl' | 'directory'>;
  readonly secrets: Secrets;
  readonly azure: Azure;
  readonly tools: Tools;
  readonly references: SealedReferences;
  readonly sealer: Pick<Sealer, 'seal' | 'open' | 'fingerprint' | 'fingerprints'>;
  readonly store: Pick<Store, 'installations' | 'budgets'>;
  readonly tenancy: Tenancy;
  /** Asked when there is something to put on record. */
  readonly audit: () => Pick<Audit, 'append'>;
  readonly rejections: () => Rejections;
  readonly clocks: () => Pick<Clocks, 'note'>;
  /** See `StartOptions`. */
  readonly unsafeUnpaced: boolean;
  /** Teams has shown who sits there, beside a sign-in link; null: it is not asked. */
  readonly seenInTeams: ((seen: SeenInTeams) => void) | null;
  /** A platform said that an account changed. */
  readonly accountChanged: (account: ChangedAccount) => Promise<void>;
  /** Asked when something arrives, by when the work is there. */
  readonly work: () => Work;
}

export interface Platforms {
  readonly slack: Slack | null;
  readonly byName: ReadonlyMap<PlatformName, Platform>;
  readonly routes: readonly Route[];
  /** Checks the secrets of each. Refuses with code `settings`. */
  start(): Promise<void>;
  /** Lets in what does not come over the routes. Nothing is waited for. */
  letIn(): void;
  /** Lets nothing more in that way, and finishes what is in hand. Never rejects. */
  shut(o: { readonly graceMs: number }): Promise<void>;
  /** Why nothing can come in that way now, and whether the rest can; null: it can, or none comes so. */
  away(): { readonly why: 'slack-socket'; readonly routesOk: boolean } | null;
  stop(): Promise<void>;
}

export const createPlatforms = async (o: PlatformsOptions): Promise<Platforms> => {
  const slack = o.config.slack === null ? null : slackOf(o, o.config.slack);
  const teams = o.config.teams === null ? null : await teamsOf(o, o.config.teams);
  const on = [slack, teams].filter((platform) => platform !== null);
  return {
    slack,
    byName: new Map(on.map(({ platform }) => [platform.name, platform])),
    routes: [...on.flatMap(({ route }) => (route === null ? [] : [route])), ...(slack?.installRoutes ?? [])],
    start: async () => {
      for (const platform of on) await platform.start();
    },
    letIn: () => slack?.socket?.start(),
    shut: async (grace) => slack?.socket?.stop(grace),
    // Teams is not to be kept from a process because Slack is away.
    away: () => (slack?.socket?.connected() === false ? { why: 'slack-socket', routesOk: teams !== null } : null),
    stop: async () => {
      await Promise.all(on.map((platform) => platform.stop()));
    },
  };
};

const { tryAgain, viewMoment, viewClose, viewTitle } = repliesIn('en');

/** What stands in dialogs of Teams, which says with each press in which language somebody has it. */
const dialogTexts = (locale: Locale) => {
  const { home, ...texts } = repliesIn(locale);
  return {
    tryAgain: texts.tryAgain,
    viewTitle: texts.viewTitle,
    fieldNeeded: texts.fieldNeeded,
    noRoom: home.noRoom,
  };
};

/** Stands in the form itself, whoever fills it in. */
const fieldNeeded = (['en', 'de'] as const).map((locale) => repliesIn(locale).fieldNeeded).join(' · ');

/** Stands in a channel before an answer for one person alone does; it goes out by itself. */
const asideMoment = (['en', 'de'] as const).map((locale) => repliesIn(locale).placeholder).join(' · ');

/** A command is answered before it is known who used it. */
const commandTaken = (['en', 'de'] as const).map((locale) => repliesIn(locale).aside.taken).join('\n');

/** Whoever looks at a view that is blanked later reads one of these; which, the platform does not say. */
const viewExpired = (['en', 'de'] as const).map((locale) => repliesIn(locale).viewExpired).join('\n\n');

const incoming = (o: PlatformsOptions, name: PlatformName) =>
  ({
    reject: (reason: string) => o.rejections().note(name, reason),
    sent: (at: number) => o.clocks().note(name, at),
    accept: (inbound: Parameters<Work['accept']>[0]) => o.work().accept(inbound),
    open: (press: Parameters<Work['open']>[0], view: Parameters<Work['open']>[1]) => o.work().open(press, view),
    submit: (submit: Parameters<Work['submit']>[0], view: Parameters<Work['submit']>[1]) =>
      o.work().submit(submit, view),
    opened: (opened: Parameters<Work['opened']>[0]) => o.work().opened(opened),
    more: (press: Parameters<Work['more']>[0], say: Parameters<Work['more']>[1]) => o.work().more(press, say),
    texts: { tryAgain, viewMoment, viewExpired, viewClose, viewTitle, fieldNeeded, commandTaken },
  }) as const;

const slackOf = (o: PlatformsOptions, config: NonNullable<Config['slack']>): Slack =>
  createSlack({
    appId: config.appId,
    teamIds: config.teamIds,
    events:
      config.mode === 'http'
        ? { via: 'http', signingSecret: () => o.secrets.get('slack-signing-secret') }
        : { via: 'socket', appToken: () => o.secrets.get('slack-app-token'), random: o.tools.random },
    botToken: () => o.secrets.get('slack-bot-token'),
    sealer: o.sealer,
    publicUrl: o.config.publicUrl,
    ...(config.unsafeApiUrl === null ? {} : { unsafeApiUrl: config.unsafeApiUrl }),
    unsafeUnpaced: o.unsafeUnpaced,
    ...o.tools,
    installs: installsOf({ ...o, ...o.tools, config, publicUrl: o.config.publicUrl, directory: o.config.directory }),
    accountChanged: o.accountChanged,
    ...incoming(o, 'slack'),
  });

/** botbuilder comes with more than a hundred packages, so it is loaded only where Teams is on. */
const teamsOf = async (o: PlatformsOptions, config: TeamsConfig) => {
  const { createTeams } = await import('../adapters/teams/teams.ts');
  return createTeams({
    budgets: o.store.budgets,
    unsafeUnpaced: o.unsafeUnpaced,
    appId: config.appId,
    tenantIds: config.tenantIds,
    appToken: await appTokenOf(o, config),
    publicUrl: o.config.publicUrl,
    unsafeStandIn: config.unsafeStandIn,
    oauthConnection: config.oauthConnection,
    targeted: config.targeted ? { moment: asideMoment } : null,
    unsafeServiceHosts: config.unsafeServiceHosts,
    reference: o.references,
    askBesideLinks: o.seenInTeams !== null,
    // By itself it says that the account and its token belong together, and no more.
    signedIn: async (seen) => {
      o.tools.log.info('teams.signed-in', { tenant: seen.account.tenant });
      o.seenInTeams?.(seen);
    },
    added: (opened) => o.work().added(opened),
    onPage: (press, view) => o.work().onPage(press, view),
    textsIn: { en: dialogTexts('en'), de: dialogTexts('de') },
    ...o.tools,
    ...incoming(o, 'teams'),
  });
};

const CONNECTOR_SCOPE = 'https://api.botframework.com/.default';

/** By which the bot speaks to the Connector. Between stand-ins it is fetched by a plain call: Azure's client insists on https. */
const appTokenOf = async (o: PlatformsOptions, config: TeamsConfig): Promise<() => Promise<string>> => {
  const { unsafeStandIn, credential, appId: clientId } = config;
  const [tenantId = ''] = config.tenantIds;
  if (unsafeStandIn !== null && credential !== 'certificate') {
    const { createAppToken } = await import('../adapters/teams/app-token.ts');
    const secret = () => o.secrets.get('teams-app-password');
    return createAppToken({ loginUrl: unsafeStandIn.loginUrl, appId: clientId, secret, ...o.tools });
  }
  // The bot is that identity, whatever the one is that opens the vault.
  if (credential === 'managed-identity') return o.azure.bearerAs({ clientId, scope: CONNECTOR_SCOPE });
  const by = credential === 'certificate' ? 'client-certificate' : 'client-secret';
  const name = `teams-app-${credential}`;
  return o.azure.bearerOf({ tenantId, clientId, by, name, secret: () => o.secrets.get(name), scope: CONNECTOR_SCOPE });
};
