/** Everything that comes back from where Sotto asks: the HR system, both platforms, the directory. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CanaryStage, Laid } from '../../support/canary-stage.ts';
import { OWN_LEAVE } from '../../support/reckoning.ts';
import { until } from '../../support/until.ts';
import type { Path } from './path.ts';

type Json = Readonly<Record<string, unknown>>;

const JSON_TYPE = { 'content-type': 'application/json' };
const PLATFORMS = ['slack', 'teams'] as const;

/** Ways in which somebody asked can answer wrongly, with words in every place that an answer has. */
export const wrong = (word: string): Readonly<Record<string, Omit<Laid, 'path'>>> => ({
  'an error with a page': { status: 500, reason: word, headers: { 'x-error': word }, body: `<html>${word}</html>` },
  'an error in JSON': {
    status: 400,
    headers: JSON_TYPE,
    body: JSON.stringify({ error: { code: word, message: word } }),
  },
  'a refusal': { status: 403, headers: { 'www-authenticate': `Bearer error="${word}"` }, body: word },
  'a redirect': { status: 302, headers: { location: `https://a.example/${word}` }, body: word },
  'no JSON': { status: 200, headers: JSON_TYPE, body: `{"a":"${word}` },
  'another type': { status: 200, headers: { 'content-type': word }, body: word },
  'half an answer': { status: 200, headers: JSON_TYPE, body: `{"a":"${word}"`, how: 'reset' },
  'too many requests': { status: 429, headers: { 'retry-after': '1', 'x-why': word }, body: word },
  'a code that is none': {
    status: 200,
    headers: JSON_TYPE,
    body: JSON.stringify({ ok: false, error: word, needed: word }),
  },
  'a code and details': {
    status: 200,
    headers: JSON_TYPE,
    body: JSON.stringify({ ok: false, error: 'fatal_error', errors: [word], response_metadata: { messages: [word] } }),
  },
});

/** One question for each wrong answer, all at once, on this platform. */
const each = async (
  stage: CanaryStage,
  o: { readonly from: string; readonly on: 'slack' | 'teams'; readonly path: RegExp; readonly method?: string },
): Promise<void> => {
  const { path, method } = o;
  const answers = Object.values(wrong(stage.canaries.word(o.from)));
  const given = answers.map((laid) => stage.lay({ path, ...(method === undefined ? {} : { method }), ...laid }));
  const asked = answers.map(() => stage.ask({ on: o.on, who: stage.somebody(), text: OWN_LEAVE }));
  await Promise.all([...given.map((met) => met()), ...asked]);
};

/** A system that asks to be left alone is, for a second; whoever asks meanwhile meets nothing. */
const MOST_TRIES = 5;
const REST_MS = 1_100;

