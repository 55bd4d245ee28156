/** The running Sotto, asked over its control socket: what waits, how late it is, what was set aside. */
import { z } from 'zod';
import { closedParts } from '../closed.ts';
import { type Backlog, backlogShape, backlogWarnings } from '../expiries.ts';
import { ago } from '../time-words.ts';
import { ask, told } from './asking.ts';
import { lookAtInstallations } from './installations.ts';
import { finding, type Line, ok, sentence, warning } from './line.ts';

const aboutShape = z.object({
  version: z.string(),
  pid: z.number(),
  startedAt: z.number(),
  now: z.number(),
  held: z.boolean(),
  closed: z.enum(['pack', 'restrictions', 'audit-lost']).nullable().default(null),
  clocks: z.record(z.string(), z.object({ aheadMs: z.number(), requests: z.number() })).default({}),
});
const censusShape = z.object({
  census: z.object({ queued: z.number(), leased: z.number(), parked: z.number(), dead: z.number() }),
});
const standingShape = z.object({
  paused: z.unknown(),
  holds: z.array(z.unknown()),
});
const dataKeyShape = z.object({
  state: z.enum(['walking', 'left', 'done']),
  left: z.number().nullable(),
  lost: z.number(),
});

/** Questions that wait at once, beyond which more come than are answered. */
const MANY = 100;

/** Clocks that differ by more are wrong, ms. */
const FAR_MS = 30_000;

/** By our own doing, 99 of 100 removals at most, ms. */
const LATE_MS = 5_000;

/** Null: none runs on this folder, or none that can be asked; the line says which. */
export interface Running {
  readonly pid: number | null;
  readonly lines: readonly Line[];
}

export const lookAtRunning = async (folder: string): Promise<Running> => {
  const about = await ask(folder, '/about', aboutShape);
  if (about.kind === 'nobody')
    return {
      pid: null,
      lines: [
        warning('running', {
          what: about.says,
          why: 'What waits, how late it is and what was set aside was not looked at.',
          mend: '',
        }),
      ],
    };
  if (about.kind === 'refused') return { pid: null, lines: [sentence('running', about.says)] };
  const { version, pid, startedAt, now, held, closed, clocks } = about.value;
  return {
    pid,
    lines: [
      ok('running', `Sotto ${version} runs (process ${pid}), since ${ago(now - startedAt)}.`),
      held
        ? ok('running', 'It holds its audit log.')
        : finding('running', {
            what: 'It has lost its audit log to another process.',
            why: 'Nothing is answered here: it could not reach the store for a minute.',
            mend: 'Restart it.',
          }),
      closed === null
        ? ok('running', 'Its pack and its restrictions are those that were approved.')
        : finding('running', closedParts(closed)),
      ...Object.entries(clocks).map(([platform, { aheadMs }]) => clockLine(platform, aheadMs)),
      ...(await backlog(folder)),
      ...(await lateness(folder)),
      ...(await standing(folder)),
      ...(await dataKey(folder)),
      ...(await lookAtInstallations(folder, now)),
    ],
  };
};

/** By when a platform's own requests say that they were sent; delivery takes time, so this clock may be less far ahead. */
const clockLine = (platform: string, aheadMs: number): Line =>
  aheadMs > -FAR_MS && aheadMs < FAR_MS
    ? ok(
        'running',
        `By its requests, the clock of ${platform} is that of this machine (to ${ago(Math.max(1_000, Math.abs(aheadMs)))}).`,
      )
    : warning('running', {
        what: `By the requests of ${platform}, this machine’s clock is ${ago(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of its' : 'behind its'}.`,
        why: 'Answers leave at wrong times, the audit log has wrong ones, and at five minutes no request is believed any more.',
        mend: 'Let this machine keep time (chrony, systemd-timesyncd).',
      });

const backlog = (folder: string): Promise<readonly Line[]> =>
  told(folder, '/dead', censusShape, ({ census: { queued, leased, parked, dead } }) => [
    queued <= MANY
      ? ok('running', `${queued} questions wait, ${leased} are being answered, ${parked} are parked.`)
      : finding('running', {
          what: `${queued} questions wait.`,
          why: 'More come than are answered; after three minutes they are told so unread.',
          mend: 'Look at the metrics for what is slow (backends, directory, platforms), or run a further process.',
        }),
    dead === 0
      ? ok('running', 'No question was set aside.')
      : warning('running', {
          what: `${dead} questions failed five times and were set aside.`,
          why: 'Whoever asked them got an apology; their words are shredded in three days.',
          mend: 'See "sotto dead" for why; "sotto dead retry ID" asks one again.',
        }),
  ]);

const lateness = (folder: string): Promise<readonly Line[]> =>
  told(folder, '/expiries', backlogShape, (found: Backlog) => {
    const { count, engine } = found.lateness;
    const warnings = backlogWarnings(found).map((what) => sentence('running', what));
    const own =
      count === 0
        ? ok('running', 'No answer has left since it was started.')
        : engine.p99 < LATE_MS
          ? ok('running', `Answers leave in time: by our own doing ${ago(engine.p99)} late at most, 99 of 100.`)
          : warning('running', {
              what: `Answers leave late: by our own doing ${ago(engine.p99)}, 99 of 100 at most.`,
              why: 'They stay in chats longer than people were told.',
              mend: 'See that the machine has time to spare and the store answers quickly.',
            });
    return [own, ...warnings];
  });

const standing = (folder: string): Promise<readonly Line[]> =>
  told(folder, '/standing', standingShape, ({ paused, holds }) => [
    ...(paused === null || paused === undefined || paused === false
      ? []
      : [
          warning('running', {
            what: 'Sotto is paused by its operators.',
            why: 'Everybody who asks is told so.',
            mend: 'When that is over: sotto pause --off',
          }),
        ]),
    ...(holds.length === 0
      ? []
      : [
          ok(
            'running',
            `${holds.length} legal hold${holds.length === 1 ? ' stands' : 's stand'}: sotto hold lists them.`,
          ),
        ]),
  ]);

/** How far what is sealed was wrapped anew since the data key changed last. */
const dataKey = (folder: string): Promise<readonly Line[]> =>
  told(folder, '/data-key', dataKeyShape, ({ state, left, lost }) => [
    state === 'done'
      ? ok('running', 'Everything in the store is sealed under the current data key.')
      : left === 0
        ? ok(
            'running',
            'Nothing was found under an older data key. Six minutes after a start or a change of the key it is certain (with one folder and the embedded store six seconds): leave the older version in the vault until then.',
          )
        : warning('running', {
            what: `${left ?? 'Some'} values in the store are still sealed under an older data key.`,
            why: 'They are wrapped anew in the background; until then the older key opens them, and nothing else does.',
            mend: 'Leave the older version of data-key in the vault, and look again in a minute.',
          }),
    ...(lost === 0
      ? []
      : [
          finding('running', {
            what: `${lost} values in the store are opened by no data key that the vault accepts.`,
            why: 'A version was taken away too soon, or the store is older than all of them.',
            mend: 'Put the version that is missing back into the vault as an older one; where it is gone, so are they.',
          }),
        ]),
  ]);
