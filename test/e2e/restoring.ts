/** A machine is lost and comes back from a backup: real processes and commands, between platforms and an HR system that outlive them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openArchive } from '../../src/adapters/archive/archive.ts';
import type { Store } from '../../src/core/ports.ts';
import { stretchKeysIn } from '../../src/main/backup/stretch-keys.ts';
import { command, type Ended } from '../support/command.ts';
import { makeCrowd, type Somebody, TEAM, TENANT } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { PLAIN_RESTRICTION, publishIn } from '../support/restricting.ts';
import { readTrail } from '../support/trail.ts';
import { until } from '../support/until.ts';

/** More than Slack lets go at once, so that whoever asks meanwhile has to wait. */
const ASKERS = 8;
const EXPIRES_SECONDS = 25;

const PEOPLE = makeCrowd({ count: ASKERS + 3, payroll: ASKERS });
const [EVAN, HELD, EARNER, ...PAYROLL] = PEOPLE as [Somebody, Somebody, Somebody, ...Somebody[]];

const PAY = `what does ${EARNER.name} earn?`;
const AMOUNT = EARNER.annual.toLocaleString('en-US');
const LEAVE = 'how many days of leave have I left?';

export interface Lost {
  /** What the processes and commands are told; null: the embedded store. */
  readonly url: string | null;
  /** Opens the same store, while nobody else has it. */
  readonly open: (dataFolder: string) => Promise<Store>;
  /** Takes away all that was in it. */
  readonly lose: () => Promise<void>;
  readonly end: () => Promise<void>;
}

/** Every byte of the backups as they lie there, and as they open with the data key: archives by it, stretches by what these hold. */
const everything = async (folder: string, dataKey: string): Promise<readonly [string, string]> => {
  let [sealed, open] = ['', ''];
  const stretchKeys = new Set<string>();
  for (const kind of ['state', 'audit']) {
    for (const name of readdirSync(join(folder, kind))) {
      const bytes = readFileSync(join(folder, kind, name));
      sealed += bytes.toString('latin1');
      const archive = await openArchive({ name, bytes, dataKey: { accepted: [dataKey, ...stretchKeys] } });
      open += JSON.stringify(archive.header);
      let body = '';
      for await (const piece of archive.body()) body += piece.toString();
      open += body;
      if (kind === 'audit') continue;
      const rows = body
        .trim()
        .split('\n')
        .map((line): { is: string; id: string; value: string } => JSON.parse(line));
      const keys = rows.filter(({ is }) => is === 'hash-key');
      for (const { key } of stretchKeysIn(keys)) stretchKeys.add(key);
    }
  }
  return [sealed, open];
};

