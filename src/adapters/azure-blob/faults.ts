/** How a call to Blob Storage failed, and what an operator is told of it. The vendor's errors hold requests and answers: none leaves. */
import { hasCode, SottoError } from '../../core/errors.ts';
import type { BlobAddress } from './address.ts';

export type FaultKind =
  /** There is no such blob. */
  | 'absent'
  | 'no-container'
  /** There is one already. */
  | 'exists'
  /** Azure keeps it from being changed. */
  | 'locked'
  /** The identity lacks a role. */
  | 'forbidden'
  /** The account's network rules keep us out. */
  | 'walled'
  /** Azure does not take our token. */
  | 'unauthorised'
  /** Azure gave no token at all. */
  | 'no-token'
  /** Who answered is not the Blob Storage it should be. */
  | 'foreign'
  /** What arrived is not what was sent. */
  | 'damaged'
  | 'busy'
  | 'unreachable'
  | 'deadline'
  | 'malformed';

export interface BlobFault {
  readonly kind: FaultKind;
  /** Safe to repeat: a word or a status. */
  readonly code: string;
  /** Whether another attempt may soon bring more. */
  readonly again: boolean;
  /** Whether it may have happened all the same. */
  readonly unclear: boolean;
  /** What Azure asks us to wait, ms. */
  readonly afterMs: number | null;
  /** What may stand as a cause: codes only. */
  readonly cause: Error;
}

const WORD = /^[A-Za-z][A-Za-z_0-9]{1,59}$/;

const MOST_WAIT_MS = 120_000;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const fieldsAt = (value: unknown, name: string): Fields => {
  const inner = isFields(value) ? value[name] : null;
  return isFields(inner) ? inner : {};
};
const word = (value: unknown): string | null => (typeof value === 'string' && WORD.test(value) ? value : null);

/** Azure's own names of errors, where they say more than the status. */
const BY_NAME: Readonly<Record<string, FaultKind>> = {
  ContainerNotFound: 'no-container',
  ContainerBeingDeleted: 'no-container',
  BlobAlreadyExists: 'exists',
  BlobImmutableDueToPolicy: 'locked',
  AuthorizationFailure: 'walled',
  PublicAccessNotPermitted: 'unauthorised',
  NoAuthenticationInformation: 'unauthorised',
  InvalidAuthenticationInfo: 'unauthorised',
  AuthenticationFailed: 'unauthorised',
  Md5Mismatch: 'damaged',
};

export const faultOf = (error: unknown): BlobFault => {
  if (!isFields(error)) return fault('unreachable', 'unexpected');
  if (hasCode(error, 'deadline') || error['name'] === 'AbortError') return fault('deadline', 'deadline');
  if (hasCode(error, 'secrets-unavailable')) return { ...fault('no-token', 'no-token'), cause: error };
  if (error instanceof Foreign) return fault('foreign', 'challenge');
  if (error instanceof Damaged) return fault('damaged', 'Md5Mismatch');
  const status = typeof error['statusCode'] === 'number' ? error['statusCode'] : null;
  const code = word(fieldsAt(error, 'details')['errorCode']) ?? word(error['code']);
  if (status === null) return fault('unreachable', code ?? 'unexpected');
  const named = code ?? `status-${status}`;
  return { ...fault(kindOf(status, named), named), afterMs: afterOf(error) };
};

const kindOf = (status: number, name: string): FaultKind => {
  const named = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  if (named !== undefined) return named;
  if (status === 404) return 'absent';
  if (status === 403) return 'forbidden';
  if (status === 401) return 'unauthorised';
  if (status === 412) return 'exists';
  if (status === 429 || status === 503) return 'busy';
  return status >= 500 || status === 408 ? 'unreachable' : 'malformed';
};

const AGAIN: readonly FaultKind[] = ['busy', 'unreachable', 'deadline', 'damaged'];
const UNCLEAR: readonly FaultKind[] = ['busy', 'unreachable', 'deadline'];

const fault = (kind: FaultKind, code: string): BlobFault => ({
  kind,
  code,
  again: AGAIN.includes(kind),
  unclear: UNCLEAR.includes(kind),
  afterMs: null,
  cause: new Error(`${kind}: ${code}`),
});

const afterOf = (error: Fields): number | null => {
  const headers = fieldsAt(error, 'response')['headers'];
  if (!isFields(headers) || typeof headers['get'] !== 'function') return null;
  const seconds = Number(headers['get']('retry-after') ?? Number.NaN);
  return seconds >= 0 ? Math.min(MOST_WAIT_MS, seconds * 1_000) : null;
};

/** A challenge asked for a token for something else. */
export class Foreign extends Error {}

/** The checksum is not the content's. */
export class Damaged extends Error {}

