/** What a description says of a webhook in: `POST /hooks/NAME`, by which a system reports back. */
import { z } from 'zod';
import { fields, taken } from './fields.ts';
import { address, dataClass, dotted, inEach, secretName } from './texts.ts';

const header = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be the name of a header, lower case');

const listKey = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/, 'must be a key as it stands before the equals sign');

const standard = z
  .strictObject({ secret: secretName })
  .describe('Standard Webhooks: webhook-id, webhook-timestamp and webhook-signature over "ID.TIMESTAMP.BODY".');

const hmac = z
  .strictObject({
    secret: secretName,
    header,
    algorithm: z.enum(['sha256', 'sha512']).default('sha256'),
    encoding: z.enum(['hex', 'base64']).default('hex'),
    prefix: z
      .string()
      .regex(/^[\x21-\x7e]{0,20}$/, 'must be printable ASCII without blanks')
      .default(''),
    signature: z
      .strictObject({ key: listKey, separator: z.enum([',', ';']).default(',') })
      .optional()
      .describe(
        'Where the header is a list as "t=…,v1=…,v1=…": under which key the signatures stand, one for each secret that counts.',
      ),
    timestamp: z
      .strictObject({
        header: header.optional(),
        key: listKey.optional().describe('Where the time stands in the list of the signatures.'),
        unit: z.enum(['seconds', 'ms']).default('seconds'),
      })
      .refine(
        (all) => (all.header === undefined) !== (all.key === undefined),
        'must name a header of its own or a key of the list',
      )
      .describe('When it was sent. It must be signed, or an old one could be sent again as new.'),
    signed: z
      .enum(['{timestamp}.{body}', '{timestamp}{body}', '{timestamp}:{body}', 'v0:{timestamp}:{body}'])
      .default('{timestamp}.{body}'),
  })
  .refine(
    ({ signature, timestamp }) =>
      timestamp.key === undefined || (signature !== undefined && signature.key !== timestamp.key),
    'must name the key of the signatures (signature: { key: … }), another than that of the time',
  )
  .refine(
    ({ signature, prefix }) => signature === undefined || prefix === '',
    'must have no prefix where the header is a list: what stands before a signature there is its key',
  )
  .describe('An HMAC over the time and the body.');

const jwt = z
  .strictObject({
    header: header.default('authorization').describe('After "Bearer " where it is authorization.'),
    issuer: z.string().min(1).max(300),
    audience: z.string().min(1).max(300),
    keys: z
      .union(
        [z.strictObject({ url: address }), z.strictObject({ secret: secretName })],
        'must be a url or a secret, and one alone',
      )
      .describe('Public keys: a JSON Web Key Set at an address, or one PEM (SPKI) in the vault.'),
    digest: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/)
      .describe(
        'The claim that holds the SHA-256 of the body, in hex or base64url: without it the token would vouch for no body.',
      ),
  })
  .describe('A signed token (RFC 7519) that vouches for the body by its digest.');

const cidr = z.union([z.cidrv4(), z.cidrv6()], 'must be a range of addresses, like 198.51.100.0/24');

export const hook = z.strictObject({
  proof: z.union(
    [z.strictObject({ standard }), z.strictObject({ hmac }), z.strictObject({ jwt })],
    'must be one way of proving itself, and one alone: standard, hmac or jwt, with what belongs to it below',
  ),
  windowSeconds: z.int().min(10).max(600).default(300).describe('How old or early a report may be.'),
  from: z.array(cidr).min(1).max(50).optional().describe('Addresses that may report; left out: whoever has the proof.'),
  bytes: z
    .int()
    .min(64)
    .max(64 * 1024)
    .default(16 * 1024),
  people: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1_000)
    .describe(
      'About how many people it reports in an hour at most. What comes beyond is told as a number once the hour is over, and the security contact is told.',
    ),
  id: taken.optional().describe('Where the id of the report stands in the body; left out: what proves it is its id.'),
  subject: taken.describe('Where it stands whom it is about.'),
  data: dataClass.describe('What policy must permit the person to know.'),
  fields,
  intent: dotted.describe('The question that tells the person more, offered as a button and asked afresh.'),
  say: inEach(600).describe(
    'What the person is told in private, where policy lets them be told in a message. {field} names a field.',
  ),
});

export type HookShape = z.infer<typeof hook>;
