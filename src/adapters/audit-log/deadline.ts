import { SottoError } from '../../core/errors.ts';

export interface Deadline {
  /** The result, or a refusal with code `deadline` once the time is up; a result that comes too late goes to `late`. */
  within<T>(work: Promise<T>, late?: (result: T) => Promise<unknown>): Promise<T>;
  /** Work that nobody waits for, and that may hang. */
  aside(work: Promise<unknown>): void;
  /** How many pieces of work have not come back although nobody waits for them any more. */
  hanging(): number;
}

/** Waits for the disk, in real time: a disk does not go by a clock that somebody sets. */
export const createDeadline = (ms: number): Deadline => {
  let hanging = 0;
  const aside = (work: Promise<unknown>): void => {
    hanging++;
    const back = () => {
      hanging--;
    };
    work.then(back, back);
  };
  return {
    within: (work, late) =>
      new Promise((resolve, reject) => {
        let waiting = true;
        const timer = setTimeout(() => {
          waiting = false;
          aside(work.then((result) => late?.(result)));
          reject(new SottoError('deadline', `The disk did not answer within ${ms} ms.`));
        }, ms);
        const settle = (): boolean => {
          clearTimeout(timer);
          return waiting;
        };
        work.then(
          (result) => settle() && resolve(result),
          (cause: unknown) => settle() && reject(cause),
        );
      }),
    aside,
    hanging: () => hanging,
  };
};
