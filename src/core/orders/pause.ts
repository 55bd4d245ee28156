/** Pause: one switch. While it is on, questions get an honest reply and no backend is asked; removals and orders go on. */
import type { Executor } from './execute.ts';

export const pause: Executor<'pause'> = async ({ store }, _order, { by, at }) => {
  const { paused } = await store.standing.pause({ since: at, by });
  return {
    ok: true,
    says: [
      `Sotto is paused since ${new Date(paused.since).toISOString()}, in every process within a second.`,
      'Whoever asks is told so. What is due to be removed is removed. "sotto pause --off" ends it.',
    ],
    data: { paused: true, since: paused.since },
  };
};

export const resume: Executor<'resume'> = async ({ store }) => {
  await store.standing.resume();
  return { ok: true, says: ['Sotto answers again, in every process within a second.'], data: { paused: false } };
};
