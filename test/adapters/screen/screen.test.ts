import { describe, expect, it } from '@jest/globals';
import { createScreen } from '../../../src/adapters/screen/screen.ts';

const screen = createScreen();
const found = (text: string, country: string | null = null): readonly string[] => screen.find({ text, country });

describe('what a text must not hold', () => {
  it.each([
    ['iban', 'DE89370400440532013000'],
    ['iban', 'Bank: DE89 3704 0044 0532 0130 00, since May'],
    ['iban', 'gb29-nwbk-6016-1331-9268-19'],
    ['iban', 'DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000'],
    ['card', '4111111111111111'],
    ['card', 'Paid by 4111 1111 1111 1111.'],
    ['card', '4111-1111-1111-1111 12/27'],
    ['card', '3782 822463 10005'],
    ['card', '41\u200b11 1111 1111\u00ad 1111'],
    ['card', '４１１１ １１１１ １１１１ １１１１'],
    // In digits of other scripts, drawn over, ringed, and with what shows as nothing between them.
    ['card', '٤١١١ ١١١١ ١١١١ ١١١١'],
    ['card', '۴۱۱۱۱۱۱۱۱۱۱۱۱۱۱۱'],
    ['card', '४१११ ११११ ११११ ११११'],
    ['card', '๔๑๑๑-๑๑๑๑-๑๑๑๑-๑๑๑๑'],
    ['card', '𝟰𝟭𝟭𝟭 𝟏𝟏𝟏𝟏 𝟷𝟷𝟷𝟷 𝟙𝟙𝟙𝟙'],
    ['card', '𑁪𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧'],
    ['card', '4١1১1๑1１1①1⓵1❶1➀'],
    ['card', '4\ufe0f\u20e31\ufe0f\u20e31\u03331 1111 1111 1111'],
    // Digits of two scripts stand side by side here, from U+116D0 on.
    ['card', `\u{116de}${'\u{116db}'.repeat(15)}`],
    ['iban', 'D\u0336E\u033689 3704 0044 0532 0130 00'],
    ['secret', 'P\u0336asswort: Sommer2026!'],
    ['card', '4111\u034f1111\u31641111\u115f1111'],
    ['card', '4111\u28001111\u28001111\u28001111'],
    ['iban', 'DE٨٩ ٣٧٠٤ ٠٠٤٤ ٠٥٣٢ ٠١٣٠ ٠٠'],
    ['iban', '𝐃𝐄𝟖𝟗𝟑𝟕𝟎𝟒𝟎𝟎𝟒𝟒𝟎𝟓𝟑𝟐𝟎𝟏𝟑𝟎𝟎𝟎'],
    ['national-id', 'AHV ٧٥٦.٩٢١٧.٠٧٦٩.٨٥'],
    ['national-id', 'AHV 756·9217·0769·85'],
    // Over lines, and with signs that no issuer prints.
    ['iban', 'DE89 3704 0044\r\n  0532 0130 00'],
    ['iban', 'DE89.3704.0044.0532.0130.00'],
    ['iban', 'DE89/3704/0044/0532/0130/00'],
    ['iban', 'DE89•3704•0044•0532•0130•00'],
    ['card', '4111 1111\n1111 1111'],
    ['card', '4111-1111-1111\r\n\t1111'],
    ['card', '4111\u20281111 1111 1111'],
    ['card', '3782 822463\n10005'],
    ['card', '3782\n822463 10005'],
    ['national-id', '65 170839\r\nJ 003'],
    ['secret', 'Passwort:\r\nSommer2026!'],
    ['national-id', '65 170839 J 003'],
    ['national-id', 'AHV 756.9217.0769.85'],
    ['national-id', 'RSSMRA85T10A562S'],
    ['national-id', 'SSN 536-90-4399'],
    ['secret', '-----BEGIN RSA PRIVATE KEY-----'],
    ['secret', 'the key is AKIAIOSFODNN7EXAMPLE'],
    ['secret', 'psql postgres://sotto:hunter2@db.example/hr'],
    ['secret', 'Passwort: Sommer2026!'],
    ['secret', `ghp_${'a1'.repeat(18)}`],
  ])('is found to be %s in %j', (kind, text) => {
    expect(found(text)).toEqual([kind]);
  });

  it.each([
    ['DE', '36574261809'],
    ['DE', '36 574 261 809'],
    ['US', '536-90-4399'],
    ['GB', 'AB 12 34 56 C'],
    ['ES', '54362315K'],
    ['PL', '44051401359'],
    ['SE', '880320-0016'],
  ])('is found in the numbers of %s for people who live there, and in nobody else’s', (country, text) => {
    expect(found(text, country)).toEqual(['national-id']);
    expect(found(text, 'JP')).toEqual([]);
    expect(found(text)).toEqual([]);
  });

  it.each([
    'DE89370400440532013001',
    'DE89 3704 0044 0532 0130 0',
    'XDE89370400440532013000',
    '4111 1111 1111 1112',
    '4000 5000 6000 7000 8000',
    '+4111111111111111',
    'INC4111111111111111',
    '550e8400-e29b-41d4-a716-446655440000',
    // A list with a number in each line; dates, versions and places of an account.
    '4111\n1111\n1111\n1111',
    '4111\r\n1111\r\n1111\r\n1111',
    '4111 1111\n1111 1111\n1111 1111',
    '36\n574\n261\n809',
    '4111.1111.1111.1111',
    '4111/1111/1111/1111',
    '٤١١١ ١١١١ ١١١١ ١١١٢',
    '٠١/١٠/٢٠٢٦',
    'Password reset',
    'Password: cannot log in since Monday',
    'https://intranet.example:8443/a?b=c@d',
    '',
  ])('is not found in %j', (text) => {
    expect(found(text, 'DE')).toEqual([]);
  });

  it('is told once each, of all that stands there', () => {
    expect(found('4111111111111111 4111111111111111 DE89370400440532013000 AKIAIOSFODNN7EXAMPLE')).toEqual([
      'iban',
      'card',
      'secret',
    ]);
  });
});
