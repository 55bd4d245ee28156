/** Beginning a description from an OpenAPI document: what it knows, what it leaves to decide, and documents that mean harm. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDescription } from '../../../src/adapters/backend/description.ts';
import { MOST_CHARACTERS, readOpenApi } from '../../../src/adapters/backend/openapi/document.ts';
import { scaffoldBackend } from '../../../src/adapters/backend/openapi/scaffold.ts';

const DOCUMENT = `
openapi: 3.1.0
info: { title: Time Off API, version: "1" }
servers: [{ url: https://timeoff.example.com/v1/ }]
security: [{ key: [] }]
paths:
  /employees/{employeeId}/balance:
    parameters:
      - { name: employeeId, in: path, required: true, schema: { type: string } }
    get:
      operationId: getBalance
      summary: "How many days\\nsomebody has left"
      parameters: [{ name: year, in: query, schema: { type: integer } }]
      responses: { "200": { $ref: "#/components/responses/Balance" } }
  /absences:
    get:
      operationId: listAbsences
      parameters: [{ name: employee, in: query, required: true, schema: { type: string } }]
      responses:
        "200":
          content:
            application/json:
              schema:
                type: object
                properties:
                  total: { type: integer }
                  items: { type: array, items: { $ref: "#/components/schemas/Absence" } }
    post:
      operationId: bookAbsence
      requestBody: { content: { application/json: { schema: { type: object, required: [employee, from] } } } }
      responses: { "201": { content: { application/json: { schema: { $ref: "#/components/schemas/Absence" } } } } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: X-Api-Key } }
  responses:
    Balance: { content: { application/json: { schema: { $ref: "#/components/schemas/Balance" } } } }
  schemas:
    Balance:
      type: object
      required: [employee_id, days_left]
      properties:
        employee_id: { type: string }
        days_left: { type: [number, "null"] }
        updated: { type: string, format: date-time }
        manager: { type: object, properties: { name: { type: string }, team: { $ref: "#/components/schemas/Balance" } } }
    Absence:
      allOf:
        - { type: object, required: [id, employee], properties: { id: { type: string }, employee: { type: string } } }
        - { properties: { from: { type: string, format: date }, status: { type: string, enum: [approved, open] } } }
`;

const begun = (text: string, o: { readonly name?: string; readonly only?: readonly string[] } = {}) => {
  const read = readOpenApi(text);
  if (!read.ok) throw new Error(read.why);
  return scaffoldBackend({ document: read.document, name: o.name ?? null, only: o.only ?? [] });
};

const textOf = (text: string, o: Parameters<typeof begun>[1] = {}): string => {
  const it = begun(text, o);
  if (!it.ok) throw new Error(it.why);
  return it.text;
};

const findingsOf = (text: string): readonly string[] => {
  const read = parseDescription(text);
  return read.ok ? [] : read.findings;
};

/** What somebody would do who decides everything and lets all fields leave. */
const decided = (text: string): string =>
  text
    .replace(/^goesBy: .*\n/m, '')
    .replace(/^signIn: .*\n/m, '')
    .replace(/^baseUrl: .*$/m, 'baseUrl: https://timeoff.example.com')
    .replace(/^( {4}(?:tokenUrl)): "FILL IN.*$/gm, '$1: https://timeoff.example.com/token')
    .replace(/^( {4}(?:clientId|audience)): "FILL IN.*$/gm, '$1: sotto')
    .replace(/^ {4}path: "FILL IN.*$/gm, '    path: /people/{subject}')
    .replace(/^ {4}data: .*$/gm, '    data: leave')
    .replace(/^ {4}subject: .*$/gm, '    subject: id')
    .replace(/^ {6}again: .*$/gm, '      again: never')
    .replace(/^( {6}".*": )"FILL IN .*$/gm, '$1"{subject}"')
    .replace(/^ {4}fields: "FILL IN what is taken.*$/gm, '    fields: { id: text }')
    .replace(/^ {4}fields: .*FILL IN.*$/gm, '    fields:')
    .replace(/^ {6}# (?!…)/gm, '      ');

describe('a description that was begun from an OpenAPI document', () => {
  it('says of a list that it seems to come in pages, where its parameters are named so', () => {
    const paged = (name: string, at = 'query'): string =>
      textOf(
        DOCUMENT.replace('{ name: employee, in: query, required: true', `{ name: ${name}, in: ${at}, required: false`),
      );
    for (const [name, said] of [
      ['cursor', 'cursor: cursor'],
      ['page_token', 'cursor: page_token'],
      ['sysparm_offset', 'offset: sysparm_offset'],
      ['startIndex', 'offset: startIndex'],
      ['page', 'number: page'],
    ] as const)
      expect(paged(name)).toContain(`    # It seems to come in pages: say pages: { ${said}, … }`);
    expect(paged('employee')).not.toContain('in pages');
    expect(paged('cursor', 'header')).not.toContain('in pages');
    expect(textOf(DOCUMENT.replace('name: year', 'name: page'), { only: ['getBalance'] })).not.toContain('in pages');
  });

  it('has a body whose fields stand in parts (allOf), and names those that may be left out', () => {
    const body = `{ allOf: [{ $ref: "#/components/schemas/Booking" }, { required: [note], properties: { note: { type: string } } }] }`;
    const text = textOf(
      DOCUMENT.replace('{ type: object, required: [employee, from] }', body).replace(
        '  schemas:\n',
        '  schemas:\n    Booking: { required: [from], properties: { from: { type: string }, half_day: { type: boolean } } }\n',
      ),
      { only: ['bookAbsence'] },
    );
    expect(text).toContain('      "from": "FILL IN what is sent');
    expect(text).toContain('      "note": "FILL IN what is sent');
    expect(text).toContain('    # It may be sent besides: half_day');
    expect(text).not.toContain('      "half_day"');
  });

  it('signs in as its own operations ask, and asks for what they need and no more', () => {
    const oauth = DOCUMENT.replace('security: [{ key: [] }]', 'security: [{ oauth: [people.read] }]').replace(
      'securitySchemes: {',
      'securitySchemes: { oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: https://login.example.com/token, scopes: {} } } },',
    );
    expect(textOf(oauth)).toContain('    scope: "people.read"');
    const own = oauth.replace('operationId: getBalance', 'operationId: getBalance\n      security: [{ key: [] }]');
    const alone = textOf(own, { only: ['getBalance'] });
    expect(alone).toContain('  apiKey: { header: X-Api-Key');
    expect(alone).not.toContain('oauth');
    expect(textOf(own)).toContain(
      '# Not all of its operations ask for the same way of signing in: key; oauth. A description has one.',
    );
    expect(textOf(oauth)).not.toContain('# Not all');
    const odd = textOf(oauth.replace('[people.read]', '["a\\"b", 7, "x y"]'));
    expect(odd).not.toContain('    scope:');
  });

  it('has all that the document knows', () => {
    const text = textOf(DOCUMENT);
    for (const line of [
      'backend: time-off-api',
      'baseUrl: "https://timeoff.example.com/v1"',
      '  apiKey: { header: X-Api-Key, secret: time-off-api-api-key }',
      '  # How many days somebody has left',
      '  time-off-api.get-balance:',
      '    # It may be asked with: year',
      '    records: "items"',
      '      # daysLeft: { type: number, from: "$.days_left", optional: true }',
      '      # managerName: { type: text, from: "$.manager.name", optional: true }',
      '      # status: { type: choice, optional: true, values: { "approved": { en: "approved", de: "approved" }, "open": { en: "open", de: "open" } } }',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).not.toContain('book-absence');
    expect(text).not.toContain('managerTeam');
  });

  it('guesses neither whom it is about, nor of what class it is, nor what leaves: each is a finding with its line', () => {
    const findings = findingsOf(textOf(DOCUMENT));
    const places = findings.map((finding) => /^line \d+, (\S+) is still to be decided/.exec(finding)?.[1]);
    expect(places).toEqual([
      'goesBy',
      'operations.time-off-api.get-balance.path',
      'operations.time-off-api.get-balance.data',
      'operations.time-off-api.get-balance.subject',
      'operations.time-off-api.get-balance.fields',
      'operations.time-off-api.list-absences.query.employee',
      'operations.time-off-api.list-absences.data',
      'operations.time-off-api.list-absences.subject',
      'operations.time-off-api.list-absences.fields',
    ]);
  });

  it('is accepted once everything is decided, and not before', () => {
    expect(findingsOf(decided(textOf(DOCUMENT)))).toEqual([]);
    for (const only of ['bookAbsence', 'POST /absences']) {
      const text = textOf(DOCUMENT, { name: 'off', only: [only] });
      expect(text).toContain('  off.book-absence:');
      expect(findingsOf(text).join()).toContain('off.book-absence.write.again is still to be decided');
      expect(findingsOf(text).join()).toContain('off.book-absence.body.from is still to be decided');
      expect(findingsOf(decided(text))).toEqual([]);
    }
  });

  it.each([
    ['a bearer token', '{ type: http, scheme: bearer }', 'auth: { scheme: bearer, secret: off-token }'],
    ['a certificate', '{ type: mutualTLS }', '  mutualTls: { certificate: off-certificate, key: off-certificate-key }'],
    [
      'client credentials',
      '{ type: oauth2, flows: { clientCredentials: { tokenUrl: "https://id.example.com/token", scopes: {} } } }',
      'hosts: ["id.example.com"]',
    ],
    [
      'a password',
      '{ type: http, scheme: basic }',
      'signIn: "FILL IN how Sotto signs in: the document names key, which a description cannot say"',
    ],
    [
      'a key in the query',
      '{ type: apiKey, in: query, name: key }',
      'signIn: "FILL IN how Sotto signs in: the document names key, which a description cannot say"',
    ],
    [
      'tokens over plain http',
      '{ type: oauth2, flows: { clientCredentials: { tokenUrl: "http://id.example.com/token" } } }',
      '    tokenUrl: "FILL IN the https address that gives tokens"',
    ],
  ])('signs in by %s as the document asks, or leaves it to decide', (_, scheme, line) => {
    const text = textOf(DOCUMENT.replace('{ type: apiKey, in: header, name: X-Api-Key }', scheme), { name: 'off' });
    expect(text.split('\n')).toContain(line);
    expect(findingsOf(decided(text))).toEqual([]);
  });

  it.each([
    ['swagger: "2.0"', 'but swagger'],
    ['openapi: 4.0.0', '3.0 or 3.1'],
    ['- a list', 'not an OpenAPI document'],
    ['{ "openapi": ', 'not JSON'],
    ['openapi: "3.1.0\n', 'not YAML'],
    ['openapi: 3.1.0\na: &a { b: 1 }\nc: *a', 'an alias'],
    [`openapi: 3.1.0\nx: ${'['.repeat(100)}`, 'YAML'],
    [`{"openapi": "3.1.0", "x": ${'['.repeat(70)}${']'.repeat(70)}}`, 'nested deeper'],
  ])('is not begun from %j', (text, why) => {
    const read = readOpenApi(text);
    expect(read.ok ? '' : read.why).toContain(why);
  });

  it('is not begun from one that is longer than anybody answers from', () => {
    const read = readOpenApi(' '.repeat(MOST_CHARACTERS + 1));
    expect(read.ok ? '' : read.why).toContain('longer');
  });

  it('says which operations there are where one is named that is not, and asks for a name where it finds none', () => {
    expect(begun(DOCUMENT, { only: ['getPay'] })).toMatchObject({
      ok: false,
      why: expect.stringContaining('getBalance, listAbsences, bookAbsence'),
    });
    expect(begun(DOCUMENT.replace('Time Off API', '—'))).toMatchObject({
      ok: false,
      why: expect.stringContaining('--name'),
    });
    expect(begun('openapi: 3.1.0', { name: 'off' })).toMatchObject({
      ok: false,
      why: expect.stringContaining('no operation that reads'),
    });
  });
});

/** Names and texts that would mean something elsewhere. */
const nasty = fc.oneof(
  fc.string({ maxLength: 30, unit: 'binary' }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'a"b',
    "a'b",
    'x\ny: z',
    '\u2028',
    '\u202e',
    '# a',
    '{subject}',
    ': ',
    '- ',
    '💥',
    '\ud800',
    'employee id',
    '*',
    '&a',
    '<<',
  ),
);

const schema: fc.Arbitrary<unknown> = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.record(
        {
          type: fc.constantFrom('string', 'number', 'integer', 'boolean', 'null', 7),
          format: fc.constantFrom('date', 'date-time', 'x'),
          enum: fc.array(fc.oneof(nasty, fc.integer()), { maxLength: 3 }),
        },
        { requiredKeys: [] },
      ),
      fc.constantFrom(
        { $ref: '#/components/schemas/A' },
        { $ref: '#/components/schemas/B' },
        { $ref: 'https://evil.example/x' },
        { $ref: '#/__proto__' },
        { $ref: '#/paths' },
      ),
      fc.jsonValue({ maxDepth: 2 }),
    ),
    fc.record(
      {
        type: fc.constantFrom('object', ['object', 'null']),
        required: fc.array(nasty, { maxLength: 3 }),
        properties: fc.dictionary(nasty, tie('schema'), { maxKeys: 5 }),
      },
      { requiredKeys: ['properties'] },
    ),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ allOf: fc.array(tie('schema'), { maxLength: 3 }), oneOf: fc.array(tie('schema'), { maxLength: 2 }) }),
  ),
})).schema;

