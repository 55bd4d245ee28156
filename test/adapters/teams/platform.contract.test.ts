import { GENERAL } from '../../../playground/teams/conversations.ts';
import { readableTeams } from '../../../playground/teams/readable.ts';
import { filledIn, readableForm } from '../../../playground/teams/readable-form.ts';
import { inputId, toChoice } from '../../../src/adapters/teams/inputs.ts';
import type { Changed } from '../../../src/core/ports.ts';
import type { Form } from '../../../src/core/types.ts';
import { platformContract } from '../../contracts/platform.ts';
import { type BothWays, HUGO, openBothWays } from './both-ways.ts';
import { EVAN, openOutward, TENANT } from './outward.ts';

const VERBS = {
  post: 'activity.create',
  update: 'activity.update',
  remove: 'activity.delete',
  whisper: 'activity.create',
} as const;
const HOW = {
  limited: '429',
  'lost-after': '502-after',
  'lost-before': 'reset',
  refused: 'BotNotInConversationRoster',
} as const;

platformContract('Teams', async () => {
  const bench = await openOutward();
  const { standIn, direct } = bench;
  const asking: BothWays[] = [];
  const ours = () => standIn.history({ user: EVAN }).filter(({ bot }) => bot === standIn.botUserId);
  return {
    platform: bench.platform,
    known: { tenant: TENANT, user: EVAN, channel: direct },
    unknown: { tenant: TENANT, user: EVAN, channel: null },
    channel: GENERAL,
    read: (ref) => {
      const message = ours().find(({ channel, ts }) => channel === ref.channel && ts === ref.id);
      return message === undefined ? null : JSON.stringify(readableTeams(message));
    },
    standing: () => ours().filter(({ channel }) => channel === direct).length,
    whispered: () => ours().flatMap((message) => (message.channel === GENERAL ? [readableTeams(message).text] : [])),
    pinged: () => ours().flatMap(({ pings }) => pings),
    failNext: (verb, how) => standIn.fail({ verb: VERBS[verb], how: HOW[how] }),
    ask: async (form, then) => {
      const outcomes: Changed[] = [];
      const both = await openBothWays({
        open: async (_press, view) => void outcomes.push(await view.ask(form)),
        submit: async (_submit, view) => void outcomes.push(await view.ask(then ?? form)),
      });
      asking.push(both);
      await both.press();
      const dialog = () => both.standIn.dialogs({ user: HUGO })[0];
      const idOf = new Map(form.fields.map((field) => [field.name, inputId(field)]));
      const [asked = { ok: false, fault: 'never', code: 'not-asked' }] = outcomes;
      return {
        asked,
        read: () => {
          const standing = dialog();
          return standing === undefined ? null : JSON.stringify(readableForm(standing) ?? standing.text);
        },
        send: async (values) => {
          const standing = dialog();
          if (standing === undefined) return null;
          const byId = Object.entries(values).map(([name, chosen]) => [
            idOf.get(name),
            chosen.map(choiceOf(form, name)),
          ]);
          const before = both.submitted.length;
          await both.standIn.submit({
            user: HUGO,
            id: standing.id,
            filled: filledIn(standing, Object.fromEntries(byId)),
          });
          return both.submitted[before] ?? null;
        },
      };
    },
    close: async () => {
      for (const both of asking) await both.close();
      await bench.close();
    },
  };
});

/** As a client knows what is chosen. */
const choiceOf =
  (form: Form, name: string) =>
  (value: string): string => {
    const kind = form.fields.find((field) => field.name === name)?.kind;
    return kind === 'one' || kind === 'many' ? toChoice(value) : value;
  };
