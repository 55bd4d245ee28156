import type { Changed, Clock, OpenedView } from '../../core/ports.ts';
import type { Card } from '../../core/types.ts';
import type { RenderForm } from './form.ts';
import { oneLine, shortened } from './lines.ts';
import type { RenderPage } from './page.ts';
import type { Fields } from './read.ts';
import type { Answer } from './turns.ts';

export type RenderCard = (card: Card) => Fields;

/** Characters of what stands above a dialog. */
const LONGEST_TITLE = 75;

export interface DialogTexts {
  /** Stands above the dialog. */
  readonly viewTitle: string;
  readonly tryAgain: string;
  /** Stands beside a field that must be filled in and is not. */
  readonly fieldNeeded: string;
  /** Stands on the bot's own page where there is no room for all of it. Absent: a sign. */
  readonly noRoom?: string;
}

/** A line in the place of a dialog. */
export const lineOf = (value: string): Answer => ({ status: 200, body: { task: { type: 'message', value } } });

/**
 * No answer to a form that was sent: clients leave the dialog open, with all that was filled in, and say themselves that the bot
 * could not be reached and to try again (MicrosoftDocs/msteams-docs#832). A line in its place would lose what somebody wrote.
 */
export const NOT_TAKEN: Answer = { status: 503 };

/**
 * A dialog is the answer to the very request that asks for it, so it is filled in time or never: what is revealed later is
 * `gone`, and whoever pressed was told to press again. Nobody can blank it afterwards (`ref` is null). Never rejects.
 */
export const fillDialog = async (o: {
  readonly fill: (view: OpenedView) => Promise<void>;
  /** Stands above what is revealed. */
  readonly title: string;
  /** The answer where it is not filled in time. */
  readonly late: Answer;
  /** ms that are left to answer. */
  readonly ms: number;
  readonly renderCard: RenderCard;
  readonly renderForm: RenderForm;
  readonly renderPage: RenderPage;
  readonly clock: Clock;
}): Promise<Answer> => {
  const done = new AbortController();
  const answer = new Promise<Answer>((resolve) => {
    let answered = false;
    /** True for the first answer, which is the one that is sent. */
    const settle = (first: Answer): boolean => {
      if (answered) return false;
      answered = true;
      resolve(first);
      return true;
    };
    const show = (content: Fields, title: string, height: 'medium' | 'large'): Changed =>
      settle(dialogWith(content, title, height)) ? { ok: true } : { ok: false, fault: 'gone', code: 'dialog-answered' };
    const view: OpenedView = {
      ref: null,
      ask: async (form) => {
        const content = o.renderForm(form);
        // The view still waits to be filled otherwise.
        if (content === null) return { ok: false, fault: 'never', code: 'form-too-large' };
        return show(content, shortened(oneLine(form.title) || o.title, LONGEST_TITLE), 'large');
      },
      reveal: async (card) => show(o.renderCard(card), o.title, 'medium'),
      page: async (home) => show(o.renderPage(home), o.title, 'large'),
    };
    void o.clock.sleep(o.ms, done.signal).then(() => settle(o.late));
    // One that ends without having filled the view is waited for all the same: it may have handed the view on.
    o.fill(view).catch(() => settle(o.late));
  });
  try {
    return await answer;
  } finally {
    done.abort();
  }
};

const dialogWith = (content: Fields, title: string, height: 'medium' | 'large'): Answer => ({
  status: 200,
  body: {
    task: {
      type: 'continue',
      value: {
        title,
        width: 'medium',
        height,
        card: { contentType: 'application/vnd.microsoft.card.adaptive', content },
      },
    },
  },
});
