import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createScreen } from '../../../src/adapters/screen/screen.ts';
import { quickestMs } from '../../support/quickest.ts';

const screen = createScreen();
const find = (text: string, country: string | null = null): readonly string[] => screen.find({ text, country });

/** The same numbers in every run: a figure is compared, and chance must not decide it. */
const drawn = (seed: number) => {
  let state = seed;
  const below = (most: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  const of = (set: string) => (count: number) => Array.from({ length: count }, () => set[below(set.length)]).join('');
  const digits = of('0123456789');
  const upper = of('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  const mixed = of('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');
  const hex = of('0123456789abcdef');
  const two = (from: number, most: number): string => String(from + below(most)).padStart(2, '0');
  return { below, digits, upper, mixed, hex, two };
};

const d = drawn(7);

/** As systems of record are full of them. */
const IDS: Readonly<Record<string, () => string>> = {
  uuid: () => [8, 4, 4, 4, 12].map(d.hex).join('-'),
  ulid: () => `01${d.mixed(24)}`,
  hash: () => d.hex(64),
  'mac address': () => Array.from({ length: 6 }, () => d.hex(2)).join(':'),
  imei: () => `35${d.digits(13)}`,
  serial: () => d.mixed(12),
  'service tag': () => d.mixed(7),
  incident: () => `INC${d.digits(7)}`,
  request: () => `REQ-${d.digits(5)}-${d.digits(6)}`,
  issue: () => `${d.upper(3)}-${d.digits(5)}`,
  order: () => `45${d.digits(8)}`,
  invoice: () => `RE-20${d.digits(2)}-${d.digits(5)}`,
  tracking: () => `1Z${d.mixed(16)}`,
  parcel: () => `00340434${d.digits(12)}`,
  account: () => `arn:aws:iam::${d.digits(12)}:role/reader`,
  'german telephone': () => `+49 ${30 + d.below(900)} ${d.digits(7)}`,
  'german telephone without a country': () => `0${150 + d.below(30)} ${d.digits(8)}`,
  'telephone of the US': () => `(${d.digits(3)}) ${d.digits(3)}-${d.digits(4)}`,
  'telephone of the US with dashes': () => `+1-${d.digits(3)}-${d.digits(3)}-${d.digits(4)}`,
  'telephone in Arabic digits': () =>
    `+966 5${d.digits(1)} ${d.digits(3)} ${d.digits(4)}`.replace(/[0-9]/g, (digit) =>
      String.fromCodePoint(0x660 + Number(digit)),
    ),
  'places of an account': () => [4, 4, 4, 4].map(d.digits).join('.'),
  'numbers line by line': () => [4, 4, 4, 4].map(d.digits).join('\r\n'),
  'columns of years': () => [1, 2, 3, 4].map(() => `20${d.digits(2)}`).join('/'),
  'british telephone': () => `07${d.digits(3)} ${d.digits(6)}`,
  'french telephone': () => `0${1 + d.below(9)} ${[2, 2, 2, 2].map(d.digits).join(' ')}`,
  'telephone in one piece': () => `00${40 + d.below(9)}${d.digits(10)}`,
  'time in milliseconds': () => `17${d.digits(11)}`,
  date: () => `20${d.digits(2)}-${d.two(1, 12)}-${d.two(1, 28)}`,
  version: () => [d.below(20), d.below(100), d.below(1_000)].join('.'),
  address: () => Array.from({ length: 4 }, () => d.below(256)).join('.'),
  isbn: () => `978-3-${d.digits(5)}-${d.digits(3)}-${d.digits(1)}`,
  'vat id': () => `DE${d.digits(9)}`,
  'number of an employee': () => `47${d.digits(4)}`,
  'nine digits': () => d.digits(9),
  'ten digits': () => d.digits(10),
  'twelve digits': () => d.digits(12),
};

const COUNTRIES = [null, 'DE', 'GB', 'FR', 'US', 'JP'];

describe('what the screen takes for something else', () => {
  it('is none of 160,000 ids, serials and telephone numbers, wherever the person lives', () => {
    for (const [what, make] of Object.entries(IDS)) {
      for (let at = 0; at < 5_000; at++) {
        const text = make();
        const country = COUNTRIES[at % COUNTRIES.length] ?? null;
        if (find(text, country).length > 0) expect(`${what}: ${text} in ${country}`).toBe('nothing');
      }
    }
  });

  it('is so seldom one of plain digits that it is by their check digits alone', () => {
    const rate = (digits: number, country: string | null): number => {
      let hits = 0;
      for (let at = 0; at < 20_000; at++) if (find(d.digits(digits), country).length > 0) hits += 1;
      return hits / 20_000;
    };
    // One of ten passes Luhn, and a quarter of all beginnings are an issuer's.
    expect(rate(16, null)).toBeLessThan(0.03);
    // The German tax number has a rule for how often each digit stands in it.
    expect(rate(11, 'DE')).toBeLessThan(0.02);
    expect(rate(11, null)).toBe(0);
  });
});

/** ISO 7064 MOD 97-10, reckoned with whole numbers instead of digit by digit. */
const iban = (country: string, rest: string): string => {
  const number = (text: string) => Array.from(text, (letter) => Number.parseInt(letter, 36)).join('');
  const check = 98n - (BigInt(number(`${rest}${country}00`)) % 97n);
  return `${country}${String(check).padStart(2, '0')}${rest}`;
};

const card = (begins: string, length: number): string => {
  const open = `${begins}${d.digits(length - begins.length - 1)}`;
  const sum = [...open].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
    return total + Math.floor(value / 10) + (value % 10);
  }, 0);
  return `${open}${(10 - (sum % 10)) % 10}`;
};

