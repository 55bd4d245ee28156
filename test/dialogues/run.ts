/**
 * Scripted talks: every YAML file beside this one is a list of dialogues that anybody can extend without TypeScript. Each is
 * held on both platforms, over either store: what people are told must not depend on where they ask.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import type { StagePlace } from '../../playground/places.ts';
import type { SlackMode, StoreConfig } from '../../src/config.ts';
import { repliesIn } from '../../src/core/replies/replies.ts';
import { dropSignIns } from '../../src/core/sign-in/grants.ts';
import { type PlatformName, VIEW_ACTION } from '../../src/core/types.ts';
import { roomyPack } from '../support/pack.ts';
import { type Ended, openStage, type TestStage } from '../support/stage.ts';

const outcome = z.strictObject({
  verdict: z.enum(['answer', 'refuse', 'step-up', 'private-only', 'which', 'unknown', 'throttled']),
  intent: z.string().optional(),
  contains: z.array(z.string()).optional(),
  lacks: z.array(z.string()).optional(),
  /** Of the message; of a view's, that is the one with its button. */
  leaves: z.boolean().optional(),
  show: z.enum(['message', 'hold-reveal', 'view']).optional(),
  backend: z.array(z.string()).optional(),
  /** Where it stands: in the private chat, or where it was asked, for nobody else. */
  stands: z.enum(['private', 'here']).optional(),
  /** The labels of all its buttons. */
  buttons: z.array(z.string()).optional(),
});

const dialogue = z.strictObject({
  title: z.string(),
  /** Default: both. */
  on: z.array(z.enum(['slack', 'teams'])).optional(),
  steps: z
    .array(
      z.strictObject({
        who: z.enum(['erin', 'evan', 'mona', 'hugo', 'hana', 'pia', 'carl', 'gus', 'xena']),
        where: z.enum(['direct', 'group', 'channel', 'shared']),
        /** Default: by a message. */
        by: z.enum(['message', 'command', 'form']).optional(),
        /** In a thread there. */
        thread: z.boolean().optional(),
        /** Minutes since a strong sign-in; without it there is none. */
        signedIn: z.int().min(0).optional(),
        says: z.string(),
        repeat: z.int().min(1).optional(),
        /** They ask so often, each time with the same outcome. */
        times: z.int().min(1).optional(),
        expect: outcome,
        /** They sign in then, and what they asked comes to this, without being asked again. */
        signsIn: outcome.optional(),
        /** What becomes of the answer: a button that is answered at once, its time that is up, a button that asks. In order. */
        then: z
          .array(
            z.union([
              z.strictObject({ press: z.string(), told: z.array(z.string()) }),
              z.strictObject({ left: z.array(z.string()) }),
              z.strictObject({ press: z.string(), answered: z.array(z.string()) }),
            ]),
          )
          .optional(),
      }),
    )
    .min(1),
});

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.yaml'));
const dialogues = files.flatMap((file) =>
  z.array(dialogue).parse(parse(readFileSync(`${import.meta.dirname}/${file}`, 'utf8'))),
);

type Dialogue = z.infer<typeof dialogue>;

/** Runs every dialogue on both platforms, over a store that is asked for once; by `socket`, on Slack alone: nothing else has one. */
export const runDialogues = (
  name: string,
  store: () => Promise<StoreConfig | undefined>,
  slackMode: SlackMode = 'http',
): void => {
  describe(`the scripted dialogues, over ${name}`, () => {
    let stage: TestStage;
    let folder: string;
    beforeAll(async () => {
      const chosen = await store();
      folder = mkdtempSync(join(tmpdir(), 'sotto-roomy-'));
      const policiesFolder = roomyPack(folder);
      stage = await openStage({ policiesFolder, slackMode, ...(chosen === undefined ? {} : { store: chosen }) });
    });
    afterAll(async () => {
      await stage?.end();
      rmSync(folder, { recursive: true, force: true });
    });

    it('are at least forty, each with a title of its own', () => {
      expect(new Set(dialogues.map(({ title }) => title)).size).toBe(dialogues.length);
      expect(dialogues.length).toBeGreaterThanOrEqual(40);
    });

    const platforms: readonly PlatformName[] = slackMode === 'http' ? ['slack', 'teams'] : ['slack'];
    describe.each(platforms)('on %s', (on) => {
      const here = dialogues.filter(({ on: only }) => only?.includes(on) !== false);
      it.each(here.map((each) => [each.title, each] as const))('%s', async (_, { steps }) => {
        // What was refused in one dialogue slows no other down.
        await stage.forgetTalks();
        for (const step of steps) {
          for (let n = 0; n < (step.times ?? 1); n++) await take(stage, on, step);
        }
      });
    });
  });
};

