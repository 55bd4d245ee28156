/** The first layer: a short-lived token that the authority of the description gives, as Sotto or as the person who asks. */
import { createHash } from 'node:crypto';
import { codeOf } from '../../../core/errors.ts';
import type { OwnToken, OwnTokens } from '../../../core/sign-in-ports.ts';
import { createCredentials, type Tried } from '../../bounded/credentials.ts';
import { sooner } from '../../bounded/waiting.ts';
import type { Send } from '../calling/types.ts';
import { type ClientProof, type OAuth, tokenRequest } from './asking.ts';
import type { OwnCertificate } from './certificates.ts';
import { FAULTS, type Issued, issuedBy, type TokenFault } from './issued.ts';
import { type Came, isRefused, type Layer, notSignedIn, withHeader } from './layer.ts';
import type { Keeping } from './secret-layers.ts';
import { createTokenCache, type Made } from './token-cache.ts';

/** Tokens of one system at once; in a larger company whoever asked longest ago has theirs made anew. */
const MOST_TOKENS = 2_000;

/** Tokens that one call tries: one that was kept, one that came meanwhile, one that was made for it. */
const MOST_TRIES = 3;

/** The same fault is logged again after this, ms. */
const SAID_AGAIN_MS = 60_000;

export interface TokenLayerOptions extends Keeping {
  readonly oauth: OAuth;
  /** Of the whole of a token's making, ms. */
  readonly timeoutMs: number;
  readonly send: Send;
  /** Whether the authority stands where the system does: then its certificate comes from the same. */
  readonly sameHost: boolean;
  /** Absent: nobody has a token of their own. */
  readonly own?: OwnTokens | undefined;
}

/** What a token is made with. */
interface With {
  readonly own: OwnToken | null;
  readonly certificate: OwnCertificate | null;
}

export const tokenLayer = (o: TokenLayerOptions): Layer => {
  const { oauth, clock, name } = o;
  const tokens = createTokenCache({ most: MOST_TOKENS, clock });
  const said = new Map<TokenFault, number>();
  const count = (outcome: 'given' | TokenFault): void => {
    const { metrics } = o;
    if (metrics !== undefined) metrics.count('backend_tokens', { outcome });
  };
  const note = (fault: TokenFault): void => {
    count(fault);
    const [now, last] = [clock.now(), said.get(fault)];
    if (last !== undefined && now >= last && now - last < SAID_AGAIN_MS) return;
    said.set(fault, now);
    o.log?.warn('backend.no-token', { name, code: fault });
  };
  const ask = asking(o);

  const make = async (it: With, person: string): Promise<Made> => {
    // Of its own: whoever began it may have less time left than those who wait for the same.
    const issued = await ask(it, AbortSignal.timeout(o.timeoutMs));
    if (issued.ok) {
      count('given');
      return { ok: true, token: issued.token, until: issued.until, stands: issued.stands };
    }
    note(issued.fault);
    if (issued.fault === 'person-refused' && it.own !== null)
      await o.own?.refused({ person, token: it.own.token }).catch(() => undefined);
    return { ok: false, code: FAULTS[issued.fault] };
  };

  return async ({ person, carried, signal, next }) => {
    const asPerson = oauth.grant !== 'client-credentials';
    let came: Came = notSignedIn('refused');
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      signal.throwIfAborted();
      const own = asPerson ? await sooner(o.own?.of(person) ?? Promise.resolve(null), signal) : null;
      // What ends before it arrives is none.
      if (asPerson && (own === null || own.until <= clock.now())) return notSignedIn('sign-in');
      const it = { own, certificate: carried.certificate };
      const key = keyOf(asPerson ? person : '', it);
      const got = await tokens.get({ key, signal, make: () => make(it, person) });
      // Nothing was done by the try before: its refusal is what there is to say.
      if (!got.ok) return tries === 0 || got.code !== 'unreachable' ? notSignedIn(got.code) : came;
      came = await next(withHeader(carried, 'authorization', `Bearer ${got.token}`));
      if (!isRefused(came)) return came;
      tokens.drop(key, got.token);
      if (got.fresh) return came;
    }
    return came;
  };
};

/** No two people, no two tokens of theirs and no two certificates have one in common. */
const keyOf = (person: string, { own, certificate }: With): string =>
  createHash('sha256')
    .update(JSON.stringify([person, own?.token ?? null, certificate?.id ?? null]))
    .digest('base64url');

type Answer =
  | Extract<Issued, { ok: false }>
  | (Extract<Issued, { ok: true }> & Pick<Extract<Made, { ok: true }>, 'stands'>);

/** Asks the authority once for each way in which the client may have to prove itself. Never rejects. */
const asking = (o: TokenLayerOptions): ((it: With, signal: AbortSignal) => Promise<Answer>) => {
  const { oauth, secrets, clock, log, metrics } = o;
  /** Where the secret was taken last; null: not known so far. */
  let style: 'basic' | 'post' | null = oauth.clientProof ?? null;

  const once = async (proof: ClientProof, { own, certificate }: With, signal: AbortSignal): Promise<Issued> => {
    const askedAt = clock.now();
    const byCertificate = proof.by === 'certificate';
    const shown = certificate === null || byCertificate || o.sameHost ? certificate : null;
    const sent = await o.send(tokenRequest(oauth, proof, own), { signal, certificate: shown });
    return issuedBy(oauth, sent, { askedAt, now: clock.now(), thumbprint: certificate?.thumbprint ?? null });
  };

  const isClientRefused = (issued: Issued): boolean => !issued.ok && issued.fault === 'client-refused';

  const bySecret = async (secret: string, it: With, signal: AbortSignal): Promise<Issued> => {
    let issued: Issued = { ok: false, fault: 'client-refused' };
    for (const by of style === null ? (['basic', 'post'] as const) : [style]) {
      issued = await once({ by, secret }, it, signal);
      if (issued.ok) style = by;
      if (!isClientRefused(issued)) return issued;
    }
    return issued;
  };

  const unreached = (error: unknown): Answer => ({
    ok: false,
    fault: codeOf(error) === 'secret-missing' ? 'client-refused' : 'authority-unreachable',
  });

  const { secret: name } = oauth;
  if (name === undefined)
    return async (it, signal) => {
      if (it.certificate === null) return { ok: false, fault: 'client-refused' };
      const issued = await once({ by: 'certificate' }, it, signal);
      // The certificate is part of what it is kept by.
      return issued.ok ? { ...issued, stands: async () => true } : issued;
    };
  const withSecret = createCredentials({ name, secret: () => secrets.get(name), clock, log, metrics });
  return async (it, signal) => {
    const work = withSecret<Answer>(async (secret): Promise<Tried<Answer>> => {
      signal.throwIfAborted();
      const issued = await bySecret(secret, it, signal);
      // What was had by a secret that is no more accepted is void with it.
      const stands = async (): Promise<boolean> => (await secrets.get(name)).accepted.includes(secret);
      return { refused: isClientRefused(issued), outcome: issued.ok ? { ...issued, stands } : issued };
    });
    return sooner(work, signal).catch(unreached);
  };
};
