import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { STAGE_PLACES, type StagePlace } from '../../playground/places.ts';
import { type Stage, startStage } from '../../playground/stage.ts';
import { pressView, type Talk } from '../../playground/talk.ts';
import { claimForPlaying } from '../adapters/files/data-folder.ts';
import type { Status, Subcommand } from '../cli.ts';
import { dataFolder, environment } from '../config.ts';
import type { AuditEntry, DecisionEntry, DisclosureEntry } from '../core/audit.ts';
import { SottoError } from '../core/errors.ts';
import { dropSignIns, keepSignIn } from '../core/sign-in/grants.ts';
import { type MessageRef, type ShowMode, VIEW_ACTION, VIEW_CHANNEL } from '../core/types.ts';
import { learningLine } from './learning-line.ts';
import { askedModels } from './learnt.ts';
import { playedBackends } from './played-backends.ts';

const WAIT_MS = 30_000;

/** What a question came to, in the words that `explain` prints, and what was shown. */
interface Asked {
  readonly outcome: DecisionEntry['verdict'];
  readonly intent: string | null;
  readonly topics: readonly string[];
  readonly about: DecisionEntry['about'];
  readonly reasons: readonly string[];
  readonly reply: string;
  readonly show: ShowMode | null;
  readonly expiresSeconds: number | null;
  readonly messages: readonly { readonly mode: ShowMode; readonly text: string; readonly expiresAt: string | null }[];
}

