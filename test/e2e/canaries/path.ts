import type { CanaryStage } from '../../support/canary-stage.ts';

/**
 * One way by which people's words or secrets come in. `go` takes it with canaries of its own, and throws where it finds that
 * it was not taken: nothing leaks on a way that nobody went.
 */
export interface Path {
  readonly name: string;
  /** Goes its way beside all others that do, for it mostly waits. */
  readonly beside?: true;
  go(stage: CanaryStage): Promise<void>;
}
