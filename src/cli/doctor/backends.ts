/** Systems of record: whether Sotto could sign in to each. Only the authority that gives tokens is asked; nothing is sent to a system itself. */

import { X509Certificate } from 'node:crypto';
import { createSend } from '../../adapters/backend/calling/send.ts';
import type { DescribedBackend, Descriptions } from '../../adapters/backend/described.ts';
import { isHere } from '../../adapters/backend/describing/texts.ts';
import { readDescriptions } from '../../adapters/backend/description.ts';
import { createSignIn } from '../../adapters/backend/signing-in/sign-in.ts';
import type { Config } from '../../config.ts';
import type { Clock, Log, Secrets } from '../../core/ports.ts';
import { ending, finding, type Line, ok, warning } from './line.ts';

/** Why an authority gave no token that is of use, by the code of the log, and how to mend it. */
const MENDS: Readonly<Record<string, string>> = {
  'authority-unreachable':
    'Let this machine reach the address that stands at tokenUrl, and see that its host is among hosts and its network is the one of the description.',
  'client-refused':
    'See that clientId is the one of this authority, and that the vault holds its secret or certificate.',
  'request-refused': 'See that the authority knows this client for this grant, scope and audience.',
  'wrong-audience':
    'The token is for somebody else: name what stands in its "aud" at audience, or have the authority give another.',
  'scope-too-wide': 'The authority gives more than is asked for: ask for all that it gives, or have it give less.',
  expired: 'The token is over as it comes: look at the clocks of this machine and of the authority.',
  'not-yet': 'The token is of the future: look at the clocks of this machine and of the authority.',
  'other-certificate': 'The token is bound to another certificate than the one in the vault.',
  'not-a-bearer': 'Have the authority give bearer tokens.',
  malformed: 'See that tokenUrl is the address of the token endpoint, and no page.',
};

export const lookAtBackends = async (o: {
  readonly config: Pick<Config, 'backendsFolder' | 'signIn' | 'warnMs'>;
  readonly secrets: Secrets;
  readonly clock: Pick<Clock, 'now'>;
}): Promise<readonly Line[]> => {
  let described: Descriptions;
  try {
    described = readDescriptions(o.config.backendsFolder);
  } catch {
    // What is wrong with it "sotto check" says, and a start.
    return [];
  }
  const all = await Promise.all([...described.backends.values()].map((backend) => lookAt(backend, o)));
  return all.flat();
};

const lookAt = async (backend: DescribedBackend, o: Parameters<typeof lookAtBackends>[0]): Promise<readonly Line[]> => {
  const { name } = backend;
  if (backend.signIn === null && backend.token === null && isHere(backend.baseUrl)) return [];
  if (backend.signIn === null && backend.token === null)
    return [
      warning('backends', {
        what: `The system ${name} is asked without signing in to it.`,
        why: 'Whoever reaches its address reads what it tells.',
        mend: 'Describe a way to sign in (signIn), unless it is a stand-in.',
      }),
    ];
  const grant = backend.signIn?.oauth?.grant ?? null;
  const asPerson = grant !== null && grant !== 'client-credentials';
  if (asPerson && o.config.signIn === null)
    return [
      finding('backends', {
        what: `The system ${name} is asked as the person, and nobody can sign in here.`,
        why: 'Nobody is ever answered from it.',
        mend: 'Set OIDC_ISSUER and what belongs to it: docs/identity.md.',
      }),
    ];
  const scoped = o.config.signIn?.tokenScope !== undefined;
  const unscoped =
    grant === 'on-behalf-of' && !scoped
      ? [
          warning('backends', {
            what: `The system ${name} is asked on behalf of the person, and OIDC_TOKEN_SCOPE is not set.`,
            why: 'The ID token is handed over, which Entra takes for nobody.',
            mend: 'Set it to the scope of an access token for Sotto: docs/identity.md, "Asked as the person".',
          }),
        ]
      : [];
  return [...unscoped, await tried(backend, o, asPerson), ...(await certificateLines(backend, o))];
};

/** Nothing where it has none, or where that is no certificate: then nobody could be signed in, which is said already. */
const certificateLines = async (
  { name, signIn }: DescribedBackend,
  { secrets, clock, config }: Parameters<typeof lookAtBackends>[0],
): Promise<readonly Line[]> => {
  if (signIn?.mutualTls === undefined) return [];
  try {
    const { current } = await secrets.get(signIn.mutualTls.certificate);
    return [
      ending({
        area: 'backends',
        subject: `The certificate that the system ${name} is signed in to with`,
        now: clock.now(),
        end: new X509Certificate(current).validToDate.getTime(),
        warnMs: config.warnMs,
        why: 'After that nobody is answered from it.',
        mend: 'Have another one made, let the system know it, and put it and its key into the vault: docs/operations.md, "Rotating".',
      }),
    ];
  } catch {
    return [];
  }
};

const tried = async (
  backend: DescribedBackend,
  { secrets, clock }: Parameters<typeof lookAtBackends>[0],
  asPerson: boolean,
): Promise<Line> => {
  const { name } = backend;
  let code: string | null = null;
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    error: () => undefined,
    warn: (event, fields) => {
      if (event === 'backend.no-token') code = String(fields?.['code']);
    },
  };
  const signIn = createSignIn({ backend, send: createSend(backend), secrets, clock, log });
  const came = await signIn({
    request: { method: 'GET', url: backend.baseUrl, headers: {}, body: null },
    person: '',
    signal: AbortSignal.timeout(backend.timeoutMs),
    // As far as the door.
    send: async () => ({ how: 'answered', status: 200, type: '', afterMs: null, text: null }),
  });
  if (came.how === 'answered')
    return ok(
      'backends',
      `What the system ${name} is signed in to with is there${backend.signIn?.oauth === undefined ? '' : ', and its authority gives a token'}.`,
    );
  if (came.how === 'no-sign-in' && came.code === 'sign-in' && asPerson)
    return ok('backends', `The system ${name} is asked as the person: a token is made for whoever has signed in.`);
  return finding('backends', {
    what: `The system ${name} could not be signed in to (${code ?? (came.how === 'no-sign-in' ? came.code : came.how)}).`,
    why: 'Nobody is answered from it.',
    mend: MENDS[code ?? ''] ?? 'See that the vault holds every secret that its description names, each as it must be.',
  });
};