export const ask: Subcommand = {
  summary: 'asks one question the whole way, between stand-ins',
  help: [
    'sotto ask --as PERSON [--platform slack|teams] [--place direct|channel|shared] [--conversation ID] [--mfa-age MIN] [--press] [--json] TEXT',
    'PERSON is an id of the sample directory: erin, evan, mona, hugo, hana, pia, carl, gus, xena.',
    '--press presses the button of an answer that is shown in a window, and shows the window too.',
    'SOTTO_BACKENDS: descriptions of your own answer in place of the sample, from their recorded responses (recorded/BACKEND/OPERATION.json);',
    'a system on this machine is called itself, with secrets from SOTTO_VAULT=files:DIR. SOTTO_POLICIES: your own pack.',
    '--mfa-age gives them a strong sign-in so many minutes ago. --conversation goes on with an earlier talk of that name;',
    'without it the conversation and its counters are fresh. --json prints what "explain" prints, and what was shown.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        as: { type: 'string' },
        platform: { type: 'string', default: 'slack' },
        place: { type: 'string', default: 'direct' },
        conversation: { type: 'string' },
        'mfa-age': { type: 'string' },
        press: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
      strict: true,
    });
    const text = positionals.join(' ');
    const { as: who, platform, place, conversation, press, json } = values;
    if (who === undefined)
      throw new SottoError('usage', 'Say who asks: --as evan (or erin, mona, hugo, hana, pia, carl, gus, xena).');
    if (text === '')
      throw new SottoError('usage', 'Say what is asked: sotto ask --as evan "how many days of leave have I left?"');
    if (platform !== 'slack' && platform !== 'teams')
      throw new SottoError('usage', `--platform is "${platform}". It is slack or teams.`);
    const where = STAGE_PLACES.find((name) => name === place);
    if (where === undefined) throw new SottoError('usage', `--place is "${place}". It is ${STAGE_PLACES.join(', ')}.`);
    const mfaAge = values['mfa-age'] === undefined ? null : Number(values['mfa-age']);
    if (mfaAge !== null && !(mfaAge >= 0 && mfaAge <= 1_000_000))
      throw new SottoError('usage', '--mfa-age is a number of minutes.');
    if (conversation !== undefined && !/^[A-Za-z0-9._-]{1,64}$/.test(conversation)) {
      throw new SottoError(
        'usage',
        '--conversation is a name of letters, digits, dots, dashes and underscores, 64 at most.',
      );
    }

    const env = environment();
    const data = dataFolder(env);
    claimForPlaying(data);
    const folder = join(data, 'ask', conversation ?? `once-${process.pid}`);
    claimForPlaying(folder);
    const stage = await startStage({
      dataFolder: folder,
      host: '127.0.0.1',
      port: 0,
      opsPort: 0,
      policiesFolder: env['SOTTO_POLICIES'] ?? null,
      ...playedBackends(env),
      limits: false,
      quiet: true,
      firstUse: false,
      onLearning: learningLine(),
      // Each question has a folder and keys of its own; what was learnt for one serves the next, where only stand-ins are asked.
      unsafeModelCache: askedModels(data),
    });
    try {
      const asked = await askOnce(stage, { who, text, talk: stage.talks[platform], place: where, mfaAge, press });
      console.log(json ? JSON.stringify(asked) : asked.messages.map((message) => message.text).join('\n\n'));
      return 0;
    } finally {
      await stage.stop();
      if (conversation === undefined) rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Asking {
  readonly who: string;
  readonly text: string;
  readonly talk: Talk;
  readonly place: StagePlace;
  readonly mfaAge: number | null;
  readonly press: boolean;
}

const askOnce = async (stage: Stage, o: Asking): Promise<Asked> => {
  const person = stage.people.find(({ id }) => id === o.who);
  if (person === undefined) {
    const ids = stage.people.map(({ id }) => id).join(', ');
    throw new SottoError('usage', `Nobody in the sample directory is called "${o.who}". There are: ${ids}.`);
  }
  const { world } = stage.running;
  await dropSignIns(world, { person: o.who });
  if (o.mfaAge !== null) {
    const now = Date.now();
    const signIn = { id: world.random.id(), at: now - o.mfaAge * 60_000, until: now + 60 * 60_000 };
    await keepSignIn(world, { person: o.who, signIn, account: null, issuer: null, now });
  }
  const { talk } = o;
  const { question } = await talk.say({ person, place: o.place, text: o.text });
  const about = (entry: AuditEntry): boolean => 'question' in entry && entry.question === question;
  const entries = (): readonly AuditEntry[] => stage.trail.map(({ entry }) => entry).filter(about);
  await settled(stage, () => entries().some(({ kind }) => kind === 'disclosure' || kind === 'undeliverable'));

  const decision = entries().findLast((entry): entry is DecisionEntry => entry.kind === 'decision');
  const shown = entries().filter((entry): entry is DisclosureEntry => entry.kind === 'disclosure');
  if (decision === undefined)
    throw new SottoError('audit-unavailable', 'The question ended without a decision on record.');
  const messages: Asked['messages'][number][] = [];
  for (const { channel, message: id, removeAt } of shown) {
    const seen = talk.messages(person).find((message) => message.channel === channel && message.id === id);
    if (seen === undefined) continue;
    // What carries a view's button is a message like any other, and shows nothing of the answer.
    const carries = seen.buttons.some(({ action }) => action === VIEW_ACTION);
    const view = o.press && carries ? await pressView(talk, { person, message: seen }) : null;
    // A press brings the end nearer, so it is read afterwards.
    const end = (await endOf(stage, talk, { channel, id })) ?? removeAt;
    messages.push({ mode: carries ? 'message' : (decision.show ?? 'message'), text: seen.text, expiresAt: isoOf(end) });
    if (view === null) continue;
    const blanked = await endOf(stage, talk, { channel: VIEW_CHANNEL, id: view.id });
    messages.push({ mode: 'view', text: view.text, expiresAt: isoOf(blanked) });
  }
  return {
    outcome: decision.verdict,
    intent: decision.intent,
    topics: decision.topics,
    about: decision.about,
    reasons: decision.reasons,
    reply: messages[0]?.text ?? '',
    show: decision.show,
    expiresSeconds: decision.expiresSeconds,
    messages,
  };
};

const isoOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** When it leaves, as the store has it by now. Every end is nearer than the one that is asked for, so this only reads it. */
const endOf = (stage: Stage, { platform }: Talk, at: Pick<MessageRef, 'channel' | 'id'>): Promise<number | null> =>
  stage.running.world.store.expiries.sooner({
    ref: { platform, tenant: platform === 'slack' ? stage.teamId : stage.tenantId, ...at },
    removeAt: Number.MAX_SAFE_INTEGER,
  });

const settled = (stage: Stage, isSettled: () => boolean): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new SottoError('deadline', `There was no answer within ${WAIT_MS / 1000} s.`)),
      WAIT_MS,
    );
    const look = (): void => {
      if (!isSettled()) return;
      clearTimeout(timer);
      resolve();
    };
    stage.onTrail(look);
    look();
  });
