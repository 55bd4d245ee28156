import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hasCode } from '../../src/core/errors.ts';
import { loadCatalogue, readCatalogue } from '../../src/policies/catalogue.ts';
import { copyOfPack, FIXTURE, folderWith } from './support.ts';

const findingsOf = (folder: string): string => readCatalogue({ folders: [folder] }).findings.join('\n');

/** What is said of the fixture after one text of one of its files was replaced. */
const spoilt = (file: string, from: string, to: string): string => {
  const folder = copyOfPack();
  const path = join(folder, file);
  const before = readFileSync(path, 'utf8');
  expect(before).toContain(from);
  writeFileSync(
    path,
    before.replace(from, () => to),
  );
  return findingsOf(folder);
};

describe('a pack', () => {
  it('is read with topics, intents, background and groups', () => {
    const pack = loadCatalogue({ folders: [FIXTURE] });
    expect([...pack.topics.keys()]).toEqual(['help', 'leave', 'salary']);
    expect(pack.topics.get('salary')).toMatchObject({ dataClasses: ['pay'], guard: { en: ['how rich are they'] } });
    expect(pack.topics.get('leave')?.guard).toEqual({ en: [], de: [], fr: [], es: [] });
    expect(pack.intents.get('leave.booked')).toMatchObject({
      topic: 'leave',
      about: 'person',
      operation: 'leave.booked',
    });
    expect(pack.intents.get('salary.payday')).toMatchObject({ operation: null, sayOf: null, each: null, none: null });
    expect(pack.background.de).toEqual(['ein schöner Tag']);
    expect(pack.groups).toEqual(['night-shift']);
    expect(pack.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('says how often a person may ask about a topic, thirty times a minute unless told', () => {
    expect(loadCatalogue({ folders: [FIXTURE] }).topics.get('salary')?.mostPerMinute).toBe(30);
    const folder = copyOfPack();
    const path = join(folder, 'intents', 'salary.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace('topic: salary\n', 'topic: salary\nmostPerMinute: 5\n'));
    expect(loadCatalogue({ folders: [folder] }).topics.get('salary')?.mostPerMinute).toBe(5);
    for (const most of ['0', '1001', 'many', '1.5']) {
      expect(spoilt('intents/salary.yaml', 'topic: salary\n', `topic: salary\nmostPerMinute: ${most}\n`)).toContain(
        'mostPerMinute',
      );
    }
  });

  it('hashes alike when read again, and otherwise when a byte changes', () => {
    const folder = copyOfPack();
    const before = loadCatalogue({ folders: [folder] }).hash;
    expect(before).toBe(loadCatalogue({ folders: [FIXTURE] }).hash);
    writeFileSync(join(folder, 'background.yaml'), 'en: [another day]\nde: [ein anderer Tag]\n');
    expect(loadCatalogue({ folders: [folder] }).hash).not.toBe(before);
  });

  it('is laid over an earlier one: the same topic and intent are replaced, the others stay', () => {
    const over = folderWith({ 'background.yaml': 'en: [over]\nde: [drüber]\n' });
    mkdirSync(join(over, 'intents'));
    const leave = readFileSync(join(FIXTURE, 'intents/leave.yaml'), 'utf8');
    writeFileSync(
      join(over, 'intents/leave.yaml'),
      leave
        .replace('Days left', 'Days to go')
        .replace('the leave desk', 'somebody else')
        .replace(/ {2}leave\.booked:[\s\S]*/, ''),
    );
    const pack = loadCatalogue({ folders: [FIXTURE, over] });
    expect(pack.intents.get('leave.balance')?.title.en).toBe('Days to go');
    expect(pack.topics.get('leave')?.contact.en).toBe('somebody else');
    expect(pack.intents.has('leave.booked')).toBe(true);
    expect(pack.background.en).toEqual(['over']);
    expect(pack.intents.size).toBe(loadCatalogue({ folders: [FIXTURE] }).intents.size);
  });

  it('never blunts a guard by being laid over it: its sentences add up', () => {
    const over = folderWith({});
    mkdirSync(join(over, 'intents'));
    const salary = readFileSync(join(FIXTURE, 'intents/salary.yaml'), 'utf8');
    const guard = /^guard:\n(?: .*\n)+/m.exec(salary)?.[0] ?? '';
    expect(guard).toContain('how rich are they');
    const guardLaidOver = (text: string) => {
      writeFileSync(join(over, 'intents/salary.yaml'), text);
      return loadCatalogue({ folders: [FIXTURE, over] }).topics.get('salary')?.guard;
    };
    const before = loadCatalogue({ folders: [FIXTURE] }).topics.get('salary')?.guard;
    expect(guardLaidOver(salary.replace(guard, ''))).toEqual(before);
    expect(guardLaidOver(salary.replace(guard, 'guard: { en: [who is loaded], de: [wer ist reich] }\n'))).toEqual({
      en: [...(before?.en ?? []), 'who is loaded'],
      de: [...(before?.de ?? []), 'wer ist reich'],
      fr: [],
      es: [],
    });
  });

  it('refuses with every finding at once, each with file, place, what and how to mend it', () => {
    const folder = copyOfPack();
    const leave = join(folder, 'intents/leave.yaml');
    writeFileSync(
      leave,
      readFileSync(leave, 'utf8').replace('about: person', 'abuot: person').replace('de: Urlaub', 'fr: Congé'),
    );
    writeFileSync(join(folder, 'groups.yaml'), '[Night Shift]');
    const thrown = (() => {
      try {
        loadCatalogue({ folders: [folder] });
      } catch (error) {
        return error;
      }
      return null;
    })();
    expect(hasCode(thrown, 'pack-invalid')).toBe(true);
    const message = String(thrown);
    expect(message).toMatch(
      /leave\.yaml, line \d+, intents > leave\.balance: Unknown key "abuot"\. Correct the spelling/,
    );
    expect(message).toMatch(/leave\.yaml, line \d+, title: Unknown key "fr"\./);
    expect(message).toMatch(/leave\.yaml, line 2, title > de: This is missing\./);
    expect(message).toMatch(/groups\.yaml, line 1, 0: A group is lower-case/);
  });

  it.each([
    [
      'an intent outside its topic',
      'intents/leave.yaml',
      'leave.booked:',
      'salary.booked:',
      'does not begin with its topic',
    ],
    [
      'an id that does not fit the pattern',
      'intents/leave.yaml',
      'leave.booked:',
      'leave.Booked:',
      'not an id of an intent',
    ],
    ['the id that the guard has', 'intents/leave.yaml', 'leave.booked:', 'leave.suspected:', 'This id is taken'],
    [
      'the same id twice',
      'intents/leave.yaml',
      'leave.booked:',
      'leave.balance:',
      'not YAML that can be read safely (DUPLICATE_KEY)',
    ],
    ['a missing language', 'intents/leave.yaml', ', de: Resturlaub', '', 'title > de: This is missing'],
    ['fewer than five English examples', 'intents/help.yaml', ', commands', '', 'at least 5 needed'],
    ['a brace that stands alone', 'intents/leave.yaml', '{remaining} of', '{remaining of', 'A brace stands alone'],
    [
      'a placeholder that is no field name',
      'intents/leave.yaml',
      '{total} days',
      '{to tal} days',
      'A brace stands alone',
    ],
    ['languages that name different fields', 'intents/leave.yaml', 'von {total}', 'von {all}', 'name different fields'],
    [
      'a field where there is no record',
      'intents/salary.yaml',
      'On the 25th.',
      '"On the {day}."',
      'no record to take {day} from',
    ],
    ['a field above a list', 'intents/leave.yaml', '"Booked:"', '"Booked {from}:"', 'the line above a list'],
    [
      'an answer about somebody to a question about nobody',
      'intents/salary.yaml',
      'about: person',
      'about: nobody',
      'no answer about somebody',
    ],
    [
      'a value that is none of the known',
      'intents/leave.yaml',
      'about: person',
      'about: people',
      'Use one of: person, nobody',
    ],
    [
      'a sentence that stands for two intents',
      'intents/leave.yaml',
      'booked leave,',
      'Days left?,',
      'stands for leave.balance too',
    ],
    [
      'a sentence that is background as well',
      'background.yaml',
      'what a lovely day',
      'my payslip',
      'stands for salary.payslip too',
    ],
    [
      'a data class of another topic',
      'intents/leave.yaml',
      'data: [leave]',
      'data: [pay]',
      'belongs to the topic "leave" already',
    ],
    ['a control character', 'intents/leave.yaml', 'de: Resturlaub', 'de: "Rest\\u0007urlaub"', 'control character'],
    ['half a character', 'intents/leave.yaml', 'de: Resturlaub', 'de: "\\ud83d"', 'half a character'],
    ['a number where text belongs', 'intents/leave.yaml', 'de: Resturlaub', 'de: 12', 'This must be string'],
    ['an alias', 'intents/leave.yaml', 'data: [leave]', 'data: &d [leave]\nguard: *d', 'An alias (*) is used'],
    [
      'a tag that makes code of text',
      'intents/leave.yaml',
      'de: Resturlaub',
      'de: !!js/function "x"',
      'not YAML that can be read safely',
    ],
    ['a prototype key', 'intents/leave.yaml', 'leave.booked:', '__proto__:', 'The key "__proto__" is reserved'],
    ['a key that is not text', 'intents/leave.yaml', 'leave.booked:', '12:', 'A key is not text'],
  ])('refuses %s', (_, file, from, to, said) => {
    expect(spoilt(file, from, to)).toContain(said);
  });

  it('may leave its words to the description of an operation, all of them or none', () => {
    const say = '    say: { en: "{remaining} of {total} days.", de: "{remaining} von {total} Tagen." }\n';
    const folder = copyOfPack();
    const path = join(folder, 'intents/leave.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace(say, ''));
    expect(loadCatalogue({ folders: [folder] }).intents.get('leave.balance')).toMatchObject({ say: null, sayOf: null });
    const booked = '    say: { en: "Booked:", de: "Gebucht:" }\n';
    const half = spoilt('intents/leave.yaml', booked, '');
    for (const part of ['sayOf', 'each', 'none'])
      expect(half).toContain(`leave.booked > ${part}: It stands without say, and then the description`);
    const silent = spoilt('intents/leave.yaml', `    operation: leave.balance\n${say}`, '');
    expect(silent).toContain('Nothing says the answer: it has neither say nor an operation');
  });

  it('reads "no" and "NO" as words, as YAML 1.2 has it', () => {
    expect(spoilt('intents/leave.yaml', 'en: Days left', 'en: no')).toBe('');
  });

  it('refuses a second file of one topic in one folder', () => {
    const folder = copyOfPack();
    writeFileSync(join(folder, 'intents/zzz.yaml'), readFileSync(join(folder, 'intents/help.yaml')));
    expect(findingsOf(folder)).toContain('The topic "help" has a second file in this folder');
  });

  it('names a .yml file, which would otherwise be passed over in silence', () => {
    const folder = copyOfPack();
    writeFileSync(join(folder, 'intents/extra.yml'), '');
    expect(findingsOf(folder)).toContain('Let its name end in .yaml');
  });

  it('refuses a file that is too large, one that is not UTF-8, a missing folder and one without intents', () => {
    const folder = copyOfPack();
    writeFileSync(join(folder, 'intents/help.yaml'), `# ${'x'.repeat(256 * 1024)}`);
    writeFileSync(join(folder, 'background.yaml'), Buffer.from([0x65, 0x6e, 0x3a, 0xff]));
    expect(findingsOf(folder)).toMatch(/larger than 262144 bytes[\s\S]*not UTF-8/);
    expect(findingsOf(join(folder, 'nowhere'))).toContain('missing, empty or not readable');
    rmSync(join(folder, 'intents'), { recursive: true });
    expect(findingsOf(folder)).toContain('The pack has no intents');
  });

  it('refuses intents that it cannot read, rather than to take them for none', () => {
    const over = folderWith({ 'groups.yaml': '[night-shift]' });
    symlinkSync(join(over, 'gone'), join(over, 'intents'));
    const { catalogue, findings } = readCatalogue({ folders: [FIXTURE, over] });
    expect(catalogue).toBeNull();
    expect(findings.join()).toContain('intents: The folder cannot be read');
  });

  it('swells nothing: nested aliases are refused before they are followed', () => {
    const folder = copyOfPack();
    const levels = Array.from(
      { length: 20 },
      (_, n) =>
        `l${n}: &l${n} [${
          n === 0
            ? 'x'
            : Array(9)
                .fill(`*l${n - 1}`)
                .join(', ')
        }]`,
    );
    writeFileSync(join(folder, 'background.yaml'), levels.join('\n'));
    expect(findingsOf(folder)).toContain('An alias (*) is used');
  });
});
