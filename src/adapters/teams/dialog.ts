import type { Clock, OpenedView } from '../../core/ports.ts';
import type { Card } from '../../core/types.ts';
import type { Fields } from './read.ts';
import type { Answer } from './turns.ts';

export type RenderCard = (card: Card) => Fields;

export interface DialogTexts {
  /** Stands above the dialog. */
  readonly viewTitle: string;
  readonly tryAgain: string;
}

/**
 * A dialog is the answer to the very request that asks for it, so it is filled in time or never: what is revealed later is
 * `gone`, and whoever pressed was told to press again. Nobody can blank it afterwards (`ref` is null). Never rejects.
 */
export const openDialog = async (o: {
  readonly open: (view: OpenedView) => Promise<void>;
  /** ms that are left to answer. */
  readonly ms: number;
  readonly renderCard: RenderCard;
  readonly texts: DialogTexts;
  readonly clock: Clock;
}): Promise<Answer> => {
  const done = new AbortController();
  const tryAgain: Answer = { status: 200, body: { task: { type: 'message', value: o.texts.tryAgain } } };
  const answer = new Promise<Answer>((resolve) => {
    let answered = false;
    /** True for the first answer, which is the one that is sent. */
    const settle = (first: Answer): boolean => {
      if (answered) return false;
      answered = true;
      resolve(first);
      return true;
    };
    const view: OpenedView = {
      ref: null,
      ask: async () => ({ ok: false, fault: 'never', code: 'no-forms' }),
      reveal: async (card) =>
        !answered && settle(dialogWith(o.renderCard(card), o.texts.viewTitle))
          ? { ok: true }
          : { ok: false, fault: 'gone', code: 'dialog-answered' },
    };
    void o.clock.sleep(o.ms, done.signal).then(() => settle(tryAgain));
    // One that ends without having filled the view is waited for all the same: it may have handed the view on.
    o.open(view).catch(() => settle(tryAgain));
  });
  try {
    return await answer;
  } finally {
    done.abort();
  }
};

const dialogWith = (content: Fields, title: string): Answer => ({
  status: 200,
  body: {
    task: {
      type: 'continue',
      value: {
        title,
        width: 'medium',
        height: 'medium',
        card: { contentType: 'application/vnd.microsoft.card.adaptive', content },
      },
    },
  },
});
