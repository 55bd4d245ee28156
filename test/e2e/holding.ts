/** Hold, recall, forget and export the whole way: a command in a process of its own, a Sotto between stand-ins, and people in their chats. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import type { StoreConfig } from '../../src/config.ts';
import { transcriptsOf } from '../../src/core/held.ts';
import { lastSignIn } from '../../src/core/sign-in/grants.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { command, createCommands } from '../support/command.ts';
import { packFor } from '../support/pack.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

const PAY = 'what does Mona earn?';
const AMOUNT = '97,400';
const LEAVE = 'how many days of leave have I left?';

let stage: TestStage;
let folder: string;
let chosen: () => Promise<StoreConfig | undefined>;
const commands = createCommands(() => join(folder, 'data'));

const open = async (expiresSeconds: number | null): Promise<void> => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-holding-'));
  packFor({ folder: join(folder, 'pack'), expiresSeconds });
  const store = await chosen();
  stage = await openStage({
    folder,
    policiesFolder: join(folder, 'pack'),
    ...(store === undefined ? {} : { store }),
  });
};
const close = async (): Promise<void> => {
  await stage.end();
  rmSync(folder, { recursive: true, force: true });
};

const sotto = commands.run;
/** Gives an order and has it confirmed; what the command printed in the end. */
const ordered = async (by: readonly string[], ...args: readonly string[]) => {
  const commanded = sotto(...args);
  const code = await commanded.code();
  for (const who of by) await stage.ask({ who, says: code });
  return commanded.ended();
};
const shown = (who: string, on: PlatformName = 'slack'): string => {
  const person = stage.people.find(({ id }) => id === who);
  if (person === undefined) throw new Error(who);
  return stage.talks[on]
    .messages(person)
    .map(({ text }) => text)
    .join('\n');
};
const receiptOf = (out: string) => JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;

