/** What several parts of a description are made of: names, texts in every language, secrets, limits of numbers. */
import { z } from 'zod';

/** Lower-case words joined by a dot: of a backend, and of an operation. */
export const dotted = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}(\.[a-z][a-z0-9-]{0,63})?$/, 'must be lower-case words joined by a dot');

/** Of a field, a thing that is taken out of a write's response, a text that a form asks for. */
export const plainName = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, 'must be a plain name of letters and digits');

export const dataClass = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be a data class, lower case');

/** The name of a secret in the vault; never the secret. */
export const secretName = z
  .string()
  .regex(/^[a-z0-9-]{1,100}$/, 'must be the name of a secret in the vault: lower-case letters, digits and dashes')
  .describe('The name of a secret in the vault; never the secret itself.');

const oneText = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => text.isWellFormed() && text.trim() !== '', 'must be a text that is not blank');

/** One text in every language that the bot speaks. */
export const inEach = (most: number) => z.strictObject({ en: oneText(most), de: oneText(most) });

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether an address leads to this machine. */
export const isHere = (address: string): boolean => LOOPBACK.includes(new URL(address).hostname);

const isSafeAddress = (value: string): boolean => {
  try {
    const { protocol, hostname, username, password, search, hash } = new URL(value);
    const safe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
    return safe && username === '' && password === '' && search === '' && hash === '';
  } catch {
    return false;
  }
};

/** https, or http on this machine; without a user, a query or a fragment. */
export const address = z
  .string()
  .max(500)
  .refine(isSafeAddress, 'must be an https address (http on this machine only) without user or query');

export const baseAddress = z
  .string()
  .max(500)
  .refine(
    (value) => isSafeAddress(value) && !value.endsWith('/'),
    'must be an https address (http on this machine only), for what comes from there is about people, without user, query or a slash at its end',
  );

/** Of a host that may be called beside the base address'. */
export const hostName = z
  .string()
  .regex(
    /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/,
    'must be a host name, lower case, without a port',
  );
