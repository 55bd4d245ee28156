/**
 * What a store, and copies of it, hold of words: nothing in clear at any time; sealed, only while it is needed; and nothing at all of
 * either once the time of an answer and of a talk is over. One suite for both stores.
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFolderPlace } from '../../../src/adapters/files/backup-folder.ts';
import { createSealer } from '../../../src/adapters/sealer/sealer.ts';
import type { Store } from '../../../src/core/ports.ts';
import { KEPT_WITHIN_MS } from '../../../src/core/recording.ts';
import { decisionContext } from '../../../src/core/sealing.ts';
import { listStates, openState } from '../../../src/main/backup/choose.ts';
import { createCanaries, found } from '../../support/canaries.ts';
import { command } from '../../support/command.ts';
import { makeCrowd, type Somebody } from '../../support/crowd.ts';
import { type Fleet, type FleetSecret, openFleet } from '../../support/fleet.ts';
import type { SottoProcess } from '../../support/sotto-process.ts';
import { until } from '../../support/until.ts';

export interface Kept {
  /** What the process is told; null: the embedded store. */
  readonly url: string | null;
  /** Lies in the vault as `redis-password`; null: none is needed. */
  readonly password: string | null;
  /** Opens the same store, while nobody else has it. */
  open(dataFolder: string): Promise<Store>;
  /** Every byte that it has on the disk. */
  bytes(dataFolder: string): Buffer;
  /** Copies that are made of it in the way of its own; by what they are. */
  copies(): Promise<Readonly<Record<string, Buffer>>>;
  /** Lets it overwrite what it keeps of the past for itself; what it still held until then is in `before`. */
  rewrite(): Promise<void>;
  /** True: what was shredded stays in its files until it rewrites them. */
  readonly keepsPast: boolean;
  end(): Promise<void>;
}

/** Every byte of these files, one after the other. */
export const bytesOf = (folder: string, only: (name: string) => boolean = () => true): Buffer =>
  Buffer.concat(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && only(entry.name))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
  );

const FIGURE = 841_726_393;
const DAY_MS = 24 * 60 * 60_000;
const SECRETS: readonly FleetSecret[] = ['data-key', 'slack-signing-secret', 'slack-bot-token', 'teams-app-password'];

/** Sealed values, as they are written. */
const sealedIn = (bytes: Buffer): ReadonlySet<string> =>
  new Set(bytes.toString('latin1').match(/s[12]\.[\w-]{4,32}\.[\w-]{140,}/g) ?? []);

/** Pieces of one behind the part that wrapping anew changes: long enough to be nobody else's, short enough to be left in a corner of a page. */
const piecesOf = (sealed: string): readonly string[] => {
  const body = sealed.slice(sealed.lastIndexOf('.') + 1).slice(90);
  return [body.slice(0, 24), body.slice(-24)];
};

