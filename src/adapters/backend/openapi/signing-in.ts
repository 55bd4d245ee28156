/** How a document says that one signs in, as far as a description can. */
import { TO_DECIDE } from '../describing/undecided.ts';
import { at, isRow, listAt, type Row, resolved, textAt } from './document.ts';
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

/** As it may stand in `scope`; null: it asks for none, or for what is none (RFC 6749, 3.3). */
const scopeOf = (scopes: readonly unknown[]): string | null => {
  const all = [...new Set(scopes)];
  const fits = (one: unknown): boolean => typeof one === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(one);
  const scope = all.every(fits) ? all.join(' ') : '';
  return scope === '' || scope.length > 500 ? null : scope;
};

const schemeLines = (name: string, scheme: Row, scope: string | null): SignInLines & { readonly auth?: true } => {
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
        ...(scope === null ? [] : [`    scope: ${quoted(scope)}`]),
        `    audience: ${quoted(`${TO_DECIDE} for whom the token is (aud), as the system says it`)}`,
      ],
      hosts: host === null ? [] : [host],
    };
  }
  return { lines: [], hosts: [] };
};

/**
 * The first way that these operations ask for, each by its own word or the document's. What cannot be said in a description (a password, a key in the query or a cookie, a person's
 * own sign-in in a browser) stands there as a decision. `name`: of the backend.
 */
export const signInOf = (document: Row, name: string, operations: readonly Row[]): SignInLines => {
  const shared = listAt(document, 'security');
  // An operation that says it itself is not asked as the document says.
  const each = operations.map((one) => (Array.isArray(at(one, 'security')) ? listAt(one, 'security') : shared));
  const required = operations.length === 0 ? shared : each.flat();
  const schemes = at(at(document, 'components'), 'securitySchemes');
  const named = required.filter(isRow).filter((one) => Object.keys(one).length > 0);
  const [first] = named;
  if (first === undefined)
    return { lines: ['# The document asks for no way of signing in. Say one: signIn (docs/backends.md).'], hosts: [] };
  const asked = Object.keys(first).slice(0, 4);
  const read = asked.map((own) => ({
    own,
    ...schemeLines(name, resolved(document, at(schemes, own)) ?? {}, scopeOf(named.flatMap((one) => listAt(one, own)))),
  }));
  const ways = new Set(
    each.flatMap((one) =>
      one
        .filter(isRow)
        .slice(0, 1)
        .map((way) => Object.keys(way).join(' and ') || 'none'),
    ),
  );
  const differ =
    ways.size > 1
      ? [
          `# Not all of its operations ask for the same way of signing in: ${comment([...ways].join('; '), 200)}. A description has one.`,
        ]
      : [];
  const auth = read.find((each) => each.auth === true);
  const second = read.filter((each) => each.auth !== true && each.lines.length > 0);
  const unread = read.filter(({ lines }) => lines.length === 0).map(({ own }) => own);
  const undone =
    unread.length === 0
      ? []
      : [
          `signIn: ${quoted(`${TO_DECIDE} how Sotto signs in: the document names ${comment(unread.join(', '), 60)}, which a description cannot say`)}`,
        ];
  if (undone.length > 0) return { lines: [...differ, ...undone], hosts: [] };
  // A token that stands in the vault is the older way, and keeps no other beside it.
  if (auth !== undefined && second.length > 0)
    return {
      lines: [
        ...differ,
        `signIn: ${quoted(`${TO_DECIDE} how Sotto signs in: the document asks for a bearer token and for more`)}`,
      ],
      hosts: [],
    };
  if (auth !== undefined) return { lines: [...differ, ...auth.lines], hosts: auth.hosts };
  return {
    lines: [...differ, 'signIn:', ...second.flatMap(({ lines }) => lines)],
    hosts: second.flatMap(({ hosts }) => hosts),
  };
};