export const restoring = (name: string, make: () => Promise<Lost>): void => {
  describe(`a machine that is lost, on ${name}`, () => {
    let lost: Lost;
    let fleet: Fleet;
    let data: string;
    let backups: string;
    beforeEach(async () => {
      lost = await make();
      fleet = await openFleet(1, {
        people: PEOPLE,
        ...(lost.url === null ? {} : { store: lost.url }),
        expiresSeconds: EXPIRES_SECONDS,
        settings: () => ({ SOTTO_BACKUP_TO: `folder:${backups}` }),
        unlike: { quick: true },
      });
      data = join(fleet.folder, 'data-0');
      backups = join(fleet.folder, 'backups');
      mkdirSync(backups, { mode: 0o700 });
    }, 60_000);
    afterEach(async () => {
      await fleet.end();
      await lost.end();
    });

    const sotto = (...args: readonly string[]): Promise<Ended> =>
      command({ args, data, env: { ...fleet.environment(0), NODE_NO_WARNINGS: '1' } }).ended();
    const one = () => {
      const [process] = fleet.processes;
      if (process === undefined) throw new Error('there is one');
      return process;
    };
    const shown = (who: Somebody): string =>
      JSON.stringify(fleet.slack.history({ user: who.slackUser }).filter(({ bot }) => bot !== null));

    it('comes back from its backup: restricted, held, on record, and what fell due meanwhile leaves before anybody is answered', async () => {
      const store = await lost.open(data);
      await publishIn(store.restrictions, {
        restriction: {
          ...PLAIN_RESTRICTION,
          id: 'salary',
          title: 'Salary',
          forbids: ['salary'],
          exceptGroups: ['payroll'],
          words: { en: 'HR keeps this to payroll.' },
        },
      });
      await store.standing.placeHold({ id: 'h1', on: 'person', what: HELD.id, placedAt: Date.now(), by: 'boss' });
      await store.close();

      await one().start();
      for (const who of PAYROLL) await fleet.say({ on: 'slack', who, text: PAY });
      await until(() => PAYROLL.every((who) => shown(who).includes(AMOUNT)), 60_000);
      const asked = await fleet.say({ on: 'teams', who: EVAN, text: LEAVE });
      await until(() =>
        readTrail(data).some((entry) => entry.kind === 'disclosure' && entry.question === asked.question),
      );
      const shownBy = Date.now();

      // Without being told, one is there within seconds of the start.
      await until(() => existsSync(join(backups, 'state')) && readdirSync(join(backups, 'state')).length > 0, 30_000);
      const took = performance.now();
      const taken = await sotto('backup', '--json');
      const backupMs = performance.now() - took;
      expect(taken).toMatchObject({ status: 0, err: '' });
      const { places } = JSON.parse(taken.out) as { readonly places: readonly { readonly archive: string }[] };
      const listed = JSON.parse((await sotto('backup', 'list', '--json')).out) as {
        readonly archives: readonly { readonly name: string; readonly restrictions: { readonly hash: string } }[];
      };
      const [newest] = listed.archives;
      expect(newest?.name).toBe(places[0]?.archive);

      const wrong = await sotto('backup', '--to', 'ftp://elsewhere');
      expect(wrong).toMatchObject({ status: 2, err: expect.stringContaining('Azure Blob Storage') });

      // The whole machine goes, in the middle of it.
      await one().kill();
      rmSync(data, { recursive: true });
      await lost.lose();
      expect(Date.now() - shownBy).toBeLessThan(EXPIRES_SECONDS * 1_000);
      expect(PAYROLL.every((who) => shown(who).includes(AMOUNT))).toBe(true);

      const refused = await sotto('restore', '--approved', '0123456789abcdef');
      expect(refused).toMatchObject({ status: 2, err: expect.stringContaining('not the approved one') });
      expect(existsSync(data)).toBe(false);

      // An older place that is named hides no newer one of the settings.
      mkdirSync(join(fleet.folder, 'elsewhere'), { mode: 0o700 });
      const tried = await sotto('restore', '--dry-run', '--from', `folder:${join(fleet.folder, 'elsewhere')}`);
      expect(tried).toMatchObject({ status: 0, err: '', out: expect.stringContaining(`${newest?.name} opens`) });
      expect(existsSync(data)).toBe(false);

      await new Promise((resolve) => setTimeout(resolve, EXPIRES_SECONDS * 1_000 - (Date.now() - shownBy) + 500));
      const begun = performance.now();
      const restored = await sotto('restore', '--approved', newest?.restrictions.hash ?? '');
      const restoreMs = performance.now() - begun;
      expect(restored).toMatchObject({ status: 0, err: '' });
      expect(restored.out).toContain('1 restrictions');
      expect(restored.out).toContain('1 legal holds');
      expect(restored.out).toContain(`${ASKERS} of them should have left by now`);
      expect(existsSync(join(data, 'restoring'))).toBe(false);

      // What was asked in vain is asked again at once.
      const before = fleet.slack.requests().length;
      await one().start();
      const startMs = performance.now() - begun;
      await fleet.say({ on: 'slack', who: EVAN, text: LEAVE });
      await until(() => shown(EVAN).includes(String(EVAN.left)), 60_000);
      const calls = fleet.slack
        .requests()
        .slice(before)
        .filter(({ ok }) => ok);
      const answered = calls.findIndex(
        ({ method, args }) => method === 'chat.postMessage' && JSON.stringify(args).includes(String(EVAN.left)),
      );
      const removed = calls.slice(0, answered).filter(({ method }) => method === 'chat.delete');
      expect(answered).toBeGreaterThan(-1);
      expect(removed).toHaveLength(ASKERS);
      for (const who of PAYROLL) expect(shown(who)).not.toContain(AMOUNT);
      const answerMs = performance.now() - begun;

      // Restricted as before, and payroll is not.
      await fleet.say({ on: 'slack', who: EVAN, text: PAY });
      await until(() => shown(EVAN).includes('HR keeps this to payroll.'), 60_000);
      const teams = await fleet.say({ on: 'teams', who: EVAN, text: LEAVE });
      await until(
        () => readTrail(data).some((entry) => entry.kind === 'disclosure' && entry.question === teams.question),
        60_000,
      );

      // The record goes on where it stood, in a new log; nothing of the old one is missing or can be written to.
      expect(await sotto('audit', 'verify')).toMatchObject({ status: 0 });
      expect(readdirSync(join(data, 'audit')).toSorted()).toEqual([
        'slot-0',
        expect.stringMatching(/^slot-[0-9a-f]{8}-0$/),
      ]);
      const trail = readTrail(data);
      expect(trail.filter(({ kind }) => kind === 'disclosure').length).toBeGreaterThanOrEqual(ASKERS + 3);
      expect(trail.filter((entry) => entry.kind === 'restored')).toMatchObject([{ archive: newest?.name, untried: 0 }]);
      // Whoever asked before is recognised in it as the one who asks now.
      const persons = trail.flatMap((entry) =>
        entry.kind === 'decision' && [asked.question, teams.question].includes(entry.question) ? [entry.person] : [],
      );
      expect(persons).toHaveLength(2);
      expect(new Set(persons).size).toBe(1);
      await one().stop();
      const again = await lost.open(data);
      try {
        expect((await again.standing.current()).holds).toMatchObject([{ id: 'h1', what: HELD.id }]);
        expect((await again.restrictions.current()).restrictions).toMatchObject([{ id: 'salary' }]);
        expect(await again.snapshots.restored()).toBeNull();
        const chats = await again.references.of({ tenant: TENANT, owner: `teams:${EVAN.teamsUser}`, now: Date.now() });
        expect(chats.length).toBeGreaterThan(0);
      } finally {
        await again.close();
      }

      // Where none runs the command takes it itself, to a further place as well.
      mkdirSync(join(fleet.folder, 'further'), { mode: 0o700 });
      const alone = await sotto('backup', '--to', `folder:${join(fleet.folder, 'further')}`);
      expect(alone).toMatchObject({ status: 0, err: '' });
      expect(readdirSync(join(fleet.folder, 'further', 'state'))).toHaveLength(1);
      expect(readdirSync(join(fleet.folder, 'further', 'audit')).toSorted()).toMatchObject([
        expect.stringContaining('.slot-0.'),
        expect.stringMatching(/\.slot-[0-9a-f]{8}-0\./),
      ]);

      // And a log that goes missing after that is missed.
      rmSync(join(data, 'audit', 'slot-0'), { recursive: true });
      await one().start();
      expect(one().output()).toContain('"name":"slot-0","event":"audit.lost"');
      await one().stop();

      // Whatever lies in the backups, nobody's words do, sealed or not; and sealed nothing can be read.
      const [sealed, open] = await everything(backups, fleet.secret('data-key'));
      expect(open).toContain('"kind":"decision"');
      expect(open).toContain('HR keeps this to payroll.');
      for (const word of [EARNER.name, AMOUNT, PAY, LEAVE]) expect(open).not.toContain(word);
      for (const word of ['payroll', 'decision', TEAM, EVAN.slackUser]) expect(sealed).not.toContain(word);
      console.log(
        `On ${name}: backup by command ${Math.round(backupMs)} ms, restore by command ${Math.round(restoreMs)} ms, listening after ${Math.round(startMs)} ms, first answer after ${Math.round(answerMs)} ms (${ASKERS} removals were due, and Slack takes 5 at once).`,
      );
    }, 180_000);
  });
};
