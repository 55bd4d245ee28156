import type { CanaryStage } from '../../support/canary-stage.ts';

/**
 * One way by which people's words or secrets come in. `go` takes it with canaries of its own, and throws where it finds that
 * it was not taken: nothing leaks on a way that nobody went.
 */
export interface Path {
  readonly name: string;
  go(stage: CanaryStage): Promise<void>;
}
