import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Status, Subcommand } from '../cli.ts';
import { askRunning } from './order.ts';
import { ago } from './time-words.ts';

const row = z.object({
  platform: z.enum(['slack', 'teams']),
  tenant: z.string(),
  pending: z.number(),
  due: z.number(),
  oldestDueAt: z.number().nullable(),
  dueWithinHour: z.number(),
  recallable: z.number(),
  held: z.number(),
  failing: z.record(z.string(), z.number()),
  perHour: z.number().nullable(),
  overbooked: z.boolean(),
});

const spread = z.object({ p50: z.number(), p99: z.number(), most: z.number() });

/** What the control socket answers to `/expiries`. */
export const backlogShape = z.object({
  now: z.number(),
  rows: z.array(row),
  lateness: z.object({ count: z.number(), engine: spread, platform: spread }),
});

/** What the running Sotto says of its removals. */
export type Backlog = z.infer<typeof backlogShape>;

/** One is late beyond what a busy minute explains, ms. */
const LATE_MS = 15 * 60_000;

export const expiries: Subcommand = {
  summary: 'answers that must still leave: how many, how late, what fails, and what is too much',
  help: [
    'sotto expiries [--json]',
    'By platform and workspace or tenant: what is pending, due, due within the hour, failing and why; what legal holds keep, which is in',
    'none of these and no warning; how late the last removals were,',
    'by our own doing and by the platform’s; and warnings. Ids only. Lateness is that of the process that answers, and is 0 after a start.',
    '--json: {"rows":[{"platform","tenant","pending","due","oldestDueAt","dueWithinHour","recallable","held","failing","perHour","overbooked"}],',
    '"lateness":{"count","engine":{"p50","p99","most"},"platform":{…}} (ms),"warnings":[…]}. Needs a running Sotto on the same SOTTO_DATA.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      strict: true,
    });
    const backlog = await askRunning({ path: '/expiries', shape: backlogShape });
    if (values.json) {
      const { rows, lateness } = backlog;
      const timed = rows.map((each) => ({
        ...each,
        oldestDueAt: each.oldestDueAt === null ? null : new Date(each.oldestDueAt).toISOString(),
      }));
      console.log(JSON.stringify({ rows: timed, lateness, warnings: backlogWarnings(backlog) }));
    } else console.log(backlogInWords(backlog).join('\n'));
    return 0;
  },
};

/** A line each. */
export const backlogInWords = (backlog: Backlog): readonly string[] => {
  const { rows, lateness } = backlog;
  const warnings = backlogWarnings(backlog);
  return [
    ...(rows.length === 0 ? ['Nothing waits to be removed.'] : rows.flatMap((each) => rowInWords(each, backlog.now))),
    ...(lateness.count === 0
      ? []
      : [
          `The last ${lateness.count} removals of this process were late by our own doing ${inWords(lateness.engine)}; by the platform’s ${inWords(lateness.platform)}.`,
        ]),
    ...warnings.map((warning) => `WARNING: ${warning}`),
  ];
};

const inWords = ({ p50, p99, most }: z.infer<typeof spread>): string =>
  `${ago(p50)} (half of them at most), ${ago(p99)} (99 of 100), ${ago(most)} (the worst)`;

const rowInWords = (each: z.infer<typeof row>, now: number): readonly string[] => {
  const failing = Object.entries(each.failing).map(([code, count]) => `${count} with "${code}"`);
  return [
    `${each.platform} ${each.tenant}: ${each.pending} to be removed, ${each.dueWithinHour} of them within the hour, ${each.due} are due${
      each.oldestDueAt === null ? '' : `, the first since ${ago(now - each.oldestDueAt)}`
    }; ${each.recallable} more stay in the chat and are known for a week${each.held === 0 ? '' : `; ${each.held} are kept by legal holds`}.`,
    ...(failing.length === 0 ? [] : [`  Tried in vain: ${failing.join(', ')}.`]),
  ];
};

/** Where more must leave than can, or should have left long ago: a sentence each. */
export const backlogWarnings = ({ rows, now }: Backlog): readonly string[] =>
  rows.flatMap(({ platform, tenant, due, dueWithinHour, perHour, overbooked, oldestDueAt }) => [
    ...(overbooked
      ? [
          `${platform} ${tenant}: ${due + dueWithinHour} must leave within the hour, and the platform takes ${perHour}. Answers will stay too long: give fewer of them an end, or a later one.`,
        ]
      : []),
    ...(oldestDueAt !== null && now - oldestDueAt >= LATE_MS
      ? [
          `${platform} ${tenant}: an answer should have left ${ago(now - oldestDueAt)} ago. The log says why it does not.`,
        ]
      : []),
  ]);