const grouped = (text: string, sizes: readonly number[], sign: string): string => {
  let at = 0;
  const parts: string[] = [];
  for (let n = 0; at < text.length; n++) {
    const size = sizes[Math.min(n, sizes.length - 1)] ?? 4;
    parts.push(text.slice(at, at + size));
    at += size;
  }
  return parts.join(sign);
};

const AROUND: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `Please pay to ${text}.`,
  (text) => `(${text})`,
  (text) => `ref: ${text}, since 12 May 2026`,
  (text) => `${text}\nthanks`,
];

const SIGNS = ['', ' ', '-', '\u00a0', '\u2011', '\u202f'];

const everyWay = (text: string, sizes: readonly number[]): readonly string[] =>
  SIGNS.flatMap((sign) => AROUND.map((around) => around(sign === '' ? text : grouped(text, sizes, sign))));

describe('digits of other scripts', () => {
  it('are all that Unicode has, each with its value, and change nothing of what is found', () => {
    const zeros: number[] = [];
    for (let code = 0x80; code <= 0x1ffff; code++)
      if (/\p{Nd}/u.test(String.fromCodePoint(code)) && !/\p{Nd}/u.test(String.fromCodePoint(code - 1)))
        zeros.push(code);
    expect(zeros.length).toBeGreaterThan(50);
    for (const zero of zeros) {
      const inScript = (text: string) => text.replace(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));
      for (let n = 0; n < 20; n++) {
        for (const text of [card('4', 16), iban('DE', d.digits(18)), d.digits(12), `INC${d.digits(7)}`])
          expect([zero, text, find(inScript(text))]).toEqual([zero, text, find(text)]);
      }
    }
  });
});

