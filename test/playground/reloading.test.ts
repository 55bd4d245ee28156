import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Playing, startPlayground } from '../../playground/playground.ts';
import { sharedModels } from '../support/shared-model.ts';
import { until } from '../support/until.ts';

let folder: string;
let pack: string;
let playing: Playing;
const said: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-reload-'));
  pack = join(folder, 'pack');
  mkdirSync(join(pack, 'intents'), { recursive: true });
  write('groups.yaml', '[night-shift]\n');
  playing = await startPlayground({
    dataFolder: join(folder, 'data'),
    host: '127.0.0.1',
    port: 0,
    opsPort: 0,
    policiesFolder: pack,
    say: (text) => said.push(text),
    unsafeModelCache: sharedModels(),
  });
}, 60_000);
afterAll(async () => {
  await playing.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const write = (name: string, text: string): void => writeFileSync(join(pack, name), text);

const QUESTION = 'where do I park my spaceship';

const PARKING = `topic: parking
title: { en: Parking, de: Parken }
contact: { en: the porter, de: die Pforte }
data: []
intents:
  parking.spaceship:
    title: { en: Where spaceships stand, de: Wo Raumschiffe stehen }
    about: nobody
    say: { en: On the roof., de: Auf dem Dach. }
    examples:
      en:
        - ${QUESTION}
        - spaceship parking
        - may I land my spaceship here
        - is there room for a spaceship
        - spaceship parking spot
      de: [wo parke ich mein Raumschiff]
`;

const answerOf = async (): Promise<string> => {
  const { stage } = playing;
  const evan = stage.people.find(({ id }) => id === 'evan');
  if (evan === undefined) throw new Error('the sample has lost Evan');
  const before = stage.talks.slack.messages(evan).length;
  await stage.talks.slack.say({ person: evan, place: 'direct', text: QUESTION });
  await until(() => stage.talks.slack.messages(evan).length >= before + 2, 30_000);
  return stage.talks.slack.messages(evan).at(-1)?.text ?? '';
};

/** Waits until so many sentences were said, and gives the last. */
const told = async (count: number): Promise<string> => {
  await until(() => said.length >= count, 60_000);
  return said.at(-1) ?? '';
};

describe('the playground', () => {
  it('takes a changed pack at once, at the same address, and what was said stays; one that would not start changes nothing', async () => {
    const { url } = playing.stage.running;
    expect(await answerOf()).not.toBe('On the roof.');

    write('intents/parking.yaml', PARKING);
    write(
      'rules.cedar',
      '@id("parking")\npermit (principal, action in Action::"parking", resource)\nwhen { principal in [Group::"employee"] };\n@id("sounds")\npermit (principal, action == Action::"parking.suspected", resource);\n',
    );
    expect(await told(1)).toBe('The pack changed and is in force.');
    expect(playing.stage.running.url).toBe(url);
    expect(await answerOf()).toBe('On the roof.');

    write('rules.cedar', '@id("parking")\npermit (principal in Group::"emploiees", action, resource);\n');
    expect(await told(2)).toMatch(/would not start[\s\S]*emploiees/);
    expect(await answerOf()).toBe('On the roof.');
  }, 120_000);
});
