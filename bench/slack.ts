/** Slack: what an accepted event costs, and ten thousand of them over sixty workspaces within Slack's limits. */
import type { Bench } from './figure.ts';
import { overBothStores } from './load/rounds.ts';
import { acceptedCost } from './slack/cpu.ts';
import { LOAD, MODULE } from './slack/load.ts';

export const bench: Bench = async ({ seconds }) => [
  ...(await acceptedCost({ seconds })),
  ...(await overBothStores(MODULE, seconds)),
];

/** What the load is made of, for a figure is worth what it was measured with. */
export const appendix = (): string => `${LOAD}\n`;