const operation = fc.record(
  {
    operationId: nasty,
    summary: nasty,
    parameters: fc.array(
      fc.oneof(
        fc.record({ name: nasty, in: fc.constantFrom('path', 'query', 'header', 'cookie'), required: fc.boolean() }),
        fc.jsonValue({ maxDepth: 1 }),
      ),
      { maxLength: 12 },
    ),
    requestBody: fc.record({
      content: fc.record({
        'application/json': fc.record({ schema: fc.record({ required: fc.array(nasty, { maxLength: 5 }) }) }),
      }),
    }),
    security: fc.constantFrom([], [{ a: [] }], [{ a: [], b: [] }], [{ __proto__: [] }]),
    responses: fc.record({ '200': fc.record({ content: fc.record({ 'application/json': fc.record({ schema }) }) }) }),
  },
  { requiredKeys: ['responses'] },
);

const hostile = fc.record({
  openapi: fc.constant('3.1.0'),
  info: fc.record({ title: nasty }),
  servers: fc.array(
    fc.record({
      url: fc.oneof(
        nasty,
        fc.webUrl(),
        fc.constantFrom('https://a.example/', 'http://10.0.0.1', 'https://u:p@a.example', '/v1'),
      ),
    }),
    { maxLength: 1 },
  ),
  security: fc.constantFrom([{ a: [] }], [{ b: [] }], [{ a: [], b: [] }], []),
  paths: fc.dictionary(
    fc.oneof(
      nasty.map((it) => `/${it}`),
      fc.constantFrom('/employees/{id}', '/x', '/a/{b}/{c}'),
    ),
    fc.record({ get: operation, post: operation, delete: operation }, { requiredKeys: ['get'] }),
    { minKeys: 1, maxKeys: 4 },
  ),
  components: fc.record({
    schemas: fc.record({
      A: schema,
      B: fc.constant({
        allOf: [
          { $ref: '#/components/schemas/B' },
          { $ref: '#/components/schemas/B' },
          { $ref: '#/components/schemas/A' },
        ],
      }),
    }),
    securitySchemes: fc.record({
      a: fc.constantFrom(
        { type: 'http', scheme: 'bearer' },
        { type: 'apiKey', in: 'header', name: 'X-Key' },
        { type: 'apiKey', in: 'header', name: 'a: b' },
        { type: 'mutualTLS' },
      ),
      b: fc.oneof(
        fc.record({
          type: fc.constant('oauth2'),
          flows: fc.record({ clientCredentials: fc.record({ tokenUrl: fc.oneof(nasty, fc.webUrl()) }) }),
        }),
        fc.jsonValue({ maxDepth: 1 }),
      ),
    }),
  }),
});