/** The same of the HR system, one after the other. */
const eachOfHr = async (
  stage: CanaryStage,
  { from, on }: { readonly from: string; readonly on: 'slack' | 'teams' },
): Promise<void> => {
  for (const answer of Object.values(wrong(stage.canaries.word(from)))) {
    const given = stage.lay({ path: /\/standin\/backend\//, ...answer });
    const met = { was: false };
    const meeting = given().then(() => {
      met.was = true;
    });
    for (let tries = 0; tries < MOST_TRIES && !met.was; tries++) {
      if (tries > 0) await sleep(REST_MS);
      await stage.ask({ on, who: stage.somebody(), text: OWN_LEAVE });
      await sleep(0);
    }
    await meeting;
  }
};

/**
 * Somebody of payroll asks what the subject earns; returns once that has ended and left again. `mustRead`: they read it meanwhile,
 * which they need not where it met so many wrong answers that its time was over.
 */
const pay = async (
  stage: CanaryStage,
  on: 'slack' | 'teams',
  { mustRead }: { readonly mustRead: boolean },
): Promise<void> => {
  const who = stage.somebody(true);
  const figure = stage.subject.annual.toLocaleString('en-US');
  const reads = (): boolean => stage.fleet.talks[on].messages(who).some(({ text }) => text.includes(figure));
  const asked = stage.ask({ on, who, text: `what does ${stage.subject.name} earn?` });
  if (mustRead) await until(reads, 30_000);
  await asked;
  await until(() => !reads(), 30_000);
};

/** As many who read what the subject earns, each of whom meets one of these wrong answers on the way; all at once. */
const wrongly = async (
  stage: CanaryStage,
  o: Omit<Laid, 'status' | 'body' | 'how'> & {
    readonly from: string;
    readonly on: 'slack' | 'teams';
    readonly how: readonly string[];
  },
): Promise<void> => {
  const { from, on, how, ...where } = o;
  const answers = wrong(stage.canaries.word(from));
  const given = how.map((one) => stage.lay({ ...where, ...(answers[one] as Omit<Laid, 'path'>) }));
  await untilMet(given, () => how.map(() => pay(stage, on, { mustRead: false })));
};

/** What was shown has met what was laid by before this, ms. */
const SOON_MS = 5_000;

/** On a busy machine an answer's few seconds may be over before anybody is asked to show it: then it is asked for again. */
const untilMet = async (
  given: readonly (() => Promise<void>)[],
  asking: () => readonly Promise<unknown>[],
): Promise<void> => {
  let over = false;
  const met = Promise.all(given.map((one) => one())).finally(() => {
    over = true;
  });
  const asked = async (): Promise<void> => {
    do {
      await Promise.all(asking());
      await Promise.race([met, sleep(SOON_MS)]);
    } while (!over);
  };
  await Promise.all([met, asked()]);
};

const backendFields = (word: string, who: string): Json => ({
  person: who,
  remaining: word,
  total: word,
  planned: word,
});

export const OUTWARD: readonly Path[] = [
  {
    name: 'an answer of the HR system, which is shown, and leaves again',
    go: async (stage) => {
      stage.canaries.add('a figure that is shown', String(stage.subject.annual));
      await Promise.all(PLATFORMS.map((on) => pay(stage, on, { mustRead: true })));
    },
  },
  ...PLATFORMS.map(
    (on): Path => ({
      name: `errors of the HR system, for a question from ${on}`,
      go: (stage) => eachOfHr(stage, { from: `HR system: what it says wrongly (${on})`, on }),
    }),
  ),
  {
    name: 'records of the HR system that are none, or are about somebody else',
    go: async (stage) => {
      for (const on of PLATFORMS) {
        const word = stage.canaries.word(`HR system: a record (${on})`);
        const deep = `${'{"a":'.repeat(40)}"${word}"${'}'.repeat(40)}`;
        const who = stage.somebody();
        for (const body of [
          JSON.stringify(backendFields(word, who.id)),
          JSON.stringify({ ...backendFields(word, who.id), person: word }),
          JSON.stringify({ [word]: word }),
          JSON.stringify([word]),
          deep,
          JSON.stringify({ person: who.id, remaining: 1, total: 2, planned: 3, note: word, more: { text: word } }),
        ]) {
          const given = stage.lay({ path: /\/standin\/backend\//, status: 200, headers: JSON_TYPE, body });
          const asked = stage.ask({ on, who, text: OWN_LEAVE });
          await given();
          await asked;
        }
      }
    },
  },
  {
    name: 'an HR system that never answers',
    go: async (stage) => {
      const word = stage.canaries.word('a question while the HR system hangs');
      const laid = { path: /\/standin\/backend\//, status: 200, body: '', how: 'hang' } as const;
      const given = stage.lay(laid);
      const asked = stage.logs(() => stage.ask({ on: 'slack', who: stage.somebody(), text: `${OWN_LEAVE} ${word}` }), {
        event: 'backend.failed',
      });
      await given();
      await asked;
    },
  },
  {
    name: 'errors of Slack, when an answer is posted',
    beside: true,
    go: (stage) =>
      each(stage, {
        from: 'Slack: what it says wrongly of a post',
        on: 'slack',
        path: /\/slack\/api\/chat\.postMessage/,
      }),
  },
  {
    name: 'errors of Slack, when an answer is filled in or taken back',
    beside: true,
    go: async (stage) => {
      for (const method of ['chat.update', 'chat.delete'])
        await wrongly(stage, {
          on: 'slack',
          path: new RegExp(`/slack/api/${method}`),
          from: `Slack: what it says wrongly of ${method}`,
          how: ['an error with a page', 'a code that is none', 'half an answer'],
        });
    },
  },
  {
    name: 'errors of Teams, when an answer is posted',
    beside: true,
    go: (stage) =>
      each(stage, {
        from: 'Teams: what it says wrongly of a post',
        on: 'teams',
        path: /\/standin\/teams\/connector\/v3\/conversations/,
        method: 'POST',
      }),
  },
  {
    name: 'errors of Teams, when an answer is filled in or taken back',
    beside: true,
    go: async (stage) => {
      for (const method of ['PUT', 'DELETE'])
        await wrongly(stage, {
          on: 'teams',
          path: /\/standin\/teams\/connector\//,
          method,
          from: `Teams: what it says wrongly of ${method}`,
          how: ['an error with a page', 'half an answer'],
        });
      const word = stage.canaries.word('Teams: what it refuses for good');
      const { 'an error in JSON': never } = wrong(word);
      const given = stage.lay({
        path: /\/standin\/teams\/connector\//,
        method: 'PUT',
        ...(never as Omit<Laid, 'path'>),
      });
      const text = `what does ${stage.subject.name} earn?`;
      await untilMet([given], () => [stage.ask({ on: 'teams', who: stage.somebody(true), text })]);
    },
  },
  {
    name: 'a file of people that is broken',
    go: async (stage) => {
      const path = join(stage.fleet.folder, 'people.yaml');
      const whole = readFileSync(path, 'utf8');
      const word = stage.canaries.word('the directory: what stands in a broken file');
      const who = stage.somebody();
      const unreadable = (): number => stage.process.output().split('directory.unreadable').length;
      try {
        for (const broken of [`${word}: [`, JSON.stringify({ people: [{ id: word, [word]: word }] })]) {
          const before = unreadable();
          writeFileSync(path, broken);
          // The file is looked at when somebody asks, and not at every question.
          await until(async () => {
            await stage.ask({ on: 'slack', who, text: OWN_LEAVE });
            return unreadable() > before;
          }, 30_000);
        }
      } finally {
        writeFileSync(path, whole);
      }
    },
  },
];
