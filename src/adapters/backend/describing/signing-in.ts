/** What a description says of signing in: two layers, all of it by names of secrets in the vault. */
import { z } from 'zod';
import { address, secretName } from './texts.ts';

const scope = z
  .string()
  .regex(
    /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/,
    'must be OAuth scopes, a blank between (RFC 6749, 3.3)',
  )
  .max(500);

const oauth = z
  .strictObject({
    grant: z
      .enum(['client-credentials', 'token-exchange', 'on-behalf-of'])
      .describe(
        "client-credentials: as Sotto (RFC 6749, 4.4). token-exchange (RFC 8693) and on-behalf-of (Microsoft's, with RFC 7523): as the person who asks, so that the system's own rules hold for them too.",
      ),
    tokenUrl: address,
    clientId: z.string().min(1).max(200),
    secret: secretName
      .optional()
      .describe('The client secret. Left out: the client proves itself by its certificate (mutualTls, RFC 8705).'),
    clientProof: z
      .enum(['basic', 'post'])
      .optional()
      .describe(
        'Where the client secret stands: in the header (basic) or in the form (post). Left out: in the header, and in the form where that is refused.',
      ),
    scope: scope.optional(),
    resource: address.optional().describe('Where the authority asks for it (RFC 8707): what the token is for.'),
    audience: z.string().min(1).max(300).describe('For whom the token is; one for somebody else is not used.'),
    mostSeconds: z
      .int()
      .min(30)
      .max(3_600)
      .default(3_600)
      .describe('A token is used for no longer than this, whatever it says.'),
  })
  .describe('The first layer: a short-lived token, bound to an audience.');

const apiKey = z
  .strictObject({
    header: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be the name of a header')
      .refine(
        (name) => !/^(?:authorization|host|cookie|content-.*|transfer-encoding|connection)$/i.test(name),
        'must be a header of its own',
      ),
    secret: secretName,
  })
  .describe('The second layer: a key of the system, in a header of its own.');

const mutualTls = z
  .strictObject({
    certificate: secretName.describe('PEM, with what stands between it and its root.'),
    key: secretName.describe('PEM, PKCS#8.'),
    ca: secretName
      .optional()
      .describe("PEM of the authority that signed the system's certificate, where it is the company's own."),
  })
  .describe('The second layer: a certificate of ours on the connection (mutual TLS).');

/** Our own requests, signed as webhooks are: for systems that take them so. */
const hmac = z
  .strictObject({ secret: secretName })
  .describe('Each request is signed as Standard Webhooks asks: webhook-id, webhook-timestamp, webhook-signature.');

export const signIn = z
  .strictObject({
    oauth: oauth.optional(),
    apiKey: apiKey.optional(),
    mutualTls: mutualTls.optional(),
    hmac: hmac.optional(),
  })
  .refine((all) => Object.values(all).some((one) => one !== undefined), 'must name at least one way')
  .refine(
    ({ oauth: first, mutualTls: second }) => first === undefined || first.secret !== undefined || second !== undefined,
    'must give oauth a secret, or mutualTls for the client to prove itself by',
  );

/** The first slice's: one token that stands in the vault. */
export const auth = z.strictObject({ scheme: z.literal('bearer'), secret: secretName });

export type SignInShape = z.infer<typeof signIn>;
