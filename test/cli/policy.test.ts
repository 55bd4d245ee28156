/** `sotto policy` and `sotto new`: how whoever writes a pack of their own begins one, and tries it out. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { command, type Ended } from '../support/command.ts';
import { learntBefore } from '../support/learnt-before.ts';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-policy-'));
  await learntBefore(join(folder, 'data'));
}, 120_000);
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sotto = (...args: readonly string[]): Promise<Ended> => command({ args, data: join(folder, 'data') }).ended();

/** With this folder as the pack of one's own. */
const withPack = (...args: readonly string[]): Promise<Ended> =>
  command({ args, data: join(folder, 'data'), env: { SOTTO_POLICIES: join(folder, 'pack') } }).ended();

const put = (name: string, text: string): void => {
  const path = join(folder, 'pack', name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
};

const got = (name: string): string => readFileSync(join(folder, 'pack', name), 'utf8');

describe('sotto policy test', () => {
  it('runs the examples of the pack that ships, 150 at least, and all are as they say', async () => {
    const { status, out } = await sotto('policy', 'test', '--json');
    expect(status).toBe(0);
    const { ok, examples, failed } = JSON.parse(out);
    expect({ ok, failed }).toEqual({ ok: true, failed: [] });
    expect(examples).toBeGreaterThanOrEqual(150);
  });

  it('says of an example that is not as it says where it stands, what was expected and what came, and runs those alone that are asked for', async () => {
    put(
      'examples/leave.yaml',
      [
        'examples:',
        '  - { as: evan, asks: "how many days of leave have I left?", expect: { outcome: refuse, by: [nobody-may] } }',
        '  - { as: carl, chooses: leave.balance, expect: { outcome: answer } }',
        '  - { as: carl, chooses: leave.balance, with: { kind: employee }, expect: { outcome: answer, by: [own-leave] } }',
      ].join('\n'),
    );
    const { status, out } = await withPack('policy', 'test', '--only', 'leave.yaml');
    expect(status).toBe(1);
    const [, fine, all] = /^(\d+) of (\d+) examples are as they say\.$/m.exec(out) ?? [];
    expect(Number(all) - Number(fine)).toBe(2);
    expect(Number(all)).toBeLessThan(80);
    expect(out).toContain('leave.yaml, line 2: evan asks "how many days of leave have I left?"');
    expect(out).toContain('  outcome: "refuse" expected, "answer" came');
    expect(out).toContain('  by: ["nobody-may"] expected, ["own-leave"] came');
    expect(out).toContain('leave.yaml, line 3: carl chooses leave.balance');
    expect(out).not.toContain('line 4');
  });

  it('says where there is none of those that are asked for', async () => {
    expect(await sotto('policy', 'test', '--only', 'nothing like it')).toMatchObject({
      status: 2,
      err: 'No example contains "nothing like it".\n',
    });
  });

  it('refuses examples that cannot be run, all at once, by file and line', async () => {
    put(
      'examples/odd.yaml',
      [
        'examples:',
        '  - { as: evan, expect: { outcome: answer } }',
        '  - { as: evan, asks: help, of: mona, expect: { outcome: answer } }',
        '  - { as: evan, asks: help, expect: { outcome: answr } }',
        '  - { as: evan, asks: help, plaice: direct, expect: { outcome: answer } }',
      ].join('\n'),
    );
    const whole = await withPack('policy', 'test');
    expect(whole.status).toBe(2);
    expect(whole.err).toContain('odd.yaml, line 4');
    expect(whole.err).toContain('Unknown key "plaice"');
    put(
      'examples/odd.yaml',
      'examples:\n  - { as: evan, expect: { outcome: answer } }\n  - { as: evan, asks: help, of: mona, expect: { outcome: answer } }',
    );
    const halves = await withPack('policy', 'test');
    expect(halves.err).toContain('odd.yaml, line 2: An example has either "asks" or "chooses".');
    expect(halves.err).toContain('odd.yaml, line 3: "of" says whom a chosen intent is about');
    expect((await withPack('check')).out).toContain('An example has either "asks" or "chooses".');
  });

  it('names whoever the directory has not', async () => {
    put('examples/odd.yaml', 'examples:\n  - { as: nemo, asks: help, expect: { outcome: answer } }');
    const { status, err } = await withPack('policy', 'test');
    expect(status).toBe(2);
    expect(err).toContain('Nobody in the directory has the id "nemo".');
  });

  it('says what there is where it is asked for something else', async () => {
    const { status, err } = await sotto('policy', 'taste');
    expect(status).toBe(2);
    expect(err).toContain('"sotto policy test"');
  });
});

describe('sotto new intent', () => {
  it('begins an intent that permits nobody anything new, and says what is still to be written', async () => {
    const { status, out } = await withPack('new', 'intent', 'leave.sabbatical');
    expect(status).toBe(0);
    for (const file of ['intents/leave.yaml', 'rules.cedar', 'examples/leave.yaml', 'schemas'])
      expect(out).toContain(join(folder, 'pack', file));
    expect(readdirSync(join(folder, 'pack', 'schemas'))).toContain('topic.schema.json');
    // The head of the topic comes along, for a later file of a topic replaces it.
    expect(got('intents/leave.yaml')).toContain('data: [leave, sickness, leave-request]');
    const unfinished = await withPack('check');
    expect(unfinished.status).toBe(1);
    expect(unfinished.out).toContain('Something is still to be filled in ("FILL IN"), in 10 places, first here.');
  });

  it('is answered once it is filled in and its rule is decided on', async () => {
    await withPack('new', 'intent', 'leave.sabbatical');
    put('intents/leave.yaml', got('intents/leave.yaml').replaceAll(/FILL IN ([^"]*)/g, 'sabbatical: $1'));
    // The topic's own rule permits it to employees about themselves already; the new one is for contractors too.
    put(
      'rules.cedar',
      got('rules.cedar')
        .replaceAll(/^\/\/ (?=@id|permit|;)/gm, '')
        .replace('"employee"', '"contractor"'),
    );
    const [guests] = /^ {2}- .* as: gus.*$/m.exec(got('examples/leave.yaml')) ?? [];
    put(
      'examples/leave.yaml',
      `examples:\n${guests}\n  - { as: carl, chooses: leave.sabbatical, expect: { outcome: answer, by: [leave-sabbatical] } }`,
    );
    expect(await withPack('policy', 'test', '--only', 'leave.sabbatical')).toMatchObject({
      status: 0,
      out: expect.stringContaining('2 of 2 examples are as they say.'),
    });
  });

  it('adds to what stands there and loses nothing of it', async () => {
    await withPack('new', 'intent', 'parking.spot');
    put('intents/parking.yaml', `# Ours.\n${got('intents/parking.yaml')}\n`);
    await withPack('new', 'intent', 'parking.permit', '--operation', 'leave.balance');
    const text = got('intents/parking.yaml');
    expect(text.startsWith('# Ours.\n')).toBe(true);
    expect(text).toContain('  parking.spot:\n');
    expect(text).toContain('  parking.permit:\n');
    expect(text).toContain('    operation: leave.balance\n');
    expect(got('rules.cedar').match(/@id/g)).toHaveLength(2);
    expect(got('examples/parking.yaml').match(/as: gus/g)).toHaveLength(2);
  });

  it.each([
    ['an id that is none', ['leave'], 'is not the id of an intent'],
    ['the name of a suspicion', ['leave.suspected'], 'is taken'],
    ['one that ships', ['leave.balance'], 'The pack that ships has "leave.balance" already'],
    ['an operation that is none', ['leave.x', '--operation', 'Leave Balance'], 'is not an operation'],
  ])('refuses %s, and writes nothing', async (_, args, sentence) => {
    const { status, err } = await withPack('new', 'intent', ...args);
    expect(status).toBe(2);
    expect(err).toContain(sentence);
    expect(() => readdirSync(join(folder, 'pack'))).toThrow();
  });

  it('refuses to begin the same one twice, and to add where the end of the file is no place for it', async () => {
    await withPack('new', 'intent', 'parking.spot');
    expect((await withPack('new', 'intent', 'parking.spot')).err).toContain('has "parking.spot" already');
    put('intents/parking.yaml', `${got('intents/parking.yaml')}mostPerMinute: 3\n`);
    const before = got('rules.cedar');
    expect((await withPack('new', 'intent', 'parking.other')).err).toContain('does not end in "intents:"');
    expect(got('rules.cedar')).toBe(before);
  });

  it('says that it needs a folder', async () => {
    const { status, err } = await sotto('new', 'intent', 'parking.spot');
    expect(status).toBe(2);
    expect(err).toContain('--policies DIR');
  });
});
