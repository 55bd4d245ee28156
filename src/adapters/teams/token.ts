/** JSON Web Tokens, as far as Teams needs them: read strictly, verified against one kind of key and one algorithm. */
import { type KeyObject, verify } from 'node:crypto';
import { type Fields, fieldsIn } from './read.ts';

/** Of a whole token, characters. Bot Framework's are below 2,000; a header may be 16 KiB in all. */
const LONGEST_TOKEN = 12_000;

/** Three parts of base64url, and nothing else: no blanks, no second token, no padding. */
const TOKEN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

const BEARER = 'Bearer ';

/** A token that was taken apart. Nothing in it is proved. */
export interface Token {
  readonly header: Fields;
  readonly claims: Fields;
  /** What was signed. */
  readonly signed: string;
  readonly signature: Buffer;
}

/** Null where it is no token that was signed by anybody. */
export const readToken = (text: string): Token | null => {
  if (text.length > LONGEST_TOKEN || !TOKEN.test(text)) return null;
  const [head = '', body = '', signature = ''] = text.split('.');
  const header = fieldsIn(decoded(head));
  const claims = fieldsIn(decoded(body));
  if (header === null || claims === null) return null;
  return { header, claims, signed: `${head}.${body}`, signature: Buffer.from(signature, 'base64url') };
};

/** The token in an Authorization header; null where there is none, or the header came twice. */
export const bearerOf = (authorization: string | undefined): string | null =>
  authorization?.startsWith(BEARER) === true ? authorization.slice(BEARER.length) : null;

/** RS256 and nothing else, whatever the token says of itself: no `none`, no HMAC over a public key. */
export const isSignedBy = ({ signed, signature }: Token, key: KeyObject): boolean =>
  verify('RSA-SHA256', Buffer.from(signed, 'ascii'), key, signature);

const decoded = (part: string): string => Buffer.from(part, 'base64url').toString('utf8');
