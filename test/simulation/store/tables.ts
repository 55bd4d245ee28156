/** What the simulated store holds. It outlives every process; only the verbs beside it and a planted bug may touch it. */
import type { TokenBucket } from '../../../src/core/budget.ts';
import type {
  DeadLetter,
  Hold,
  KeptDecision,
  KeptDonation,
  KeptGrant,
  KeptHashKey,
  KeptOrder,
  KeptProposal,
  KeptWrite,
  Leaving,
  Look,
  Outbox,
  Parking,
  Pause,
  Pin,
  Recall,
  Restored,
  RestrictionChange,
  Transcript,
} from '../../../src/core/ports.ts';
import type { Buckets } from '../../../src/core/stored.ts';
import type { MessageRef, Restriction } from '../../../src/core/types.ts';
import type { Happened } from '../history.ts';
import type { InstallationTables } from './installations.ts';

export interface KeptQuestion {
  /** In order of acceptance. */
  readonly seq: number;
  readonly id: string;
  readonly conversation: string;
  readonly tenant: string;
  readonly account: string;
  inbound: string;
  readonly acceptedAt: number;
  readonly counts: Readonly<Record<string, number>>;
  attempts: number;
  /** Waiting: from when it can be claimed; claimed: when the lease lapses. */
  freeAt: number;
  lease: string | null;
  outbox: Outbox | null;
  failure: string | null;
  /** True: it was un-parked, and goes before what nobody has begun. */
  ahead: boolean;
  /** What it waits or waited for; null: it never did. */
  parking: { readonly why: Parking; readonly person: string; readonly what: string; until: number } | null;
}

export interface KeptLetter extends Omit<DeadLetter, 'until'> {
  readonly question: KeptQuestion;
  until: number;
}

export interface MadeOrder extends KeptOrder {
  readonly keepUntil: number | null;
  readonly freeAt: number;
  readonly attempts: number;
  readonly lease: string;
  readonly turn: number;
}

export interface KeptRemoval {
  readonly ref: MessageRef;
  what: Pick<Leaving, 'about' | 'then' | 'again'>;
  removeAt: number;
  /** From when it can be claimed. */
  score: number;
  attempts: number;
  leased: boolean;
  code: string;
}

export interface KeptOrigin {
  readonly origin: string;
  readonly home: string;
  size: number;
  holder: string;
  leasedUntil: number;
}

export interface Tables {
  /** In order of acceptance, by conversation. */
  readonly waiting: Map<string, KeptQuestion[]>;
  /** By id. */
  readonly parked: Map<string, KeptQuestion>;
  readonly dead: Map<string, KeptLetter>;
  readonly ended: Map<string, { readonly end: string; readonly until: number }>;
  readonly states: Map<string, Transcript>;
  /** By packed reference. */
  readonly removals: Map<string, KeptRemoval>;
  readonly counts: Map<string, Buckets>;
  readonly grants: Map<string, KeptGrant>;
  readonly signIns: Map<string, { readonly owner: string; readonly value: string; readonly until: number }>;
  readonly restrictions: {
    version: number;
    hash: string | null;
    readonly all: Map<string, Restriction>;
    /** The oldest first. */
    changes: RestrictionChange[];
  };
  readonly proposals: Map<string, KeptProposal>;
  pin: Pin | null;
  readonly decisions: Map<string, KeptDecision>;
  readonly donations: Map<string, KeptDonation>;
  readonly writes: Map<string, KeptWrite>;
  readonly looks: Map<string, Look & { readonly owner: string }>;
  readonly marks: Map<string, { readonly at: number; readonly until: number | null }>;
  /** By the owner. */
  readonly nameKeys: Map<string, string>;
  readonly installations: InstallationTables;
  readonly references: Map<
    string,
    {
      readonly tenant: string;
      readonly key: string;
      readonly owner: string;
      readonly value: string;
      readonly until: number;
    }
  >;
  readonly budgets: Map<string, TokenBucket>;
  readonly standing: {
    paused: Pause | null;
    readonly holds: Map<string, Hold>;
    /** The last holds that were lifted. */
    readonly lifted: Set<string>;
    /** Turn of the last order that paused or ended a pause. */
    switched: number;
    /** By their version. */
    readonly recalls: Map<string, Recall>;
  };
  readonly orders: Map<string, MadeOrder>;
  readonly origins: Map<string, KeptOrigin>;
  readonly backups: { lineage: string | null; restored: Restored | null };
  /** The oldest first. */
  readonly hashKeys: KeptHashKey[];
  leasesGiven: number;
  /** To orders whose confirmations were complete. */
  turnsGiven: number;
  accepted: number;
}

export const emptyTables = (): Tables => ({
  waiting: new Map(),
  parked: new Map(),
  dead: new Map(),
  ended: new Map(),
  states: new Map(),
  removals: new Map(),
  counts: new Map(),
  grants: new Map(),
  signIns: new Map(),
  restrictions: { version: 0, hash: null, all: new Map(), changes: [] },
  proposals: new Map(),
  pin: null,
  decisions: new Map(),
  donations: new Map(),
  writes: new Map(),
  looks: new Map(),
  marks: new Map(),
  nameKeys: new Map(),
  installations: { version: 0, all: new Map(), links: new Map(), spent: new Map() },
  references: new Map(),
  budgets: new Map(),
  standing: { paused: null, holds: new Map(), recalls: new Map(), lifted: new Set(), switched: 0 },
  orders: new Map(),
  origins: new Map(),
  backups: { lineage: null, restored: null },
  hashKeys: [],
  leasesGiven: 0,
  turnsGiven: 0,
  accepted: 0,
});

/** What every part of the store is made of: the tables, and where it notes what really happened. */
export interface Shelf {
  readonly tables: Tables;
  readonly note: (happened: Happened) => void;
}