/** Code `backup-unavailable`. `doing` goes into "the backup could not be …". */
export const unavailable = (
  fault: BlobFault,
  doing: 'listed' | 'read' | 'written' | 'removed',
  at: BlobAddress,
): SottoError => {
  const subject = `The backups in ${at.url} could not be ${doing}`;
  const locked =
    'State archives need no immutability: see whether the container has a default policy, and take that away.';
  return new SottoError('backup-unavailable', sentenceOf(fault, { subject, locked, at }), { cause: fault.cause });
};

/** Code `audit-copy-unavailable`. */
export const copyUnavailable = (fault: BlobFault, doing: 'read' | 'written', at: BlobAddress): SottoError => {
  const subject = `The second copy of the audit log in ${at.url} could not be ${doing}`;
  const locked = `The container's retention policy must let append blobs be added to: az storage container immutability-policy create --account-name ${at.account} --container-name ${at.container} --period DAYS --allow-protected-append-writes true`;
  return new SottoError('audit-copy-unavailable', sentenceOf(fault, { subject, locked, at }), { cause: fault.cause });
};

/** What an operator is told, with how to mend it. `locked`: how where Azure keeps it from being changed. */
const sentenceOf = (
  { kind, code, cause }: BlobFault,
  o: { readonly subject: string; readonly locked: string; readonly at: BlobAddress },
): string => {
  const { subject, at } = o;
  const role = `Give it the role "Storage Blob Data Contributor" on the container: az role assignment create --role "Storage Blob Data Contributor" --assignee OBJECT_ID --scope "$(az storage account show --name ${at.account} --query id -o tsv)/blobServices/default/containers/${at.container}"`;
  const sentences: { readonly [K in FaultKind]: string } = {
    absent: `${subject}: what was there a moment ago is gone (${code}). See whether somebody else deletes there.`,
    'no-container': `${subject}: the account ${at.account} has no container "${at.container}", and Sotto makes none. Make it: az storage container create --auth-mode login --account-name ${at.account} --name ${at.container}`,
    exists: `${subject}: there is something of that name already (${code}). See who else writes there.`,
    locked: `${subject}: Azure keeps it from being changed (${code}). ${o.locked}`,
    forbidden: `${subject}: the account ${at.account} does not let Sotto's identity do that (${code}). ${role}`,
    walled: `${subject}: the network rules of the account ${at.account} keep this machine out, or its keys alone are let in (${code}). Let this machine in: az storage account network-rule add --account-name ${at.account} --ip-address ADDRESS, or use a private endpoint.`,
    unauthorised: `${subject}: ${at.host} does not accept Sotto's token (${code}). See that the identity belongs to the tenant of the account and was not removed.`,
    'no-token': `${subject}: ${cause.message}`,
    foreign: `${subject}: who answered as ${at.host} asked for a token for something else, so it got none. See who answers under that name: DNS, a proxy, a private endpoint.`,
    damaged: `${subject}: what arrived is not what was sent (${code}). See what stands between this machine and ${at.host}.`,
    busy: `${subject}: ${at.host} has too much to do (${code}). See who else uses the account so much.`,
    unreachable: `${subject}: ${at.host} cannot be reached (${code}). See that the name is right and that this machine may reach it.`,
    deadline: `${subject}: ${at.host} did not answer in time. See that this machine may reach it; a firewall often just swallows requests.`,
    malformed: `${subject}: ${at.host} answered what no Blob Storage answers here (${code}). See that the address is the container's.`,
  };
  return sentences[kind];
};

/** An audit stretch asks for more rights than a state archive. */
export const mayNotLock = ({ code, cause }: BlobFault, at: BlobAddress): SottoError =>
  new SottoError(
    'backup-unavailable',
    `The audit log could not be written to ${at.url}: the account ${at.account} does not let Sotto's identity write there or lock what it writes (${code}). Give it a role on the container with the data actions blobs/read, blobs/write, blobs/add/action, blobs/delete and blobs/immutableStorage/runAsSuperUser/action, such as "Storage Blob Data Owner"; or set SOTTO_BACKUP_AUDIT_YEARS=0, and nothing keeps anybody from changing it there.`,
    { cause },
  );

export const cannotLock = (at: BlobAddress): SottoError =>
  new SottoError(
    'backup-unavailable',
    `The audit log was not written to ${at.url}: the container has no version-level immutability, so that nothing would keep anybody from changing it there. Make a container that has, and name it in SOTTO_BACKUP_TO: az storage account blob-service-properties update --account-name ${at.account} --enable-versioning true, then az storage container-rm create --storage-account ${at.account} --name NAME --enable-vlw. Or set SOTTO_BACKUP_AUDIT_YEARS=0 to go without.`,
  );

export const notLocked = (name: string, at: BlobAddress): SottoError =>
  new SottoError(
    'backup-unavailable',
    `The stretch ${name} of the audit log was written to ${at.url}, but Azure does not say that it is locked for as long as it should be, so that somebody may change it there. See the container's immutability, and lock it: az storage blob immutability-policy set --auth-mode login --account-name ${at.account} --container-name ${at.container} --name audit/${name} --policy-mode Locked --expiry-time TIME`,
  );
