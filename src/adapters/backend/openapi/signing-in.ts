/** How a document says that one signs in, as far as a description can. */
import { TO_DECIDE } from '../describing/undecided.ts';
import { at, listAt, type Row, resolved, textAt } from './document.ts';
import { comment, quoted } from './writing.ts';

interface SignInLines {
  readonly lines: readonly string[];
  /** Hosts beside the base address' that are called for it. */
  readonly hosts: readonly string[];
}

const hostOf = (url: string | null): string | null => {
  try {
    const { protocol, hostname, username, search, hash } = new URL(url ?? '');
    return protocol === 'https:' && username === '' && search === '' && hash === '' ? hostname : null;
  } catch {
    return null;
  }
};

const schemeLines = (name: string, scheme: Row): SignInLines & { readonly auth?: true } => {
  const type = textAt(scheme, 'type');
  const key = textAt(scheme, 'name');
  if (type === 'apiKey' && at(scheme, 'in') === 'header' && /^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(key ?? ''))
    return { lines: [`  apiKey: { header: ${key}, secret: ${name}-api-key }`], hosts: [] };
  if (type === 'http' && textAt(scheme, 'scheme')?.toLowerCase() === 'bearer')
    return { lines: [`auth: { scheme: bearer, secret: ${name}-token }`], hosts: [], auth: true };
  if (type === 'mutualTLS')
    return { lines: [`  mutualTls: { certificate: ${name}-certificate, key: ${name}-certificate-key }`], hosts: [] };
  const flow = at(at(scheme, 'flows'), 'clientCredentials');
  const url = textAt(flow, 'tokenUrl');
  const host = hostOf(url);
  if (type === 'oauth2' && flow !== undefined) {
    return {
      lines: [
        '  oauth:',
        '    grant: client-credentials',
        `    tokenUrl: ${quoted(host === null || (url ?? '').length > 500 ? `${TO_DECIDE} the https address that gives tokens` : (url ?? ''))}`,
        `    clientId: ${quoted(`${TO_DECIDE} the id of Sotto there`)}`,
        `    secret: ${name}-client-secret`,
        `    audience: ${quoted(`${TO_DECIDE} for whom the token is (aud), as the system says it`)}`,
      ],
      hosts: host === null ? [] : [host],
    };
  }
  return { lines: [], hosts: [] };
};

/**
 * The first way that the document asks for. What cannot be said in a description (a password, a key in the query or a cookie, a person's
 * own sign-in in a browser) stands there as a decision. `name`: of the backend.
 */
export const signInOf = (document: Row, name: string, operations: readonly Row[]): SignInLines => {
  const required = [...listAt(document, 'security'), ...operations.flatMap((each) => listAt(each, 'security'))];
  const schemes = at(at(document, 'components'), 'securitySchemes');
  const [first] = required.filter((each) => typeof each === 'object' && each !== null && Object.keys(each).length > 0);
  if (first === undefined)
    return { lines: ['# The document asks for no way of signing in. Say one: signIn (docs/backends.md).'], hosts: [] };
  const asked = Object.keys(first as Row).slice(0, 4);
  const read = asked.map((own) => ({ own, ...schemeLines(name, resolved(document, at(schemes, own)) ?? {}) }));
  const auth = read.find((each) => each.auth === true);
  const second = read.filter((each) => each.auth !== true && each.lines.length > 0);
  const unread = read.filter(({ lines }) => lines.length === 0).map(({ own }) => own);
  const undone =
    unread.length === 0
      ? []
      : [
          `signIn: ${quoted(`${TO_DECIDE} how Sotto signs in: the document names ${comment(unread.join(', '), 60)}, which a description cannot say`)}`,
        ];
  if (undone.length > 0) return { lines: undone, hosts: [] };
  // A token that stands in the vault is the older way, and keeps no other beside it.
  if (auth !== undefined && second.length > 0)
    return {
      lines: [
        `signIn: ${quoted(`${TO_DECIDE} how Sotto signs in: the document asks for a bearer token and for more`)}`,
      ],
      hosts: [],
    };
  if (auth !== undefined) return auth;
  return { lines: ['signIn:', ...second.flatMap(({ lines }) => lines)], hosts: second.flatMap(({ hosts }) => hosts) };
};
