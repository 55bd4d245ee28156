/** What the simulated store holds. It outlives every process; only the verbs beside it and a planted bug may touch it. */
import type { Outbox } from '../../../src/core/ports.ts';
import type { Buckets } from '../../../src/core/stored.ts';
import type { MessageRef, Restriction } from '../../../src/core/types.ts';
import type { Happened } from '../history.ts';

export interface KeptQuestion {
  readonly id: string;
  readonly conversation: string;
  readonly tenant: string;
  readonly account: string;
  readonly inbound: string;
  readonly acceptedAt: number;
  readonly counts: Readonly<Record<string, number>>;
  attempts: number;
  /** Waiting: from when it can be claimed; claimed: when the lease lapses. */
  freeAt: number;
  lease: string | null;
  outbox: Outbox | null;
}

export interface KeptRemoval {
  readonly ref: MessageRef;
  removeAt: number;
  /** From when it can be claimed. */
  score: number;
  attempts: number;
  leased: boolean;
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
  readonly ended: Map<string, { readonly end: string; readonly until: number }>;
  readonly states: Map<string, { readonly state: string; readonly until: number }>;
  /** By packed reference. */
  readonly removals: Map<string, KeptRemoval>;
  readonly counts: Map<string, Buckets>;
  readonly grants: Map<string, { readonly at: number; readonly until: number }>;
  readonly restrictions: { version: number; readonly all: Map<string, Restriction> };
  readonly references: Map<string, { readonly value: string; readonly until: number }>;
  readonly origins: Map<string, KeptOrigin>;
  leasesGiven: number;
}

export const emptyTables = (): Tables => ({
  waiting: new Map(),
  ended: new Map(),
  states: new Map(),
  removals: new Map(),
  counts: new Map(),
  grants: new Map(),
  restrictions: { version: 0, all: new Map() },
  references: new Map(),
  origins: new Map(),
  leasesGiven: 0,
});

/** What every part of the store is made of: the tables, and where it notes what really happened. */
export interface Shelf {
  readonly tables: Tables;
  readonly note: (happened: Happened) => void;
}
