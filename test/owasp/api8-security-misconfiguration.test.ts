/** OWASP API Security Top 10 (2023), API8: Security Misconfiguration. What could be described so that it is unsafe is refused, with its line and how to mend it; set-ups that must not start are in `test/install/start-ups.ts`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseDescription } from '../../src/adapters/backend/description.ts';
import { SAMPLE_BACKENDS } from '../../src/policies/pack.ts';

const GOOD = `backend: off
baseUrl: https://off.example.com
hosts: [id.example.com]
signIn:
  oauth: { grant: client-credentials, tokenUrl: "https://id.example.com/token", clientId: sotto, secret: off-secret, audience: off }
operations:
  off.read:
    method: GET
    path: /people/{subject}
    query: { month: "{slot.month}" }
    headers: { X-Api-Version: "2" }
    data: leave
    subject: person
    fields: { days: number }
  off.write:
    method: POST
    path: /people/{subject}/leave
    body: { note: "{words.note}" }
    write: { again: never, words: { note: { label: { en: Note, de: Notiz } } } }
    data: leave
    subject: person
    fields: { days: number }
`;

const findingsOf = (text: string): readonly string[] => {
  const read = parseDescription(text);
  return read.ok ? [] : read.findings;
};

const changed = (from: string, to: string): string => {
  if (!GOOD.includes(from)) throw new Error(`there is no ${from}`);
  return GOOD.replace(from, to);
};

describe('a description that would be unsafe', () => {
  it('differs in one thing from one that is accepted, and the sample that ships is accepted', () => {
    expect(findingsOf(GOOD)).toEqual([]);
    expect(findingsOf(readFileSync(join(SAMPLE_BACKENDS, 'hr.yaml'), 'utf8'))).toEqual([]);
  });

  it.each([
    ['plain http', 'https://off.example.com', 'http://off.example.com', 'baseUrl'],
    ['a password in the address', 'https://off.example.com', 'https://me:hush@off.example.com', 'baseUrl'],
    ['a key in the address', 'https://off.example.com', 'https://off.example.com?key=hush', 'baseUrl'],
    ['another scheme', 'https://off.example.com', 'file:///etc/passwd', 'baseUrl'],
    ['every host', '[id.example.com]', '["*.example.com"]', 'hosts.0'],
    [
      'tokens from a host that is not named',
      'https://id.example.com/token',
      'https://evil.example.com/token',
      'tokenUrl',
    ],
    ['tokens over plain http', 'https://id.example.com/token', 'http://id.example.com/token', 'tokenUrl'],
    ['a token for anybody', ', audience: off', '', 'signIn.oauth.audience'],
    ['a secret in place of its name', 'secret: off-secret', 'secret: "Hush! hush"', 'secret'],
    ['no proof of who asks for tokens', 'secret: off-secret, ', '', 'signIn'],
    ['two ways that would outdo each other', 'signIn:', 'auth: { scheme: bearer, secret: t }\nsignIn:', 'auth'],
    ['a header that says who asks', 'X-Api-Version', 'Authorization', 'headers'],
    ['a header that says where to', 'X-Api-Version', 'Host', 'headers'],
    ['a header that says for whom', 'X-Api-Version', 'X-Forwarded-For', 'headers'],
    ['two headers in one', '"2"', '"2\\r\\nCookie: a"', 'headers'],
    ['what a person wrote in the path', '/people/{subject}/leave', '/people/{words.note}', 'path'],
    ['what a person wrote in the query', '"{slot.month}"', '"{words.note}"', 'query'],
    ['a path that climbs', '/people/{subject}\n    query', '/people/../{subject}\n    query', 'path'],
    ['a place that nobody knows', '{slot.month}', '{person.salary}', 'query'],
    ['a write of which nobody says how it is done once', 'write: { again: never, ', 'write: { ', 'write.again'],
    ['a change that is called a read', 'method: GET', 'method: DELETE', 'method'],
    [
      'no data class',
      '    data: leave\n    subject: person\n    fields: { days: number }\n  off.write',
      '    subject: person\n    fields: { days: number }\n  off.write',
      'data',
    ],
    [
      'nobody whom it is about',
      '    subject: person\n    fields: { days: number }\n  off.write',
      '    fields: { days: number }\n  off.write',
      'subject',
    ],
    ['a decision that is still open', 'data: leave', 'data: "FILL IN which"', 'data'],
    ['a key that nobody knows', 'backend: off', 'backend: off\nverifyTls: false', 'verifyTls'],
    ['one thing said twice', 'backend: off', 'backend: off\nbackend: on', 'not YAML'],
    ['a path that descends to any depth', 'subject: person', 'subject: "$..person"', 'subject'],
    ['a path that doubles at each step', 'subject: person', 'subject: "$[*,*][*,*]"', 'subject'],
    ['a path with a function', 'subject: person', `subject: "$.people[?match(@.id, '(a+)+')].id"`, 'subject'],
    ['a path with a filter in a filter', 'subject: person', 'subject: "$.people[?@.ids[?@.a==1]].id"', 'subject'],
    ['a path that begins anew within its filter', 'subject: person', 'subject: "$.people[?@.id==$.id].id"', 'subject'],
    ['a wait without an end', 'backend: off', 'backend: off\ntimeoutMs: 600000', 'timeoutMs'],
    ['a response without an end', 'backend: off', 'backend: off\nlimits: { bytes: 1000000000 }', 'limits.bytes'],
    ['a write that is done again and again', 'write: {', 'retries: 3\n    write: {', 'retries'],
  ])('is refused: %s', (_, from, to, place) => {
    const findings = findingsOf(changed(from, to));
    expect(findings.join('\n')).toContain(place);
    for (const finding of findings) {
      expect(finding).toMatch(/^(?:line \d+, |the file |it is not YAML)|^\S+ /);
      expect(finding).not.toMatch(/hush/i);
    }
  });
});
