/** How a process ends, and does not begin. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CanaryStage } from '../../support/canary-stage.ts';
import { command } from '../../support/command.ts';
import { TENANT } from '../../support/crowd.ts';
import { OWN_LEAVE } from '../../support/reckoning.ts';
import { until } from '../../support/until.ts';
import type { Path } from './path.ts';

/** Starts with these settings laid over, and sees that it does not; what it says must hold no canary. */
export const refuses = async (stage: CanaryStage, settings: Readonly<Record<string, string>>): Promise<string> => {
  const env = { ...stage.fleet.environment(0), SOTTO_DATA: join(stage.fleet.folder, 'refused'), ...settings };
  const commanded = command({ args: ['serve'], data: env.SOTTO_DATA, env });
  const late = setTimeout(commanded.kill, 180_000);
  const { status, out, err } = await commanded.ended();
  clearTimeout(late);
  stage.answered(out + err);
  if (status !== 2) throw new Error(`it ended with ${status}: ${out}${err}`);
  return out + err;
};

export const ENDS: readonly Path[] = [
  {
    name: 'a stop while questions are on their way',
    go: async (stage) => {
      const word = stage.canaries.word('a question during a stop');
      const laid = { path: /\/standin\/backend\//, status: 200, body: '', how: 'hang' } as const;
      const [slack, teams] = [stage.lay(laid), stage.lay(laid)];
      const said = await Promise.all(
        (['slack', 'teams'] as const).map((on) =>
          stage.fleet.say({ on, who: stage.somebody(), text: `${OWN_LEAVE} ${word}` }),
        ),
      );
      await Promise.all([slack(), teams()]);
      await stage.process.stop();
      // At rest, with two questions in the store that wait.
      const left = await stage.leaks(stage.canaries.all());
      if (left.length > 0) throw new Error(left.join('\n'));
      await stage.process.start();
      for (const { question } of said) await stage.ended(question);
    },
  },
  {
    name: 'kill -9 while a question is on its way',
    go: async (stage) => {
      const word = stage.canaries.word('a question during a kill');
      const given = stage.lay({ path: /\/standin\/backend\//, status: 200, body: '', how: 'hang' });
      const { question } = await stage.fleet.say({ on: 'slack', who: stage.somebody(), text: `${OWN_LEAVE} ${word}` });
      await given();
      await stage.process.kill();
      const left = await stage.leaks(stage.canaries.all());
      if (left.length > 0) throw new Error(left.join('\n'));
      await stage.process.start();
      await until(
        () => stage.fleet.trail().some((entry) => 'question' in entry && entry.question === question),
        60_000,
      );
    },
  },
  {
    name: 'an error that nobody caught',
    go: async (stage) => {
      const word = stage.canaries.word('an error that nobody caught');
      writeFileSync(join(stage.fleet.folder, 'bomb.txt'), word);
      stage.explode();
      if ((await stage.process.ended()) !== 1) throw new Error('it lives on');
      if (!stage.process.output().includes('Sotto ended by an error that it did not expect (Error)'))
        throw new Error(`it did not say so: ${stage.process.output().slice(-2_000)}`);
      await stage.process.start();
    },
  },
  {
    name: 'a start with a file of people that is broken',
    go: async (stage) => {
      const word = stage.canaries.word('the directory: what stands in a broken file at the start');
      const path = join(stage.fleet.folder, 'broken.yaml');
      for (const [broken, says] of [
        [`people:\n  - { id: ${word}, name: "${word}\n`, 'it is not YAML at line'],
        [`${word}: [\n- *${word}\n&${word} !!${word}`, 'it is not YAML at line'],
        [JSON.stringify({ people: [{ id: 1, name: word, accounts: word }] }), 'people.0.id'],
      ] as const) {
        writeFileSync(path, broken);
        const said = await refuses(stage, { SOTTO_DIRECTORY: `file:${path}` });
        if (!said.includes(says)) throw new Error(said);
      }
    },
  },
  {
    name: 'settings with secrets in them',
    go: async (stage) => {
      const word = stage.canaries.word('a password in a setting');
      for (const settings of [
        { SOTTO_STORE: `rediss://someone:${word}@redis.example:6380` },
        { SOTTO_STORE: `redis://someone:a@${word}@redis.example:6380` },
        { SLACK_API_URL: `http://someone:${word}@127.0.0.1:1/` },
        { SLACK_API_URL: `https://someone:x@${word}@a.example/` },
        { SLACK_API_URL: `https://a.example/?token=${word}#${word}` },
        { SOTTO_VAULT: `https://someone:${word}@sotto.vault.azure.net` },
        { SLACK_BOT_TOKEN: word, SLACK_SIGNING_SECRET: word, TEAMS_APP_PASSWORD: word, REDIS_PASSWORD: word },
        { SOTTO_NEW: word },
        { SOTTO_DIRECTORY: `entra:${TENANT}`, GRAPH_URL: `http://someone:${word}@a.example` },
      ]) {
        const said = await refuses(stage, settings as Readonly<Record<string, string>>);
        if (!said.includes('Sotto does not start:')) throw new Error(said);
      }
    },
  },
  {
    name: 'settings that make Node or a library print',
    go: async (stage) => {
      const word = stage.canaries.word('a setting that prints');
      for (const settings of [
        { NODE_DEBUG: `http,net,${word}` },
        { DEBUG: `*,${word}` },
        { AZURE_LOG_LEVEL: `verbose${word}` },
        { NODE_OPTIONS: `--report-dir=/tmp/${word}` },
      ]) {
        const said = await refuses(stage, settings as Readonly<Record<string, string>>);
        if (!/sotto serve does not start:\n- /.test(said)) throw new Error(said);
      }
    },
  },
];
