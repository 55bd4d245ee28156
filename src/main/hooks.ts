/** Webhooks in, between what descriptions say of them and what the core does with a report. */
import type { Descriptions } from '../adapters/backend/described.ts';
import { createHooks, type Hooks } from '../adapters/backend/hooks/hooks.ts';
import { SottoError } from '../core/errors.ts';
import type { Secrets } from '../core/ports.ts';
import type { Rejections } from '../core/rejections.ts';
import { takeReport } from '../core/reported.ts';
import type { Work } from '../core/work.ts';
import type { World } from '../core/world.ts';
import type { Tools } from './opening.ts';

export const openHooks = (o: {
  readonly descriptions: Pick<Descriptions, 'hooks'>;
  readonly secrets: Secrets;
  /** Asked when something arrives, by when they are there. */
  readonly world: () => Pick<World, 'store' | 'clock' | 'platforms' | 'log'>;
  readonly work: () => Work;
  readonly rejections: () => Rejections;
  readonly tools: Tools;
}): Hooks =>
  createHooks({
    hooks: o.descriptions.hooks,
    secrets: o.secrets,
    take: (report) => takeReport(o.world(), (chore) => o.work().accept(chore), report),
    reject: (reason) => o.rejections().note('hooks', reason),
    ...o.tools,
  });

/** Refuses with code `settings`, before anything listens, where what would prove a report is missing or cannot be what it should. */
export const checkHooks = async (hooks: Pick<Hooks, 'faults'>): Promise<void> => {
  const faults = await hooks.faults();
  if (faults.length > 0) throw new SottoError('settings', [...new Set(faults)].join('\n'));
};
