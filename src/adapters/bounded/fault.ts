import { PACED } from '../../core/errors.ts';
import type { Because, Failed } from '../../core/ports.ts';

/** How a call failed, before it is said in the words of the port. */
export interface CallFault {
  /**
   * `limited`, `passing`: it did not happen, later it may. `parked`: the installation or its credential is refused until
   * somebody mends it. `unclear`: it may have happened. `absent`: there is no such message or conversation. `final`: it will
   * never work.
   */
  readonly kind: 'limited' | 'passing' | 'parked' | 'unclear' | 'absent' | 'final';
  readonly code: string;
  readonly afterMs?: number;
  /** See `Failed`; absent: as the kind says. */
  readonly because?: Because;
  /** Somebody should look at it. */
  readonly alarm: boolean;
}

/** The call was not made, for its limit is reached; so many ms until it is worth asking again. */
export const pacedFault = (afterMs: number): CallFault => ({ kind: 'limited', code: PACED, afterMs, alarm: false });

/** The fault in the words of the port. What `absent` and `unclear` come to depends on what was tried. */
export const failed = <A extends 'gone' | 'never', U extends 'lost' | 'later'>(
  { kind, code, afterMs, because = BECAUSE[kind] }: CallFault,
  words: { readonly absent: A; readonly unclear: U },
): Failed<A | U | 'later' | 'never'> => ({
  ok: false,
  fault: kind === 'final' ? 'never' : kind === 'absent' ? words.absent : kind === 'unclear' ? words.unclear : 'later',
  code,
  ...(afterMs === undefined ? {} : { afterMs }),
  ...(because === undefined ? {} : { because }),
});

const BECAUSE: Readonly<Partial<Record<CallFault['kind'], Because>>> = { limited: 'limit', parked: 'parked' };