describe('what the screen finds', () => {
  it('is every IBAN, in groups and in one piece, among words and alone', () => {
    const make: readonly (() => string)[] = [
      () => iban('DE', d.digits(18)),
      () => iban('AT', d.digits(16)),
      () => iban('CH', d.digits(17)),
      () => iban('GB', `${d.upper(4)}${d.digits(14)}`),
      () => iban('IE', `${d.upper(4)}${d.digits(14)}`),
      () => iban('SA', `${d.digits(2)}${d.mixed(18)}`),
    ];
    for (const one of make)
      for (let n = 0; n < 50; n++)
        for (const text of everyWay(one(), [4])) expect([text, find(text)]).toEqual([text, ['iban']]);
  });

  it('is every card number, in groups and in one piece, among words and alone', () => {
    const make: readonly (readonly [string, number, readonly number[]])[] = [
      ['4', 16, [4]],
      ['51', 16, [4]],
      ['55', 16, [4]],
      ['2221', 16, [4]],
      ['6011', 16, [4]],
      ['3530', 16, [4]],
      ['62', 16, [4]],
      ['37', 15, [4, 6, 5]],
      ['36', 14, [4, 6, 4]],
    ];
    for (const [begins, length, sizes] of make)
      for (let n = 0; n < 50; n++)
        for (const text of everyWay(card(begins, length), sizes))
          expect([text, find(text).includes('card')]).toEqual([text, true]);
  });

  it('is no IBAN with one digit or letter changed, and no card with one digit changed', () => {
    for (let n = 0; n < 200; n++) {
      for (const [right, kind] of [
        [iban('DE', d.digits(18)), 'iban'],
        [card('4', 16), 'card'],
      ] as const) {
        const at = kind === 'iban' ? 2 + d.below(20) : 1 + d.below(15);
        const digit = (Number(right[at]) + 1 + d.below(9)) % 10;
        expect(find(`${right.slice(0, at)}${digit}${right.slice(at + 1)}`)).not.toContain(kind);
      }
    }
  });

  it('is every German tax number of somebody who lives there, reckoned by its rule', () => {
    // ISO 7064 MOD 11,10; of the first ten digits one stands there twice and one not at all.
    for (let n = 0; n < 200; n++) {
      const digits = [...'0123456789'].map((digit) => ({ digit, by: d.below(1e9) })).sort((x, y) => x.by - y.by);
      const ten = digits.map(({ digit }) => digit);
      if (ten[0] === '0') ten.push(ten.shift() ?? '');
      const [from, to] = [1 + d.below(4), 5 + d.below(5)];
      ten[to] = ten[from] ?? '';
      let product = 10;
      for (const digit of ten) product = (((Number(digit) + product) % 10 || 10) * 2) % 11;
      const text = `${ten.join('')}${(11 - product) % 10}`;
      expect([text, find(text, 'DE')]).toEqual([text, ['national-id']]);
      expect(find(grouped(text, [2, 3], ' '), 'DE')).toEqual(['national-id']);
    }
  });
});

describe('the time it takes', () => {
  const HOSTILE: readonly string[] = [
    'DE12 ',
    'DE89370400440532013001 ',
    '4111111111111112 ',
    '1234 ',
    '12345678901 ',
    'eyJ-',
    'eyJabcdefgh.',
    'ab://c:d',
    'a://',
    'password: ',
    'password:password:',
    '-----BEGIN ',
    '-----BEGIN A A A ',
    '1.2.3-4',
    '65170839J00',
    '\u200b',
    '4\u0333',
    '\u0333',
    '٤',
    '𝟰',
    '\r\n',
    '4111\n',
    '4111 1111\n',
    'ﷺ',
    ' ',
  ];

  it.each(HOSTILE)('grows with the text alone where it is full of %j', (piece) => {
    const text = piece.repeat(Math.ceil(160_000 / piece.length)).slice(0, 160_000);
    // It takes a tenth of that. Growing with the square, it would take a minute.
    expect(quickestMs(2_000, () => void find(text, 'DE'))).toBeLessThan(2_000);
  });

  it('is for any text whatever, which is found to hold some of four things and nothing else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 2_000 }),
          fc
            .array(
              fc.constantFrom('DE', '89', '4111', ' ', '-', '.', 'eyJ', ':', '@', '\ud800', '\u0000', '756', 'a'),
              {
                maxLength: 400,
              },
            )
            .map((pieces) => pieces.join('')),
        ),
        fc.constantFrom(...COUNTRIES, 'XX', '', 'constructor'),
        (text, country) => {
          const found = find(text, country);
          expect(new Set(found).size).toBe(found.length);
          for (const kind of found) expect(['iban', 'card', 'national-id', 'secret']).toContain(kind);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
