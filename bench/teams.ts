/** Teams: what an accepted activity costs, what strangers leave behind, and ten thousand questions over sixty tenants within Teams' limits. */
import type { Bench } from './figure.ts';
import { overBothStores } from './load/rounds.ts';
import { acceptedCost } from './teams/cpu.ts';
import { strangersLeave } from './teams/flood.ts';
import { LOAD, MODULE } from './teams/load.ts';

export const bench: Bench = async ({ seconds }) => [
  ...(await acceptedCost({ seconds })),
  ...(await strangersLeave({ seconds })),
  ...(await overBothStores(MODULE, seconds)),
];

/** What the load is made of, for a figure is worth what it was measured with. */
export const appendix = (): string => `${LOAD}\n`;
