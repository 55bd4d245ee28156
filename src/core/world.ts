/** Everything that a conversation needs of the world, handed over as one object by the composition root. */

import type { Background } from './background.ts';
import type { GuardedBackend } from './data.ts';
import type { FirstUse } from './first-use.ts';
import type { JudgePorts } from './judge.ts';
import type { Tenancy } from './lifecycle.ts';
import type { LiveAnswers } from './live-answers.ts';
import type { Losses } from './losses.ts';
import type { Owed } from './owed.ts';
import type { Pinning } from './pinning.ts';
import type { Audit, Log, Metrics, Platform, Random, ReportKind, Sealer, Store } from './ports.ts';
import type { Probing } from './probing.ts';
import type { Recording } from './recording.ts';
import type { Restricting } from './restricting-ports.ts';
import type { Surprises } from './screening.ts';
import type { SealedNames } from './sealed-names.ts';
import { signInsKept } from './sign-in/grants.ts';
import type { SignInOffer } from './sign-in/types.ts';
import type { StandingView } from './standing.ts';
import type { PlatformName } from './types.ts';
import type { Updates } from './updates.ts';

export interface World extends Omit<JudgePorts, 'grants' | 'backend'> {
  /** Read by `core/data.ts` alone. */
  readonly backend: GuardedBackend;
  readonly store: Store;
  readonly audit: Audit;
  /** Takes what was shown while its record failed. Absent: that is lost. */
  readonly owed?: Pick<Owed, 'owe'>;
  readonly sealer: Sealer;
  /** Of people in the audit log. */
  readonly names: SealedNames;
  /** Groups that rules may name. Others of somebody's stand in no audit entry. */
  readonly groups: ReadonlySet<string>;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Resolves once this process decides by the restrictions that stand in the store. */
  readonly policyCaughtUp: () => Promise<void>;
  /** What the operators ordered, as this process knows it; refreshed with the restrictions. */
  readonly standing: () => StandingView;
  /** Whether anybody can sign in strongly here, so that something calls `signedIn`. Else nothing waits for it, and nobody is told to. */
  readonly signInOffered: boolean;
  /** Where: the page that links lead to. Absent: there is none, and something else gives sign-ins. */
  readonly signIn?: SignInOffer;
  /** The directory's group of the people who may confirm orders. */
  readonly operators: string;
  /** The directory's group of HR, who restrict what may be asked. */
  readonly hr: string;
  /** Whether the pack, or what is restricted, is not what was approved: then nobody is answered here. See `Pinning`. */
  readonly closed: () => boolean;
  readonly pinning: Pinning;
  /** Audit logs that are missed. Absent: none is. */
  readonly losses?: Losses;
  readonly restricting: Restricting;
  /** What goes on after a press was answered. */
  readonly background: Pick<Background, 'begin' | 'full'>;
  /** Directory id of whoever is told of probing, of surprises and of webhooks that run wild; null: nobody is. */
  readonly securityContact: string | null;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  /** A conversation's state is shredded so long after its first turn, however long people talk on. */
  readonly conversationMs: number;
  /** How long a claim is ours before another process may take it. Must exceed the slowest single step. */
  readonly leaseMs: number;
  /** Keeps filling in answers within what the platforms take. Absent: nothing does. */
  readonly updates?: Updates;
  /** Counts refusals over all conversations of a person. Absent: nothing does. */
  readonly probing?: Probing;
  /** Tells of what systems sent and must not be shown. Absent: it is on record, and nobody is told. */
  readonly surprises?: Surprises;
  /** Keeps what was judged, for trying changes out on. Absent: nothing does. */
  readonly recording?: Recording;
  /** Where the bot is installed. Absent: wherever it is asked. */
  readonly tenancy?: Pick<Tenancy, 'of'>;
  /** Tells everybody once how this works. Absent: nothing does. */
  readonly firstUse?: FirstUse;
  /** Finds people's answers that still stand. Absent: each time anew. */
  readonly live?: LiveAnswers;
  /** By name, the webhooks by which systems report back. Absent: there are none. */
  readonly hooks?: ReadonlyMap<string, ReportKind>;
  /** Where this is the world of a claim: the same for what is no part of it. */
  readonly unfenced?: Pick<World, 'platforms'>;
}

export const judgePorts = (world: World): JudgePorts => ({ ...world, grants: signInsKept(world) });