/** Over the embedded store, or over the one that is given. */
export const holding = (store: () => Promise<StoreConfig | undefined> = async () => undefined): void => {
  chosen = store;
  afterEach(() => commands.kill());

  describe('a legal hold', () => {
    beforeAll(() => open(2), 60_000);
    afterAll(close);

    it('keeps an answer beyond its time, on either platform, until two operators have lifted it', async () => {
      const placed = await ordered(['hana'], 'hold', 'place', '--person', 'pia', '--json');
      const hold = String((receiptOf(placed.out)['data'] as Record<string, unknown>)['hold']);
      for (const on of ['slack', 'teams'] as const)
        expect((await stage.ask({ who: 'pia', says: PAY, on })).said).toContain(AMOUNT);
      // Somebody who is not held, to know that time passes.
      const other = await stage.ask({ who: 'mona', says: 'what does Evan earn?' });
      expect(other.decision.verdict).toBe('refuse');
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      for (const on of ['slack', 'teams'] as const) expect(shown('pia', on)).toContain(AMOUNT);

      const list = await sotto('hold').ended();
      expect(list).toMatchObject({ status: 0, out: expect.stringContaining(`${hold}\n  on the person pia, since 20`) });

      const lifting = sotto('hold', 'lift', hold);
      const code = await lifting.code();
      expect((await stage.ask({ who: 'hana', says: code })).said).toContain('It needs another operator');
      expect((await stage.ask({ who: 'hana', says: code })).said).toContain('It needs another operator');
      expect((await stage.running.world.store.standing.current()).holds).toHaveLength(1);
      await stage.ask({ who: 'mona', says: code, on: 'teams' });
      expect(await lifting.ended()).toMatchObject({
        status: 0,
        out: expect.stringContaining(`The hold ${hold} is lifted`),
      });
      await until(() => !shown('pia').includes(AMOUNT) && !shown('pia', 'teams').includes(AMOUNT));
      expect(await sotto('hold', 'list', '--json').ended()).toMatchObject({ status: 0, out: '{"holds":[]}\n' });
    }, 60_000);

    it('keeps what was given before the data key was rotated and after it, also when the old key has left the vault', async () => {
      const placed = await ordered(['hana'], 'hold', 'place', '--person', 'pia', '--json');
      const hold = String((receiptOf(placed.out)['data'] as Record<string, unknown>)['hold']);
      const { sealer } = stage.running.world;
      const context = { tenant: 'T', person: 'pia', purpose: 'reply' } as const;
      const opens = (dataKey: string): boolean => {
        const other = createSealer({ dataKey: { current: dataKey, accepted: [dataKey] } });
        return sealer.open(context, other.seal(context, 'words')) !== null;
      };
      await stage.ask({ who: 'pia', says: PAY });
      const file = join(folder, 'data', 'secrets', 'data-key');
      const old = readFileSync(file, 'utf8').trim();
      const fresh = randomBytes(32).toString('base64');
      writeFileSync(`${file}.previous`, old, { mode: 0o600 });
      writeFileSync(file, fresh);
      await until(() => opens(fresh) && opens(old));
      await stage.ask({ who: 'pia', says: PAY });
      rmSync(`${file}.previous`);
      await until(() => !opens(old));
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      expect(shown('pia').split(AMOUNT)).toHaveLength(3);
      await ordered(['hana', 'mona'], 'hold', 'lift', hold);
      await until(() => !shown('pia').includes(AMOUNT));
    }, 60_000);

    it('is not ordered in words that mean nothing', async () => {
      for (const args of [
        ['hold', 'place'],
        ['hold', 'place', '--person', 'evan', '--topic', 'leave'],
        ['hold', 'lift'],
        ['hold', 'dance'],
        ['hold', 'place', '--person', 'two words'],
        ['hold', 'place', '--topic', 'weather'],
        ['hold', 'lift', 'nothing'],
      ])
        expect([args, await sotto(...args).ended()]).toMatchObject([args, { status: 2, out: '' }]);
    }, 60_000);
  });

  describe('what was shown and what is kept', () => {
    beforeAll(() => open(null), 60_000);
    afterAll(close);

    it('is recalled: answers go from both platforms, and only those', async () => {
      for (const on of ['slack', 'teams'] as const) {
        await stage.ask({ who: 'pia', says: PAY, on });
        await stage.ask({ who: 'evan', says: LEAVE, on });
      }
      const { status, out, err } = await ordered(['hana'], 'recall', '--topic', 'salary', '--json');
      expect([status, err, receiptOf(out)]).toMatchObject([0, '', { ok: true, data: { found: 2, gone: 2, held: [] } }]);
      for (const on of ['slack', 'teams'] as const) {
        expect(shown('pia', on)).not.toContain(AMOUNT);
        expect(shown('evan', on)).toMatch(/\d+ days/);
      }
      // What was to stay can be taken back as well, and who asks again gets a new answer.
      const all = await ordered(['mona'], 'recall', '--intent', 'leave.balance', '--since', '2020-01-01T00:00:00Z');
      expect(all).toMatchObject({ status: 0, out: expect.stringContaining('2 answers found') });
      expect(shown('evan')).not.toMatch(/\d+ days/);
      expect((await stage.ask({ who: 'evan', says: LEAVE })).said).toMatch(/\d+ days/);
    }, 90_000);

    it('is recalled from an open window as well: it is emptied', async () => {
      await stage.signIn('evan', 1);
      const person = stage.people.find(({ id }) => id === 'evan');
      if (person === undefined) throw new Error('evan');
      const ended = await stage.ask({ who: 'evan', says: 'show me my last payslip' });
      expect(await stage.press({ who: 'evan', ended })).toContain('4,843.58');
      const { status, out } = await ordered(['hana'], 'recall', '--intent', 'salary.payslip', '--json');
      expect([status, receiptOf(out)]).toMatchObject([0, { data: { found: 1, gone: 1 } }]);
      expect(stage.talks.slack.view(person)?.text).toContain('expired');
    }, 60_000);

    it('is not recalled without saying what', async () => {
      for (const args of [
        ['recall'],
        ['recall', '--all', '--topic', 'leave'],
        ['recall', '--all', '--since', 'yesterday'],
        ['recall', '--all', '--since', '2999-01-01T00:00:00Z'],
        ['recall', '--intent', 'leave.nothing'],
      ])
        expect([args, await sotto(...args).ended()]).toMatchObject([args, { status: 2, out: '' }]);
    }, 60_000);

    it('is exported into a file that nobody else can read, and that is never overwritten', async () => {
      await stage.ask({ who: 'evan', says: LEAVE });
      await stage.ask({ who: 'evan', says: PAY, on: 'teams' });
      const path = join(folder, 'evan.json');
      const { status, out } = await ordered(['hana', 'mona'], 'export', 'evan', '--to', path);
      expect([status, out]).toEqual([0, expect.stringContaining(`Written to ${path}`)]);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      const exported = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, readonly unknown[]>>;
      expect(exported).toMatchObject({ person: 'evan', questions: [], holds: [] });
      const { accounts = [], transcripts = [], answers = [], chatAddresses = [], auditEntries = [] } = exported;
      expect([accounts, transcripts, chatAddresses].map(({ length }) => length)).toEqual([2, 2, 1]);
      expect(answers.length).toBeGreaterThan(0);
      const kinds = new Set((auditEntries as readonly { readonly kind: string }[]).map(({ kind }) => kind));
      expect([...kinds].toSorted()).toEqual(['decision', 'disclosure']);
      // Not printed, and nothing of anybody else.
      expect(out).not.toContain('slack:');
      expect(JSON.stringify(exported)).not.toMatch(/pia|97,400/i);

      expect(await sotto('export', 'evan', '--to', path).ended()).toMatchObject({
        status: 2,
        err: expect.stringContaining('is not overwritten'),
      });
      writeFileSync(path, 'mine');
      await sotto('export', 'evan', '--to', path).ended();
      expect(readFileSync(path, 'utf8')).toBe('mine');
    }, 90_000);

    it('leaves no file behind where nothing was ordered', async () => {
      const path = join(folder, 'nobody.json');
      const ended = await command({ args: ['export', 'evan', '--to', path], data: join(folder, 'nowhere') }).ended();
      expect(ended).toMatchObject({ status: 2, err: expect.stringContaining('No Sotto runs on the folder') });
      expect(existsSync(path)).toBe(false);
    }, 60_000);

    it('is forgotten of a person, on both platforms, with a receipt of the four states', async () => {
      await stage.ask({ who: 'pia', says: PAY });
      await stage.ask({ who: 'pia', says: PAY, on: 'teams' });
      await stage.signIn('pia', 1);
      const talks = async () => {
        const accounts: string[] = [];
        for await (const { account } of transcriptsOf(stage.running.world)) accounts.push(account);
        return accounts;
      };
      const pia = stage.people.find(({ id }) => id === 'pia');
      const before = await talks();
      expect(before).toEqual(expect.arrayContaining([`slack:${pia?.slackUser}`, `teams:${pia?.teamsUser}`]));
      const { status, out } = await ordered(['hana'], 'forget', 'pia', '--json');
      expect([status, receiptOf(out)]).toMatchObject([
        0,
        {
          ok: true,
          data: {
            removed: { found: 2, gone: 2, leaving: 0 },
            shredded: { questions: 0, transcripts: 2, references: 1, signIns: 1 },
            held: { answers: [], platform: 'not known here' },
            neverOurs: [
              'own messages',
              'notification previews',
              'what was shown in a channel to them alone',
              'open Teams dialogs',
            ],
          },
        },
      ]);
      for (const on of ['slack', 'teams'] as const) expect(shown('pia', on)).not.toContain(AMOUNT);
      const left = await talks();
      expect(
        left.filter((account) => [pia?.slackUser, pia?.teamsUser].some((user) => account.endsWith(`:${user}`))),
      ).toEqual([]);
      expect(left).toHaveLength(before.length - 2);
      expect(await lastSignIn(stage.running.world, { person: 'pia', now: Date.now() })).toBeNull();
      for (const args of [['forget'], ['forget', 'a', 'b'], ['forget', 'pia', '--account', 'pia']])
        expect([args, await sotto(...args).ended()]).toMatchObject([args, { status: 2, out: '' }]);
    }, 90_000);
  });
};
