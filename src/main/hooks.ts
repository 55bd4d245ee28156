/** Webhooks in, between what descriptions say of them and what the core does with a report. */
import type { Descriptions } from '../adapters/backend/described.ts';
import { createHooks, type Hooks } from '../adapters/backend/hooks/hooks.ts';
import { SottoError } from '../core/errors.ts';
import type { Secrets } from '../core/ports.ts';
import type { Rejections } from '../core/rejections.ts';
import { takeReport } from '../core/reported.ts';
import type { Catalogue } from '../core/types.ts';
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

/** Refuses with code `settings`, before anything listens, where what would prove a report is missing or cannot be what it should, or its question is not there. */
export const checkHooks = async (
  hooks: Pick<Hooks, 'faults' | 'kinds'>,
  { intents }: Pick<Catalogue, 'intents'>,
): Promise<void> => {
  const strange = [...hooks.kinds.values()].flatMap(({ name, intent }) =>
    intents.has(intent)
      ? []
      : `The webhook ${name} leads to the question ${intent}, and the pack has none of that name, so nobody could be told anything. Name one that is there.`,
  );
  const faults = [...(await hooks.faults()), ...strange];
  if (faults.length > 0) throw new SottoError('settings', [...new Set(faults)].join('\n'));
};