describe('an OpenAPI document that means harm', () => {
  it('gives a description whose only faults are decisions, and none once they are made', () => {
    fc.assert(
      fc.property(hostile, fc.boolean(), (document, all) => {
        const only = all
          ? Object.entries(document.paths).flatMap(([path, item]) =>
              Object.keys(item as object).map((method) => `${method.toUpperCase()} ${path}`),
            )
          : [];
        const it = scaffoldBackend({ document, name: 'evil', only });
        if (!it.ok) throw new Error(it.why);
        const strange = findingsOf(it.text).filter((finding) => !finding.includes('is still to be decided'));
        expect(strange).toEqual([]);
        expect(findingsOf(decided(it.text))).toEqual([]);
        expect(/[^\P{C}\n]/u.test(it.text)).toBe(false);
      }),
      { numRuns: 500 },
    );
  }, 120_000);

  it('ends soon where its schemas multiply themselves', () => {
    const wide = Array.from({ length: 50 }, () => ({ $ref: '#/components/schemas/A' }));
    const document = {
      openapi: '3.1.0',
      components: {
        schemas: {
          A: { type: 'object', allOf: wide, properties: Object.fromEntries(wide.map((each, n) => [`a${n}`, each])) },
        },
      },
      paths: Object.fromEntries(
        Array.from({ length: 200 }, (_, n) => [
          `/p${n}`,
          {
            get: {
              responses: { '200': { content: { 'application/json': { schema: { $ref: '#/components/schemas/A' } } } } },
            },
          },
        ]),
      ),
    };
    const begin = process.cpuUsage();
    expect(scaffoldBackend({ document, name: 'wide', only: [] }).ok).toBe(true);
    expect(process.cpuUsage(begin).user / 1_000).toBeLessThan(10_000);
  });
});
