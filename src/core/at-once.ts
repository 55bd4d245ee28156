/** What is answered at once, inside the platform's few seconds, and never lies in the inbox: presses that open a view, forms, the bot's own page. */
import { tryAgainCard } from './answer.ts';
import { isAsideForm } from './aside/form.ts';
import { openAside, takeAside } from './aside/in-view.ts';
import { isDonating, offersDonating } from './donating/buttons.ts';
import { openDonating, takeDonation } from './donating/in-view.ts';
import { SottoError } from './errors.ts';
import { pageOf, showHome } from './home.ts';
import type { Accept } from './inbound.ts';
import { giveMore } from './more.ts';
import { answerOnPage } from './on-page.ts';
import type { OpenedView } from './ports.ts';
import { answerAtOnce, isPrivacyPress } from './privacy/at-once.ts';
import { isPrivacyForm, openPrivacy, takePrivacy } from './privacy/in-view.ts';
import { openForm } from './restricting/asking.ts';
import { takeForm } from './restricting/sent.ts';
import { stepsLogged } from './steps-logged.ts';
import {
  ASIDE_ACTION,
  type Card,
  FORM_ACTION,
  type Inbound,
  type Opened,
  type Press,
  type Submit,
  VIEW_ACTION,
} from './types.ts';
import { fillView } from './view.ts';
import { welcome } from './welcome.ts';
import type { World } from './world.ts';
import { opensWriting } from './writing/buttons.ts';
import { isWriteForm } from './writing/carried.ts';
import { openWriting, takeWriting } from './writing/in-view.ts';

export interface AtOnce {
  /** A press that opened a view: fills it, or says there that it could not. Never throws. */
  open(press: Press, view: OpenedView): Promise<void>;
  /** A form that was sent: answers it in the view that it was sent from. Rejects where nothing became of it: it must stay as it was filled in. */
  submit(submit: Submit, view: OpenedView): Promise<void>;
  /** Somebody looks at the bot's own page: shows it. Never throws. */
  opened(opened: Opened): Promise<void>;
  /** Somebody added the app to their private chat: greets them. Never throws. */
  added(opened: Opened): Promise<void>;
  /** A press that takes more time: `say` answers it. Resolves once that is decided and durable. Never throws. */
  more(press: Press, say: (card: Card) => Promise<void>): Promise<void>;
  /** A press on the bot's own page that stands in a view: answers it there. Never throws. */
  onPage(press: Press, view: OpenedView): Promise<void>;
}

/** Whose account is answered; that says on which platform. */
type Whose = Pick<Press, 'account'>;

/** Room for what is answered at once: places are few, and somebody waits for each of them. */
interface Room {
  /** Whether there is any now, and anybody is answered at all. */
  free(of: Whose): boolean;
  /** Takes a place until `answer` is over, which never rejects but for a form. */
  while(of: Whose, answer: () => Promise<void>): Promise<void>;
}

export const createAtOnce = (
  world: World,
  o: {
    readonly room: Room;
    /** What becomes a question by it: a form, a button of the page. */
    readonly accept: Accept;
  },
): AtOnce & {
  /** The page that a press came from is made anew `after` it. `said`: to the press, which has no other place to be answered in. */
  pageAnew(inbound: Inbound, after?: Promise<void>, said?: Card): void;
} => {
  const { room, accept } = o;

  const pageAnew = (inbound: Inbound, after: Promise<void> = Promise.resolve(), said?: Card): void => {
    const opened = pageOf(world, inbound);
    if (opened === null) return;
    void after.then(async () => {
      if (room.free(opened)) await room.while(opened, () => showHome(stepsLogged(world, opened.id), opened, { said }));
    });
  };

  const takeWrite: typeof takeForm = (logged, submit, view) => takeWriting(logged, submit, view, accept);
  const takeQuestion: typeof takeForm = (logged, submit, view) => takeAside(logged, submit, view, accept);

  const fillOf = (press: Press): typeof fillView => {
    if (press.action === ASIDE_ACTION) return openAside;
    if (press.action !== FORM_ACTION) return fillView;
    if (offersDonating(press, world)) return openDonating;
    if (opensWriting(press, world)) return openWriting;
    return isPrivacyPress(world, press) ? openPrivacy : openForm;
  };

  const takeOf = (submit: Submit): typeof takeForm => {
    if (isAsideForm(submit, world)) return takeQuestion;
    if (isDonating(submit, world)) return takeDonation;
    if (isWriteForm(submit, world)) return takeWrite;
    return isPrivacyForm(world, submit) ? takePrivacy : takeForm;
  };

  const open: AtOnce['open'] = async (press, view) => {
    if (!room.free(press)) {
      await view.reveal(tryAgainCard).catch(() => undefined);
      return;
    }
    world.metrics.count('views');
    const fill = fillOf(press);
    await room.while(press, () => fill(stepsLogged(world, press.id), press, view));
    pageAnew(press);
  };

  const answerPress: AtOnce['more'] = async (press, say) => {
    world.metrics.count('more_time');
    const answer = isPrivacyPress(world, press) ? answerAtOnce : giveMore;
    await answer(stepsLogged(world, press.id), press, say);
  };

  const more: AtOnce['more'] = async (press, say) => {
    if (!room.free(press)) {
      await say(tryAgainCard).catch(() => undefined);
      return;
    }
    const heard: Card[] = [];
    const noting = async (card: Card): Promise<void> => {
      heard.push(card);
      await say(card);
    };
    await room.while(press, () => answerPress(press, noting));
    pageAnew(press, undefined, heard[0]);
  };

  return {
    open,
    more,
    pageAnew,
    onPage: async (press, view) => {
      if (press.action === FORM_ACTION || press.action === VIEW_ACTION) return open(press, view);
      if (!room.free(press)) {
        await view.reveal(tryAgainCard).catch(() => undefined);
        return;
      }
      // The page takes as long as any press, so it has its place, and the press one with it.
      await room.while(press, () =>
        answerOnPage(stepsLogged(world, press.id), press, view, { more: answerPress, accept }),
      );
    },
    submit: async (submit, view) => {
      if (!room.free(submit)) throw new SottoError('busy', 'No form is taken just now. It stays open: send it again.');
      world.metrics.count('forms');
      const take = takeOf(submit);
      await room.while(submit, () => take(stepsLogged(world, submit.id), submit, view));
    },
    opened: async (opened) => {
      // The page that stands there stays as it is; it is made anew when it is next opened.
      if (room.free(opened)) await room.while(opened, () => showHome(stepsLogged(world, opened.id), opened));
    },
    added: async (opened) => {
      // Whom there is no room for is told with their first question.
      if (room.free(opened)) await room.while(opened, () => welcome(stepsLogged(world, opened.id), opened));
    },
  };
};
