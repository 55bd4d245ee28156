import type { ModalView } from '@slack/types';
import { codeOf } from '../../core/errors.ts';
import type { Changed, Clock, Log, OpenedView } from '../../core/ports.ts';
import { type MessageRef, type Submit, VIEW_CHANNEL } from '../../core/types.ts';
import type { Fields } from './read.ts';
import type { Submission } from './submission.ts';

/** Forms that are being answered at once. */
const MOST_AT_ONCE = 64;

/** What was sent before is known by its id alone. */
const MOST_KNOWN = 1_000;

/** Slack shows what it is answered a moment later, and a change that overtakes the answer would be undone by it. ms. */
const AFTER_ANSWER_MS = 500;

/** What Slack is answered: what the view shows from now on, or that it may close. `unavailable`: nothing became of it. */
export type SubmitAnswer =
  | { readonly kind: 'update'; readonly view: ModalView }
  | { readonly kind: 'close' }
  | { readonly kind: 'unavailable' };

/** A form on its way through the core. */
export interface Sent {
  /** What the core said first, as soon as it said it. Never rejects. */
  readonly answer: Promise<SubmitAnswer>;
  /** It takes longer than Slack waits: the answer is "one moment", and what the core says comes by a change of the view. */
  late(): void;
}

/**
 * Hands a sent form to the core. What the core says first goes out in the answer to Slack, which needs no call and cannot be
 * overtaken; what it says later comes by `views.update`, not before the answer has reached whoever looks. A submission that
 * comes twice shares the answer while that is being made and is let be afterwards, within one process; another process knows
 * nothing of it, so the core may see the same `Submit.id` again. Where the core fails Slack is told that it failed: it keeps the
 * form open with all that was entered. Where it fails later than that, the form is given back as it was sent.
 */
export const createSubmitting = (o: {
  readonly moment: ModalView;
  /** The form as it was sent, where nothing came of it. */
  readonly again: (sent: Fields) => ModalView;
  readonly put: (ref: MessageRef, view: ModalView) => Promise<Changed>;
  readonly viewOf: (ref: MessageRef, show: (view: ModalView) => Promise<Changed>) => OpenedView;
  readonly submit: (submit: Submit, view: OpenedView) => Promise<void>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Log;
}): ((submission: Submission) => Sent) => {
  const underWay = new Map<string, Sent>();
  const known = new Set<string>();

  const send = ({ submit, view: id, sent }: Submission): Sent => {
    const { tenant } = submit.account;
    const ref: MessageRef = { platform: 'slack', tenant, channel: VIEW_CHANNEL, id };
    let answered = false;
    let said = false;
    let settle: (answer: SubmitAnswer) => void = () => undefined;
    const answer = new Promise<SubmitAnswer>((resolve) => {
      settle = (given) => {
        answered = true;
        resolve(given);
      };
    });
    const handed = answer.then(() => o.clock.sleep(AFTER_ANSWER_MS));
    const show = async (view: ModalView): Promise<Changed> => {
      said = true;
      if (answered) {
        await handed;
        return o.put(ref, view);
      }
      settle({ kind: 'update', view });
      return { ok: true };
    };
    void o
      .submit(submit, o.viewOf(ref, show))
      .then(
        () => settle({ kind: 'close' }),
        (error: unknown) => {
          o.log.error('slack.view-failed', { id: submit.id, code: codeOf(error) });
          if (!said) known.delete(submit.id);
          const late = answered;
          settle({ kind: 'unavailable' });
          return late && !said ? handed.then(() => o.put(ref, o.again(sent))) : undefined;
        },
      )
      .finally(() => underWay.delete(submit.id));
    return { answer, late: () => settle({ kind: 'update', view: o.moment }) };
  };

  return (submission) => {
    const { id } = submission.submit;
    const same = underWay.get(id);
    if (same !== undefined) return same;
    if (known.has(id)) return at({ kind: 'close' });
    if (underWay.size >= MOST_AT_ONCE) return at({ kind: 'unavailable' });
    known.add(id);
    const [oldest] = known;
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
    const sent = send(submission);
    underWay.set(id, sent);
    return sent;
  };
};

const at = (answer: SubmitAnswer): Sent => ({ answer: Promise.resolve(answer), late: () => undefined });
