/** A real process whose log lies on a disk that is full, read-only, hanging or wiped: people are told sorry, and no backend is asked. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { repliesIn } from '../../src/core/replies/replies.ts';
import { openServing, type Serving } from '../support/serving.ts';
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { readTrail } from '../support/trail.ts';
import { until } from '../support/until.ts';

const EVAN = 'U0EVAN0000';
const LEAVE = 'how many days of leave have I left?';
const SORRY = repliesIn('en').apology;

let s: Serving;
let disk: SmallDisk;
let audit: string;
beforeEach(async () => {
  s = await openServing({ expiresSeconds: 600, quick: true });
  audit = join(s.folder, 'data', 'audit');
  disk = mountSmallDisk({ image: join(s.folder, 'image'), at: audit });
}, 60_000);
afterEach(async () => {
  // Before the kill: a write that hangs cannot be killed.
  disk.thaw();
  await s.kill();
  disk.unmount();
  await s.end();
});

const says = async (text: string): Promise<string> => {
  const before = s.shownTo(EVAN).length;
  await s.slack.say({ user: EVAN, text });
  await until(
    () =>
      s
        .shownTo(EVAN)
        .slice(before)
        .some((shown) => !shown.includes('One moment')),
    60_000,
  );
  return s.shownTo(EVAN).slice(before).join('\n');
};
/** The last block of a file has room for an entry or two yet, which are as durable as any. */
const isFull = async (): Promise<void> => {
  disk.fill();
  await until(async () => (await says(LEAVE)).includes(SORRY), 60_000);
};
const nothingIsAnswered = async (): Promise<void> => {
  const asked = s.backend.requests().length;
  for (let time = 0; time < 2; time++) {
    const shown = await says(LEAVE);
    expect(shown).toContain(SORRY);
    expect(shown).not.toMatch(/\d days/);
  }
  expect(s.backend.requests()).toHaveLength(asked);
};
const isAnsweredAgain = async (): Promise<void> => {
  const asked = s.backend.requests().length;
  await until(async () => /\d/.test(await says(LEAVE)) && s.backend.requests().length > asked, 60_000, 500);
};

it('whoever asks while the disk of the log is full, read-only or hanging is told sorry and no backend is asked, and once it is well they are answered, without a restart; of one that is wiped, nobody is', async () => {
  await s.start();
  expect(await says(LEAVE)).not.toContain(SORRY);
  expect(s.backend.requests().length).toBeGreaterThan(0);

  await isFull();
  await nothingIsAnswered();
  // The log that failed holds no file of it open, so that it can be made read-only.
  disk.readOnly(true);
  await nothingIsAnswered();
  disk.readOnly(false);
  disk.clear();
  await isAnsweredAgain();

  disk.freeze();
  await nothingIsAnswered();
  disk.thaw();
  await isAnsweredAgain();
  const answered = readTrail(join(s.folder, 'data')).filter((e) => e.kind === 'decision' && e.verdict === 'answer');
  expect(answered.length).toBeGreaterThanOrEqual(s.backend.requests().length);

  for (const name of readdirSync(audit)) rmSync(join(audit, name), { recursive: true });
  await nothingIsAnswered();
  expect(readTrail(join(s.folder, 'data'))).toEqual([]);
}, 300_000);
