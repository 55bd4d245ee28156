/**
 * Sixty workspaces of one enterprise that installed Sotto, each with its people; what the directory and the HR system know of
 * them; and Sotto as a process of its own between them.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { createBackendStandIn } from '../../playground/backend/stand-in.ts';
import { createSlackStandIn } from '../../playground/slack/stand-in.ts';
import type { SlackStandIn } from '../../playground/slack/types.ts';
import { backendsFor } from '../../playground/stage.ts';
import { ensureFileSecrets } from '../../src/adapters/files/secrets.ts';
import { packFor } from '../../test/support/pack.ts';
import { createSottoProcess, type SottoProcess } from '../../test/support/sotto-process.ts';

const APP = 'A0SOTTO000';
const ENTERPRISE = 'E0BENCH000';

export interface Member {
  readonly team: string;
  readonly user: string;
}

/** What the proxy saw. */
interface Counted {
  /** Events that Slack sent, each as often as it was sent. */
  readonly taken: number;
  /** Of them, those whose answer was lost on its way back. */
  readonly lost: number;
}

export interface Town {
  readonly slack: SlackStandIn;
  readonly sotto: SottoProcess;
  /** Every workspace in turn, and in each every person in turn. */
  readonly members: readonly Member[];
  /** Of Sotto. */
  readonly dataFolder: string;
  counted(): Promise<Counted>;
  end(): Promise<void>;
}

export const openTown = async (o: {
  readonly workspaces: number;
  readonly peopleEach: number;
  /** After which answers leave that must. */
  readonly expiresSeconds: number;
  /** Null: the embedded one. */
  readonly store: string | null;
  /** The answer to every so-manieth delivery never reaches Slack, which sends it again. */
  readonly loseEvery: number;
}): Promise<Town> => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-slack-'));
  const secretsFolder = join(folder, 'secrets');
  await ensureFileSecrets({
    folder: secretsFolder,
    wanted: {
      'data-key': 'random-32-bytes',
      'audit-signing-key': 'ed25519-key',
      'slack-signing-secret': 'token',
      'slack-bot-token': 'slack-bot-token',
    },
  });
  const secret = (name: string): string => readFileSync(join(secretsFolder, name), 'utf8').trim();
  const teams = Array.from({ length: o.workspaces }, (_, n) => `T0BENCH${String(n).padStart(3, '0')}`);
  const members = Array.from({ length: o.peopleEach }, (_, n) =>
    teams.map((team, t) => ({ team, user: `U0B${String(t).padStart(3, '0')}P${String(n).padStart(3, '0')}` })),
  ).flat();
  const { directory, hrData } = writePeople(folder, members);

  const proxy = await openProxy(o.loseEvery);
  const botToken = secret('slack-bot-token');
  const [first = '', ...others] = teams;
  const of = (teamId: string) => ({
    teamId,
    enterpriseId: ENTERPRISE,
    installation: 'org' as const,
    botToken,
    people: members
      .filter(({ team }) => team === teamId)
      .map(({ user }) => ({ user, name: user, kind: 'employee' as const })),
  });
  const slack = createSlackStandIn({
    ...of(first),
    workspaces: others.map(of),
    appId: APP,
    signingSecret: secret('slack-signing-secret'),
    eventsUrl: () => proxy.url,
  });
  const backend = createBackendStandIn({ dataFile: hrData });
  const app = Fastify({ forceCloseConnections: true });
  slack.routes(app);
  backend.routes(app);
  const base = await app.listen({ host: '127.0.0.1', port: 0 });
  backendsFor({ folder: join(folder, 'backends'), base });

  const dataFolder = join(folder, 'data');
  const policies = packFor({ folder: join(folder, 'pack'), expiresSeconds: o.expiresSeconds });
  deleting(join(policies, 'rules.cedar'));
  const sotto = createSottoProcess({
    environment: () => ({
      SOTTO_DATA: dataFolder,
      ...(o.store === null ? {} : { SOTTO_STORE: o.store }),
      SOTTO_POLICIES: policies,
      SOTTO_VAULT: `files:${secretsFolder}`,
      SOTTO_DIRECTORY: `file:${directory}`,
      SOTTO_BACKENDS: join(folder, 'backends'),
      SLACK_APP_ID: APP,
      SLACK_TEAM_IDS: ENTERPRISE,
      SLACK_API_URL: `${base}/standin/slack/api/`,
      PORT: '0',
      SOTTO_OPS_PORT: '0',
    }),
    // As `serve` is, but for what it has learnt, which it need not learn anew.
    unlike: () => ({}),
  });
  const end = async (): Promise<void> => {
    await sotto.kill();
    await slack.close();
    await app.close();
    proxy.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await sotto.start();
    await proxy.tell({ to: `${sotto.url()}/slack/events` });
  } catch (error) {
    await end();
    throw error;
  }
  return { slack, sotto, members, dataFolder, counted: () => proxy.tell({}), end };
};

const openProxy = async (loseEvery: number) => {
  const child = fork(new URL('./proxy.ts', import.meta.url), [String(loseEvery)]);
  const [{ url }] = (await once(child, 'message')) as [{ readonly url: string }];
  const tell = async (what: { readonly to?: string }): Promise<Counted> => {
    child.send(what);
    const [counted] = (await once(child, 'message')) as [Counted];
    return counted;
  };
  return { url, tell, close: () => child.kill() };
};

/** Nobody is offered more time, so that no line stays where an answer was: it is deleted. */
const deleting = (rules: string): void => {
  const before = readFileSync(rules, 'utf8');
  const after = before.replace(/^@more_time\(.*\)\n/gm, '');
  if (after === before) throw new Error('no rule offers more time any more: the bench need not take it away');
  writeFileSync(rules, after);
};

/** JSON is YAML. */
const writePeople = (
  folder: string,
  members: readonly Member[],
): { readonly directory: string; readonly hrData: string } => {
  const directory = join(folder, 'people.yaml');
  const hrData = join(folder, 'hr-data.yaml');
  const idOf = ({ user }: Member): string => user.toLowerCase();
  const people = members.map((member) => ({
    id: idOf(member),
    name: `Xq${letters(member.user)} Zw${letters(member.user)}`,
    kind: 'employee',
    groups: [],
    country: 'DE',
    locale: 'en',
    manager: null,
    accounts: { slack: [{ team: member.team, user: member.user }] },
  }));
  writeFileSync(directory, JSON.stringify({ people }));
  const known = members.map((member, n) => [
    idOf(member),
    {
      currency: 'EUR',
      profile: { name: letters(member.user) },
      leave: { remaining: n % 30, total: 30, planned: 0 },
      sickdays: { days: n % 9, last: '2026-09-16' },
      payslip: { month: '2026-10', gross: 5_000, net: 3_000 },
      compensation: { annual: 60_000, grade: 'L1' },
      team: [],
    },
  ]);
  writeFileSync(hrData, JSON.stringify({ people: Object.fromEntries(known) }));
  return { directory, hrData };
};

/** A name of letters alone, for a digit ends one. */
const letters = (user: string): string =>
  user.replace(/[^0-9]/g, '').replace(/[0-9]/g, (digit) => 'abcdefghij'[Number(digit)] ?? '');
