/** How a call to the vault failed, and what an operator is told of it. The vendor's errors hold requests and answers: none leaves. */
import { hasCode, SottoError } from '../../core/errors.ts';
import type { WhyNone } from './versions.ts';

export type FaultKind =
  /** There is no such secret, or no such version any more. */
  | 'absent'
  | 'disabled'
  | 'forbidden'
  /** The vault does not take our token. */
  | 'unauthorised'
  /** Azure gave no token at all. */
  | 'no-token'
  /** Who answered is not the vault it should be. */
  | 'foreign'
  | 'busy'
  | 'unreachable'
  | 'deadline'
  | 'malformed';

export interface VaultFault {
  readonly kind: FaultKind;
  /** Safe to repeat: a word or a status. */
  readonly code: string;
  /** Whether another attempt may soon bring more. */
  readonly again: boolean;
  /** What the vault asks us to wait, ms. */
  readonly afterMs: number | null;
  /** What may stand as a cause: codes only. */
  readonly cause: Error;
}

const WORD = /^[A-Za-z][A-Za-z_]{1,39}$/;

const MOST_WAIT_MS = 120_000;

type Fields = Readonly<Record<string, unknown>>;

const fieldsAt = (value: unknown, name: string): Fields => {
  const inner = isFields(value) ? value[name] : null;
  return isFields(inner) ? inner : {};
};
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const word = (value: unknown): string | null => (typeof value === 'string' && WORD.test(value) ? value : null);

export const faultOf = (error: unknown): VaultFault => {
  if (!isFields(error)) return fault('unreachable', 'unexpected', true);
  if (hasCode(error, 'deadline') || error['name'] === 'AbortError') return fault('deadline', 'deadline', true);
  if (hasCode(error, 'secrets-unavailable')) return { ...fault('no-token', 'no-token', false), cause: error };
  const message = typeof error['message'] === 'string' ? error['message'] : '';
  // The check of the challenge (Key Vault requirement 2) throws before a token is asked for.
  if (/^The challenge |^The request URL must use HTTPS/.test(message)) return fault('foreign', 'challenge', false);
  const status = typeof error['statusCode'] === 'number' ? error['statusCode'] : null;
  const code = word(error['code']);
  if (status === null) return fault('unreachable', code ?? 'unexpected', true);
  const inner = word(fieldsAt(fieldsAt(error['details'], 'error'), 'innererror')['code']);
  const named = inner ?? code ?? `status-${status}`;
  if (status === 404) return fault('absent', named, false);
  if (status === 403) return fault(isDisabled(message, inner) ? 'disabled' : 'forbidden', named, false);
  if (status === 401) return fault('unauthorised', named, false);
  if (status === 429) return { ...fault('busy', named, true), afterMs: afterOf(error) };
  if (status >= 500 || status === 408) return { ...fault('unreachable', named, true), afterMs: afterOf(error) };
  return fault('malformed', named, false);
};

const fault = (kind: FaultKind, code: string, again: boolean): VaultFault => ({
  kind,
  code,
  again,
  afterMs: null,
  cause: new Error(`${kind}: ${code}`),
});

/** The code of a disabled secret or key stands deep in the answer, and the vendor does not always carry it on. */
const isDisabled = (message: string, inner: string | null): boolean =>
  inner === 'SecretDisabled' || inner === 'KeyDisabled' || /is not allowed on a disabled (?:secret|key)/.test(message);

const afterOf = (error: Fields): number | null => {
  const headers = fieldsAt(error, 'response')['headers'];
  if (!isFields(headers) || typeof headers['get'] !== 'function') return null;
  const seconds = Number(headers['get']('retry-after') ?? Number.NaN);
  return seconds >= 0 ? Math.min(MOST_WAIT_MS, seconds * 1_000) : null;
};

/** Where a sentence is about: the secret, the vault's name for `az`, its address. */
interface Where {
  readonly name: string;
  readonly vault: string;
  readonly host: string;
}

/** Code `secret-missing`: the vault answered, and there is nothing to use. Each state has a sentence of its own (Key Vault requirement 9). */
export const noSecret = (why: WhyNone, { name, vault, host }: Where): SottoError => {
  const set = `az keyvault secret set --vault-name ${vault} --name ${name} --file FILE`;
  const sentences: { readonly [W in WhyNone]: string } = {
    missing: `The secret "${name}" is missing: ${host} holds none of that name. Put it there: ${set}`,
    disabled: `The secret "${name}" is disabled in ${host}, so it is not used. Enable a version of it, or put a new one there: ${set}`,
    expired: `The secret "${name}" has expired in ${host}, so it is not used any more. Put a new version there: ${set}`,
    'not-yet': `The secret "${name}" in ${host} is not valid yet, and there is no older version to use meanwhile. Wait for its "not before", or put one there that is valid now: ${set}`,
  };
  return new SottoError('secret-missing', sentences[why]);
};

/** What is said alike of a secret and of a key. `subject`: what could not be done. */
export const alike = (subject: string, host: string, { code, cause }: VaultFault) =>
  ({
    unauthorised: `${subject}: ${host} does not accept Sotto's token (${code}). See that the identity belongs to the tenant of the vault and was not removed.`,
    'no-token': `${subject}: ${cause.message}`,
    foreign: `${subject}: who answered as ${host} asked for a token for something else, so it got none. See who answers under that name: DNS, a proxy, a private endpoint.`,
    busy: `${subject}: ${host} has too much to do (${code}). See who else asks it so often.`,
    unreachable: `${subject}: ${host} cannot be reached (${code}). See that the name is right and that this machine may reach it.`,
    deadline: `${subject}: ${host} did not answer in time. See that this machine may reach it; a firewall often just swallows requests.`,
  }) satisfies Partial<Record<FaultKind, string>>;

/** Code `secrets-unavailable`: the vault did not tell. `doing` is the right that the call needed. */
export const unavailable = (fault: VaultFault, doing: 'list' | 'get', { name, vault, host }: Where): SottoError => {
  const { kind, code, cause } = fault;
  const subject = `The secret "${name}" could not be read`;
  const sentences: { readonly [K in FaultKind]: string } = {
    absent: `${subject}: it left ${host} while it was being read. See whether somebody deleted it.`,
    disabled: `${subject}: it was disabled in ${host} while it was being read. See whether somebody meant to.`,
    forbidden: `${subject}: ${host} does not let Sotto's identity "${doing}" secrets (${code}). Give it the role "Key Vault Secrets User" on the vault ${vault}, or the secret permissions get and list; also see that the vault's firewall lets this machine in.`,
    ...alike(subject, host, fault),
    malformed: `${subject}: ${host} answered what no vault answers (${code}). See that the address is the vault's.`,
  };
  return new SottoError('secrets-unavailable', sentences[kind], { cause });
};
