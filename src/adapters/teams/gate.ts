/**
 * Who may speak to us as Teams: the token, the activity and the tenant, all proved before anything is kept, looked up or
 * run (Teams facts, section 2.3). The order is from cheap to dear, so that only what claims everything rightly makes us look
 * for a key. Everything that is not proved is refused alike; the reasons are for the audit log alone.
 */
import type { Clock } from '../../core/ports.ts';
import { CHANNEL } from './authentication.ts';
import type { Keyring, SigningKey } from './keys.ts';
import { createProofs } from './proofs.ts';
import { type Fields, fieldsAt, guidAt, stringAt } from './read.ts';
import type { SecondOpinion } from './second-opinion.ts';
import { bearerOf, isSignedBy, readToken, type Token } from './token.ts';

/**
 * How far clocks may differ, s. The vendor's own check allows five minutes and prints a key when it finds more: ours ends
 * a little earlier, so that it never does.
 */
const SKEW_S = 295;

const LONGEST_KID = 200;

export type Proof =
  | { readonly ok: true; readonly tenant: string; readonly authorization: string }
  /** 503: the keys cannot be read, so nobody can tell. */
  | { readonly ok: false; readonly status: 401 | 503; readonly reason: string };

/** A token beside the key that it names, and what it came with. */
interface Signed {
  readonly text: string;
  readonly token: Token;
  readonly key: SigningKey;
  readonly activity: Fields;
  readonly authorization: string;
}

export interface Gate {
  prove(o: { readonly activity: Fields; readonly authorization: string | undefined }): Promise<Proof>;
}

export const createGate = (o: {
  /** Lower case. */
  readonly appId: string;
  readonly tokenIssuer: string;
  /** Lower case. */
  readonly tenants: ReadonlySet<string>;
  readonly mayCall: (serviceUrl: string) => boolean;
  readonly keyring: Keyring;
  readonly secondOpinion: SecondOpinion;
  readonly clock: Clock;
}): Gate => {
  const proofs = createProofs({ clock: o.clock });
  const seconds = (): number => o.clock.now() / 1_000;

  /** What the token says of itself; null: nothing is wrong with it, if it is genuine. */
  const claimsFault = ({ header, claims }: Token): string | null => {
    if (header['alg'] !== 'RS256' || header['crit'] !== undefined) return 'token-algorithm';
    if (claims['iss'] !== o.tokenIssuer) return 'token-issuer';
    if (stringAt(claims, 'aud')?.toLowerCase() !== o.appId) return 'token-audience';
    const { exp, nbf } = claims;
    if (typeof exp !== 'number' || !Number.isFinite(exp)) return 'token-without-end';
    if (exp + SKEW_S <= seconds()) return 'token-expired';
    if (nbf !== undefined && !(typeof nbf === 'number' && nbf - SKEW_S <= seconds())) return 'token-early';
    // A bot that calls as a skill names itself; Teams names nobody.
    for (const party of ['appid', 'azp']) {
      if (claims[party] !== undefined && stringAt(claims, party)?.toLowerCase() !== o.appId) return 'token-of-skill';
    }
    return null;
  };

  /** What the activity says, and whether token and activity belong together. */
  const activityFault = (activity: Fields, { claims }: Token): string | null => {
    if (activity['channelId'] !== CHANNEL) return 'channel-foreign';
    const serviceUrl = stringAt(activity, 'serviceUrl') ?? '';
    if (serviceUrl === '' || stringAt(claims, 'serviceurl') !== serviceUrl) return 'service-url-unproved';
    if (!o.mayCall(serviceUrl)) return 'service-url-foreign';
    const tenant = tenantOf(activity);
    if (tenant === null || !o.tenants.has(tenant)) return 'tenant-foreign';
    const conversation = fieldsAt(activity, 'conversation');
    // Some personal chats come without it (Teams requirement 6).
    if (isSaid(conversation['tenantId']) && guidAt(conversation, 'tenantId') !== tenant) return 'tenant-unclear';
    if (isSaid(claims['tid']) && guidAt(claims, 'tid') !== tenant) return 'tenant-unclear';
    return null;
  };

  /** The key that it says it is signed by, or what is wrong; `unavailable` is no fault of the token's. */
  const keyOf = async (token: Token): Promise<string | SigningKey> => {
    const kid = stringAt(token.header, 'kid');
    if (kid === null || kid.length > LONGEST_KID) return 'token-key-unknown';
    const key = await o.keyring.find(kid);
    if (key === 'unavailable') return key;
    if (key === 'unknown') return 'token-key-unknown';
    return key.endorsements.includes(CHANNEL) ? key : 'token-key-not-endorsed';
  };

  /** Whether the key signed it: by ourselves, then by the vendor. */
  const signatureFault = async ({ text, token, key, activity, authorization }: Signed): Promise<string | null> => {
    if (proofs.knows(text, key)) return null;
    if (!isSignedBy(token, key.key)) return 'token-forged';
    // By a key that took another's id the vendor would measure with the old one, and print it.
    const opinion = key.replaced ? 'abstains' : await o.secondOpinion(activity, authorization);
    if (opinion === 'objects') return 'second-opinion';
    // The vendor looks at nothing that is not in the token or the same for all that comes so far. Where it said nothing it is asked again.
    if (opinion === 'agrees') proofs.remember(text, key);
    return null;
  };

  return {
    prove: async ({ activity, authorization }) => {
      const refused = (reason: string): Proof => ({ ok: false, status: 401, reason });
      const text = bearerOf(authorization);
      if (authorization === undefined || text === null) return refused('token-missing');
      const token = readToken(text);
      if (token === null) return refused('token-malformed');
      const fault = claimsFault(token) ?? activityFault(activity, token);
      if (fault !== null) return refused(fault);
      const key = await keyOf(token);
      if (key === 'unavailable') return { ok: false, status: 503, reason: 'keys-unavailable' };
      if (typeof key === 'string') return refused(key);
      const forged = await signatureFault({ text, token, key, activity, authorization });
      if (forged !== null) return refused(forged);
      return { ok: true, tenant: tenantOf(activity) ?? '', authorization };
    },
  };
};

const tenantOf = (activity: Fields): string | null =>
  guidAt(fieldsAt(fieldsAt(activity, 'channelData'), 'tenant'), 'id');

const isSaid = (value: unknown): boolean => value !== undefined && value !== null;
