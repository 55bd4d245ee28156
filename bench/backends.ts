/** Systems of record: what one that hangs, errors or trickles costs the others, and what a call costs beside the bare request. */
import { besideFigures } from './backends/beside.ts';
import { costFigures } from './backends/cost.ts';
import { startSystems } from './backends/systems.ts';
import type { Bench } from './figure.ts';

export const bench: Bench = async ({ seconds }) => {
  const systems = await startSystems();
  try {
    return [...(await besideFigures(systems, seconds)), ...(await costFigures(systems, seconds))];
  } finally {
    systems.stop();
  }
};
