import { describe, expect, it } from '@jest/globals';
import { parseDescription } from '../../../src/adapters/backend/description.ts';

const findings = (o: { header: string; signIn?: string; headers?: string }): string => {
  const read = parseDescription(`backend: x
baseUrl: https://x.example.com
signIn: { oauth: { grant: client-credentials, tokenUrl: "https://x.example.com/token", clientId: a, secret: b, audience: c }${o.signIn ?? ''} }
operations:
  x.do:
    method: POST
    path: /do
    headers: { ${o.headers ?? 'X-Other: a'} }
    write: { again: { header: ${o.header} } }
    data: x
    subject: person
    fields: { a: text }
`);
  return read.ok ? '' : read.findings.join('\n');
};

describe('the header that keeps a write from being done twice', () => {
  it.each(['Idempotency-Key', 'X-Command-Id', 'Webhook-Id', 'PayPal-Request-Id'])('may be %s', (header) => {
    expect(findings({ header })).toBe('');
  });

  it.each<[string, Parameters<typeof findings>[0], RegExp]>([
    ['the token stands', { header: 'Authorization' }, /again\.header.* which says something else/],
    ['the question’s id stands', { header: 'X-Request-ID' }, /which says something else/],
    ['the kind of body stands', { header: 'Content-Type' }, /which says something else/],
    ['the connection is spoken of', { header: 'Transfer-Encoding' }, /which says something else/],
    ['the other key stands', { header: 'X-Key', signIn: ', apiKey: { header: x-key, secret: d }' }, /signIn\.apiKey/],
    ['the signature stands', { header: 'Webhook-Id', signIn: ', hmac: { secret: d }' }, /signIn\.hmac/],
    ['something fixed stands', { header: 'X-Key', headers: 'x-key: a' }, /stands among headers/],
  ])('is not one in which %s', (_, o, says) => {
    expect(findings(o)).toMatch(says);
  });
});
