/** Pause: one switch. While it is on, questions get an honest reply and no backend is asked; removals and orders go on. */
import type { Executor } from './execute.ts';

export const pause: Executor<'pause'> = async ({ store }, _order, { by, at, turn }) => {
  const { paused } = await store.standing.pause({ since: at, by, turn });
  if (paused === null)
    return {
      ok: false,
      says: ['Sotto is not paused: an order that was confirmed after this one has ended the pause.'],
      data: { paused: false },
    };
  return {
    ok: true,
    says: [
      `Sotto is paused since ${new Date(paused.since).toISOString()}, in every process within a second.`,
      'Whoever asks is told so. What is due to be removed is removed. "sotto pause --off" ends it.',
    ],
    data: { paused: true, since: paused.since },
  };
};

export const resume: Executor<'resume'> = async ({ store }, _order, { turn }) => {
  const { paused } = await store.standing.resume({ turn });
  if (paused !== null)
    return {
      ok: false,
      says: ['Sotto is paused: an order that was confirmed after this one has paused it again.'],
      data: { paused: true, since: paused.since },
    };
  return { ok: true, says: ['Sotto answers again, in every process within a second.'], data: { paused: false } };
};