export const atRest = (name: string, make: () => Promise<Kept>): void => {
  describe(`the words of people, kept in ${name}`, () => {
    const canaries = createCanaries();
    const people = makeCrowd({ count: 8, payroll: 6 }).map(
      (person, n): Somebody =>
        n === 0
          ? {
              ...person,
              name: `${canaries.letters('a first name')} ${canaries.letters('a last name')}`,
              annual: Number(canaries.add('pay', String(FIGURE))),
            }
          : person,
    );
    const [subject] = people as [Somebody];
    const askers = people.slice(2);
    let kept: Kept;
    let fleet: Fleet;
    let one: SottoProcess;
    let data: string;
    let backups: string;
    /** Sealed values of questions, answers and talks, as they lay there when they were needed. */
    const sealed = new Set<string>();

    beforeAll(async () => {
      kept = await make();
      fleet = await openFleet(1, {
        people,
        ...(kept.url === null ? {} : { store: kept.url }),
        expiresSeconds: 3,
        settings: () => ({ SOTTO_BACKUP_TO: `folder:${backups}`, SOTTO_LOG_LEVEL: 'debug' }),
        unlike: { quick: true, leaseMs: 1_000 },
      });
      [one] = fleet.processes as [SottoProcess];
      data = join(fleet.folder, 'data-0');
      backups = join(fleet.folder, 'backups');
      mkdirSync(backups, { mode: 0o700 });
      for (const secret of SECRETS) canaries.add(`the secret ${secret}`, fleet.secret(secret));
      canaries.add('the secret audit-signing-key', fleet.secret('audit-signing-key').split('\n')[1] ?? '');
      if (kept.password !== null) {
        canaries.add('the secret redis-password', kept.password);
        fleet.putSecret('redis-password', kept.password);
      }
    }, 60_000);
    afterAll(async () => {
      await fleet.end();
      await kept.end();
    });

    const bytes = (): Buffer => Buffer.concat([kept.bytes(data), bytesOf(data)]);
    const secretly = (where: Buffer | string): readonly string[] => found(where, canaries.all());
    const pay = (canary: string): string => `how much does ${subject.name} earn a year? ${canaries.word(canary)}`;
    const shown = (): boolean =>
      (['slack', 'teams'] as const).some((on) =>
        askers.some((who) => fleet.talks[on].messages(who).some(({ text }) => text.includes('841,726,393'))),
      );

    it('lie there sealed and never in clear, when whoever works on them dies', async () => {
      for (const [n, on] of (['slack', 'teams'] as const).entries()) {
        await one.start({ dieAt: 'after commit', once: join(fleet.folder, `died-${on}`) });
        const who = askers[n] as Somebody;
        // The stand-ins send again what was not answered; the answer comes from whoever is back.
        const asked = fleet.say({ on, who, text: pay(`a question from ${on}`) });
        await one.ended();
        const at = bytes();
        const before = sealed.size;
        for (const value of sealedIn(at)) {
          sealed.add(value);
          expect(piecesOf(value).every((piece) => piece.length === 24 && at.includes(piece))).toBe(true);
        }
        // The question, its answer, and what the talk was about.
        expect(sealed.size - before).toBeGreaterThanOrEqual(3);
        expect(secretly(at)).toEqual([]);
        await one.start();
        const { question } = await asked;
        await until(
          () => fleet.trail().some((entry) => entry.kind === 'disclosure' && entry.question === question),
          60_000,
        );
        await one.kill();
      }
    }, 120_000);

    it('are in no backup and in no copy, neither in its bytes nor in what they say once they are opened', async () => {
      await one.start();
      for (const on of ['slack', 'teams'] as const)
        for (const who of askers.slice(2)) await fleet.say({ on, who, text: pay(`another question from ${on}`) });
      await until(shown, 30_000);
      const env = { ...fleet.environment(0), NODE_NO_WARNINGS: '1' };
      const taken = await command({ args: ['backup', '--json'], data, env }).ended();
      expect(taken).toMatchObject({ status: 0, err: '' });
      const raw = bytesOf(backups);
      expect(raw.length).toBeGreaterThan(1_000);
      expect(secretly(raw)).toEqual([]);

      const current = fleet.secret('data-key');
      const { states } = await listStates([createFolderPlace({ folder: backups })], Date.now());
      expect(states.length).toBeGreaterThan(0);
      let removals = false;
      for (const state of states) {
        const open = await openState(state, { current, accepted: [current] });
        const rows: unknown[] = [];
        for await (const row of open.rows()) rows.push(row);
        const said = JSON.stringify(rows);
        removals ||= said.includes('"is":"removal"');
        expect(secretly(said)).toEqual([]);
        // Nor anything that could be opened into words later.
        expect([...sealed].filter((value) => piecesOf(value).some((piece) => said.includes(piece)))).toEqual([]);
      }
      // It is the state of this store: what must still leave is in it.
      expect(removals).toBe(true);
      for (const [what, copy] of Object.entries(await kept.copies())) {
        expect([what, copy.length > 0]).toEqual([what, true]);
        expect([what, secretly(copy)]).toEqual([what, []]);
      }
      // What was judged comes to the store behind the question; killed before, nothing of it would be there to be looked at.
      await new Promise((resolve) => setTimeout(resolve, KEPT_WITHIN_MS));
      // What is put back from it is as silent.
      await one.kill();
      const again = join(fleet.folder, 'restored');
      const restored = await command({
        args: ['restore'],
        data: again,
        env: { ...env, SOTTO_DATA: again, SOTTO_STORE: `sqlite:${join(again, 'sotto.db')}` },
      }).ended();
      expect(restored).toMatchObject({ status: 0 });
      expect(secretly(restored.out + restored.err)).toEqual([]);
      expect(secretly(bytesOf(again))).toEqual([]);
      await one.start();
    }, 120_000);

    it('are gone once their time is over, the sealed ones too, byte by byte', async () => {
      await until(() => !shown(), 60_000);
      await until(() => fleet.trail().filter(({ kind }) => kind === 'removal').length >= askers.length, 60_000);
      await one.stop();
      // Of the talks, which end a day after they began.
      const store = await kept.open(data);
      await store.conversations.sweep({ now: Date.now() + 2 * DAY_MS });
      const judged = (await store.decisions.scan({ since: 0, cursor: null, limit: 1_000 })).decisions;
      const kinds = new Map<string, string>();
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<Store['sealed']['scan']>> = await store.sealed.scan({ cursor, limit: 1_000 });
        for (const { value, kind } of page.values) kinds.set(value, kind);
        cursor = page.cursor;
      } while (cursor !== null);
      await store.close();
      const still = (where: Buffer): readonly string[] => {
        const text = where.toString('latin1');
        return [...sealed].filter((value) => piecesOf(value).some((piece) => text.includes(piece)));
      };
      const before = bytes();
      expect(secretly(before)).toEqual([]);
      if (kept.keepsPast) expect(still(before).length).toBeGreaterThan(0);
      await kept.rewrite();
      const after = bytes();
      expect(secretly(after)).toEqual([]);
      // What was judged stays for thirty days, to try changes of the rules on; it says what, and not in which words.
      const current = fleet.secret('data-key');
      const sealer = createSealer({ dataKey: { current, accepted: [current] } });
      const requests = judged.map(({ id, owner, value }) => sealer.open(decisionContext({ owner, id }), value) ?? '');
      expect(requests.length).toBeGreaterThanOrEqual(askers.length);
      expect(requests.filter((request) => !request.includes('"suspected"'))).toEqual([]);
      expect(secretly(requests.join('\n'))).toEqual([]);
      // What else stays is no words: where the chats are reached, the key of the keyed hashes, and those that names in the audit log open by.
      const stays = sealedIn(after);
      expect(still(after).filter((value) => !stays.has(value))).toEqual([]);
      // In a file whatever stands behind one may look like the rest of it.
      const kindOf = (value: string) => [...kinds].find(([known]) => value.startsWith(known))?.[1] ?? 'of nothing kept';
      expect([...new Set([...stays].map(kindOf))].toSorted()).toEqual([
        'decision',
        'hash-key',
        'name-key',
        'reference',
      ]);
      expect([...sealed].filter((value) => !stays.has(value)).length).toBeGreaterThanOrEqual(6);
    }, 120_000);

    it('were in no log of all that', () => {
      expect(found(fleet.processes.map((each) => each.output()).join('\n'), canaries.all())).toEqual([]);
    });

    it('would have been found', () => {
      expect(secretly(Buffer.concat([bytes(), Buffer.from(canaries.word('a question from slack'))]))).toEqual([
        'a question from slack, as plain',
      ]);
    });
  });
};
