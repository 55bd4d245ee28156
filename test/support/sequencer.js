import Sequencer from '@jest/test-sequencer';
import { inTurns } from './turns.ts';

/** Jest's own order is the slowest suite first where it has run them before, else the largest file first. */
export default class InTurns extends Sequencer {
  sort(tests) {
    return inTurns(super.sort(tests));
  }
}
