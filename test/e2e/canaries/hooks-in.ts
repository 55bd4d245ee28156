/** What systems report, and what comes to their doors from anybody else. */
import type { CanaryStage } from '../../support/canary-stage.ts';
import { report, type Sending, ticketClosed } from '../../support/hooked.ts';
import { until } from '../../support/until.ts';
import type { Path } from './path.ts';

const answered = async (stage: CanaryStage, sending: Sending, wanted: number): Promise<void> => {
  const status = await report(stage.process.url(), sending);
  if (status !== wanted) throw new Error(`answered ${status}, not ${wanted}`);
};

export const HOOKS_IN: readonly Path[] = [
  {
    name: 'a report that is told, with more in it than is declared',
    go: async (stage) => {
      const who = stage.somebody();
      const title = stage.canaries.word('the title of a ticket');
      const sending = ticketClosed({
        event: stage.canaries.word('the id of a report'),
        who: who.id,
        number: stage.canaries.word('the number of a ticket'),
        title,
        more: { internal: stage.canaries.word('a field that is not declared') },
      });
      await answered(stage, sending, 200);
      await until(() => stage.fleet.talks.slack.messages(who).some(({ text }) => text.includes(title)));
      await answered(stage, sending, 409);
    },
  },
  {
    name: 'a report about nobody, whose id is words',
    go: async (stage) => {
      const who = stage.canaries.word('what a system calls somebody unknown');
      await answered(stage, ticketClosed({ event: 'unknown-one', who }), 200);
      await until(() => stage.fleet.trail().some((entry) => entry.kind === 'reported' && entry.outcome === 'nobody'));
    },
  },
  {
    name: 'reports that are not proved, and proved ones that cannot be read',
    go: async (stage) => {
      const word = stage.canaries.word('the words of a forged report');
      const sound = ticketClosed({ event: word, who: word, title: word });
      const headers = { ...sound.headers, 'webhook-signature': word, 'webhook-id': word, 'x-forwarded-for': word };
      await answered(stage, { ...sound, headers }, 401);
      await answered(stage, { ...sound, headers: { ...sound.headers, 'webhook-timestamp': word } }, 401);
      await answered(stage, { ...sound, body: `${sound.body} ` }, 401);
      await answered(stage, { ...sound, path: `/hooks/${word}` }, 404);
      await answered(stage, { ...sound, headers: { ...sound.headers, 'content-type': `text/${word}` } }, 415);
      await answered(stage, ticketClosed({ event: word, who: `${word} ${word}` }), 400);
      await answered(stage, ticketClosed({ event: word, who: word, more: { more: word.repeat(400) } }), 413);
    },
  },
];
