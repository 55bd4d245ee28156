/** Entries of the audit log about a process, its log, its backups and where it is installed. */
import type { Entry } from './audit-entry.ts';
import type { HowLost } from './losses.ts';
import type { ClosedBy } from './pinning.ts';
import type { SealedName } from './ports.ts';
import type { PlatformName } from './types.ts';

export interface StartEntry extends Entry, PolicyStands {
  readonly kind: 'start';
  readonly version: string;
  /** SHA-256 (hex) over the canonical JSON of the settings in force; no secret is among them. */
  readonly settings: string;
  /** SHA-256 (hex) over the descriptions of systems of record that it has, names of files and all. Absent: up to 0.10.0. */
  readonly backends?: string;
  /** Why it answers nobody; null: it does. */
  readonly closed: ClosedBy | null;
}

/** What is judged by; by it a store that went back, or was changed by another hand, is noticed. */
interface PolicyStands {
  readonly pack: string;
  /** Names pack, schema and restrictions together. */
  readonly policy: string;
  /** Of HR's restrictions; see `restrictionsHash`. */
  readonly restrictions: string;
  readonly restrictionsVersion: number;
}

/**
 * The pack that was approved, or that this process has, and what it became: `first` of its store, and believed; `stricter` than the one before
 * or equal to it; `approved` by two people of HR; `closed`: it answers nobody. `stands`: other restrictions came in force here.
 */
export interface PackEntry extends Entry, PolicyStands {
  readonly kind: 'pack';
  readonly how: 'first' | 'stricter' | 'approved' | 'closed' | 'stands';
  /** Fingerprints of who approved it. */
  readonly by: readonly string[];
  /** Theirs, in the same order. */
  readonly byNames: readonly (SealedName | null)[];
}

export interface StopEntry extends Entry {
  readonly kind: 'stop';
  /** As of its start. */
  readonly version: string;
  readonly settings: string;
  /** `asked`: somebody, or the system, told it to. `failed`: it could not go on. A process that was killed says nothing. */
  readonly how: 'asked' | 'failed';
}

/** The log failed, or was found with a torn last batch, and was opened anew: what was moved aside had never been acknowledged. */
export interface RecoveredEntry extends Entry {
  readonly kind: 'recovered';
  readonly droppedBytes: number;
  /** So many entries that follow at once lay only in the second copy meanwhile. Absent: none did. */
  readonly elsewhere?: number;
}

/**
 * Somebody put on record that a log is lost. It is none of those that must be there any more; what is left of it stays as evidence. After a crash it may be
 * there twice.
 */
export interface LostEntry extends Entry {
  readonly kind: 'lost';
  readonly origin: string;
  /** Entries that it had at least, as the store knew. */
  readonly size: number;
  readonly found: HowLost;
  /** How many were there still; null: nobody could tell. */
  readonly entries: number | null;
  readonly order: string;
  /** Fingerprint of the operator who confirmed it. */
  readonly by: string;
  readonly byName: SealedName | null;
}

/**
 * Entries below `upTo` are kept no more: those that are in bundles whose every entry lies below it. Their hashes stay. On record before anything of
 * them is deleted.
 */
export interface PrunedEntry extends Entry {
  readonly kind: 'pruned';
  /** A multiple of 256. */
  readonly upTo: number;
  /** A log beside this one that nobody writes any more; absent: this log itself. */
  readonly origin?: string;
}

/** How this machine's clock stands to a platform's, by what the platform itself says when it sent its requests; see `core/clocks.ts`. */
export interface ClockEntry extends Entry {
  readonly kind: 'clock';
  readonly platform: PlatformName;
  /** ms that this clock is ahead, at most: the least of what was measured since the last such entry. Negative: it is behind, by at least so much. */
  readonly aheadMs: number;
  /** Requests that were measured. */
  readonly requests: number;
}

/**
 * The log is signed by another key from here on: the keys by SHA-256 of their SPKI, hex. Whoever trusts `key` may trust `replaces` for
 * what came before in this log. `closed`: logs beside it that nobody writes any more and that end under an earlier key; so they end, with so
 * many entries under this root (hex). `replaces` is null where only that was found out later.
 */
export interface KeyEntry extends Entry {
  readonly kind: 'key';
  readonly key: string;
  readonly replaces: string | null;
  readonly closed: readonly { readonly origin: string; readonly size: number; readonly root: string }[];
}

/** An archive of what stands was written to a place; which restrictions are in it, so that a restore can be held against them. */
export interface BackupEntry extends Entry {
  readonly kind: 'backup';
  readonly archive: string;
  readonly bytes: number;
  readonly version: number;
  /** Of the restrictions; see `restrictionsHash`. */
  readonly restrictions: string;
}

/** This store came out of a backup, and what fell due meanwhile was tried, or its time was up. */
export interface RestoredEntry extends Entry {
  readonly kind: 'restored';
  readonly archive: string;
  /** When that was taken: what came after it was lost. */
  readonly madeAt: number;
  /** What was due and not tried before questions were answered. */
  readonly untried: number;
  readonly waitedMs: number;
}

/**
 * The bot was installed somewhere, or taken away: on record before it counts, and before anything that we hold of the tenant is shredded. After a crash in between
 * it may be there twice.
 */
export interface InstallationEntry extends Entry {
  readonly kind: 'installation';
  readonly platform: PlatformName;
  /** A workspace, tenant or organisation. */
  readonly tenant: string;
  /** The chat that the bot was taken out of; absent: it is about the whole tenant. */
  readonly channel?: string;
  /**
   * `refused`: somebody wanted to install it where it may not be, or with too little, and its credential was given back. `parked`: its credential is refused, and
   * nothing is answered there. `mended`: it is good again. `purged`: what we held of it was shredded.
   */
  readonly change: 'installed' | 'refused' | 'uninstalled' | 'revoked' | 'purged' | 'parked' | 'mended';
  /** Why it was refused or parked; null: there is nothing to say. */
  readonly code: string | null;
  /** Null: nothing was purged. */
  readonly purged: Purged | null;
}

/** What was shredded of a tenant or a chat, and what was not. */
export interface Purged {
  /** Questions that had not ended or were set aside. */
  readonly questions: number;
  readonly transcripts: number;
  readonly references: number;
  /** Messages that nobody can take away from there any more; each stands on record as such. */
  readonly messages: number;
  /** Kept by a legal hold. */
  readonly held: number;
}