const take = async (stage: TestStage, on: PlatformName, step: Dialogue['steps'][number]): Promise<void> => {
  await dropSignIns(stage.running.world, { person: step.who });
  if (step.signedIn !== undefined) await stage.signIn(step.who, step.signedIn);
  const called = stage.backend.requests().length;
  const { who, where, by, thread } = step;
  const says = step.says.repeat(step.repeat ?? 1);
  const ended = await stage.ask({
    who,
    where,
    on,
    says,
    ...(by === undefined ? {} : { by }),
    ...(thread === undefined ? {} : { thread }),
  });
  const at = await standsAt(stage, { on, who, where, ended });
  if (step.expect.stands !== undefined) expect(at).toBe(step.expect.stands);
  await compare(stage, who, { ended, called, wanted: step.expect });
  for (const act of step.then ?? []) {
    if ('left' in act) contains(await stage.leave({ who, ended }), act.left);
    else if ('told' in act) contains(await stage.tell({ who, ended, label: act.press }), act.told);
    else {
      const again = await stage.askBy({ who, ended, label: act.press });
      const { intent } = ended.decision;
      // What was refused on a suspicion may have been recognised or only been close.
      expect(again.decision).toMatchObject({ verdict: 'answer', ...(intent === null ? {} : { intent }) });
      contains(again.said, act.answered);
    }
  }
  if (step.signsIn === undefined) return;
  const anew = stage.backend.requests().length;
  await compare(stage, who, { ended: await stage.signInFor({ who, ended }), called: anew, wanted: step.signsIn });
};

/** What may stand in a shared place, and never more than for one pair of eyes. */
const LINES = (['en', 'de'] as const).flatMap((locale) => {
  const { answeredInPrivate, aside } = repliesIn(locale);
  return [answeredInPrivate, aside.taken];
});

/** Where the answer stands. Whatever the bot said in the place is for the asker alone, and tells nothing but such an answer. */
const standsAt = async (
  stage: TestStage,
  o: { readonly on: PlatformName; readonly who: string; readonly where: StagePlace; readonly ended: Ended },
): Promise<'private' | 'here'> => {
  const person = stage.people.find(({ id }) => id === o.who);
  if (person === undefined) throw new Error(`nobody is called ${o.who}`);
  const talk = stage.talks[o.on];
  const { disclosure } = o.ended;
  const place = talk.channelOf(person, o.where);
  const here = o.where !== 'direct' && disclosure?.channel === place;
  if (o.where === 'direct') return 'private';
  for (const message of talk.messages(person)) {
    if (message.channel !== place || message.from === 'person') continue;
    // Teams shows nobody of another company a message of their own: that line is read by all, and tells as little.
    if (o.on === 'slack' || o.where !== 'shared') expect(message.ephemeral).toBe(true);
    if (inPlace.has(message.id) || (here && message.id === disclosure.message)) inPlace.add(message.id);
    else for (const line of message.text.split('\n')) expect(LINES).toContain(line);
  }
  return here ? 'here' : 'private';
};

/** Answers that stand in a place, by policy. */
const inPlace = new Set<string>();

/** `called`: how often the backend had been called before. */
const compare = async (
  stage: TestStage,
  who: string,
  o: { readonly ended: Ended; readonly called: number; readonly wanted: z.infer<typeof outcome> },
): Promise<void> => {
  const { ended, called, wanted } = o;
  const { decision, disclosure } = ended;
  // Where the answer is shown on a press, it is pressed: the words are those of the view, the end is the message's.
  const inView = ended.visible.includes(VIEW_ACTION);
  const shown = inView ? await stage.press({ who, ended }) : ended.visible;
  // Slack names each block at random, and buttons carry what is sealed: any two digits may stand there.
  const visible = shown.replaceAll(/"(?:block_id|value)":"[^"]*"/g, '');
  expect({ verdict: decision.verdict, reasons: decision.reasons }).toMatchObject({ verdict: wanted.verdict });
  if (wanted.intent !== undefined) expect(decision.intent).toBe(wanted.intent);
  for (const words of wanted.contains ?? []) expect(visible.toLowerCase()).toContain(words.toLowerCase());
  for (const words of wanted.lacks ?? []) expect(visible.toLowerCase()).not.toContain(words.toLowerCase());
  if (wanted.buttons !== undefined) expect(ended.buttons).toEqual(wanted.buttons);
  if (wanted.show !== undefined) expect(decision.show).toBe(wanted.show);
  if (inView) for (const words of wanted.contains ?? []) expect(ended.said).not.toContain(words);
  if (wanted.leaves !== undefined) expect(disclosure?.removeAt !== null).toBe(wanted.leaves);
  if (wanted.backend !== undefined) {
    const operations = stage.backend
      .requests()
      .slice(called)
      .map(({ operation }) => operation);
    expect(operations).toEqual(wanted.backend);
  }
};

const contains = (text: string, words: readonly string[]): void => {
  for (const some of words) expect(text.toLowerCase()).toContain(some.toLowerCase());
};
