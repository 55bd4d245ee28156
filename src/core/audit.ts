/**
 * What an entry of the audit log holds. Ids, codes, keyed hashes and numbers: nobody's words, names or figures
 * (promise 7). `person` and `subject` are fingerprints (see `Sealer.fingerprint`). A name is a directory id sealed for that fingerprint (see
 * `sealed-names.ts`); null: nobody is known, or none could be had. `at` is ms since the epoch, UTC. docs/audit.md says the same for auditors.
 */
import type {
  DeedEntry,
  ExportEntry,
  GrantEntry,
  LiveEntry,
  OpenedEntry,
  OrderEntry,
  ReceiptEntry,
  RestrictionEntry,
  SignInEntry,
} from './audit-people.ts';
import type {
  AsideEntry,
  DataRefusedEntry,
  DeadLetterEntry,
  DecisionEntry,
  DisclosureEntry,
  ProbingEntry,
  RejectedEntry,
  RemovalEntry,
  ReportedEntry,
  SurpriseEntry,
  UndeliverableEntry,
  WriteEntry,
} from './audit-questions.ts';
import type {
  BackupEntry,
  ClockEntry,
  InstallationEntry,
  KeyEntry,
  LostEntry,
  PackEntry,
  PrunedEntry,
  RecoveredEntry,
  RestoredEntry,
  StartEntry,
  StopEntry,
} from './audit-running.ts';

export type * from './audit-people.ts';
export type * from './audit-questions.ts';
export type * from './audit-running.ts';

export type AuditEntry =
  | DecisionEntry
  | DataRefusedEntry
  | SurpriseEntry
  | WriteEntry
  | DisclosureEntry
  | AsideEntry
  | UndeliverableEntry
  | DeadLetterEntry
  | RemovalEntry
  | RejectedEntry
  | ReportedEntry
  | StartEntry
  | PackEntry
  | StopEntry
  | RecoveredEntry
  | KeyEntry
  | RestrictionEntry
  | SignInEntry
  | GrantEntry
  | OrderEntry
  | DeedEntry
  | ReceiptEntry
  | ProbingEntry
  | BackupEntry
  | RestoredEntry
  | InstallationEntry
  | LiveEntry
  | LostEntry
  | PrunedEntry
  | ClockEntry
  | ExportEntry
  | OpenedEntry;
