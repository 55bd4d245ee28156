/** What Sotto can be started with beside its settings, and what is there once it runs. */
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import type { AuditEntry } from '../core/audit.ts';
import type { LostLog } from '../core/losses.ts';
import type { ClosedBy } from '../core/pinning.ts';
import type { Audit, AuditReceipt, Clock, Log, ModelCache, Namer, Recogniser } from '../core/ports.ts';
import type { Reached } from '../core/reached.ts';
import type { SignInOffer } from '../core/sign-in/types.ts';
import type { World } from '../core/world.ts';
import type { openStore } from './opening.ts';

export interface StartOptions {
  readonly config: Config;
  /** Further routes of the playground; production has none. */
  readonly register?: (app: FastifyInstance) => void;
  /** Sees every entry once it is durable; the playground shows them as "why". */
  readonly onAudit?: (entry: AuditEntry, receipt: AuditReceipt) => void;
  /** Stands before the audit log and may fail in its stead: tests of what happens then. */
  readonly unsafeAudit?: (append: Audit['append']) => Audit['append'];
  /** Whether something gives sign-ins; default: what the settings name. The playground has a switch for it. */
  readonly signInOffered?: boolean;
  /** In place of the settings' provider, and believed whoever it says signed in: where people play. */
  readonly unsafeSignIn?: SignInOffer;
  /** Whether everybody is told once how it works; default: they are. Not where nobody new is talked to: `sotto ask`, tests of something else. */
  readonly firstUse?: boolean;
  readonly log?: Log;
  /** Default: the machine's own. */
  readonly clock?: Clock;
  /** How long a question stays with a process that died, ms; default a minute. */
  readonly leaseMs?: number;
  /** Within which every process has seen a new data key, ms; default: as the vault and the store need it. */
  readonly spreadMs?: number;
  /** Default: the store that the settings name, as this version lays it out. */
  readonly openStore?: typeof openStore;
  /** Hears of every step that a question reaches; production has nobody who listens. */
  readonly reached?: Reached;
  /** Default: the product's own, which learns the pack where no earlier start did. */
  readonly recogniser?: Recogniser;
  /** A build of one's own brings a model of one's own: asked beside the recogniser, and able to name an intent of the pack and nothing else. */
  readonly namer?: Namer;
  /** Told how far learning the pack is, 0 to 1; nothing where it was learnt before. */
  readonly onLearning?: (share: number) => void;
  /** Instead of the data folder, and believed as it is, by whoever shares what is learnt among many starts: tests. */
  readonly unsafeModelCache?: ModelCache;
  /** Slack and Teams are called as often as there is reason to: for stand-ins without limits. */
  readonly unsafeUnpaced?: boolean;
  /** Whatever the pack is and whatever stands in the store answers, approved or not: where people play, and edit the pack meanwhile. */
  readonly unsafeAnyPack?: boolean;
}

export interface Running {
  readonly url: string;
  /** What it listens on, which may be more than this machine. */
  readonly bound: string;
  readonly opsUrl: string;
  readonly world: World;
  /** Why nobody is answered; null: everybody is. */
  readonly closed: () => ClosedBy | null;
  /** Audit logs that are missed. */
  readonly missed: () => readonly LostLog[];
  /** Applies the restrictions that stand in the store, at once. */
  readonly refreshRestrictions: () => Promise<void>;
  stop(): Promise<void>;
}
