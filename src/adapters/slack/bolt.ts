import { App, type Receiver } from '@slack/bolt';
import {
  ASIDE_ACTION,
  FORM_ACTION,
  type Inbound,
  MORE_ACTION,
  type Opened,
  type Press,
  VIEW_ACTION,
} from '../../core/types.ts';
import { COMMAND, GLOBAL_SHORTCUT, MESSAGE_SHORTCUT, parseCommand, parseShortcut } from './asides.ts';
import { clientOptions, silentLogger } from './client.ts';
import { FORM_CALLBACK } from './form.ts';
import { parseOpened } from './home.ts';
import type { HomeMarks } from './home-mark.ts';
import { hashOf } from './home-publish.ts';
import type { Identity } from './identity.ts';
import { parsePress, parseQuestion, triggerOf, type Whereabouts } from './parse.ts';
import { type Fields, fieldsAt, idAt, isFields } from './read.ts';
import { parseSubmission, type Submission } from './submission.ts';
import type { Sent, SubmitAnswer } from './submitting.ts';

export type AcceptInbound = (inbound: Inbound) => Promise<'accepted' | 'repeat' | 'unavailable'>;

/** One request on its way through Bolt: who it is for, and what became of it. */
export interface Delivery {
  readonly where: Omit<Whereabouts, 'bot'>;
  /** What it was found to be; null: nothing that the core hears of. */
  inbound: Inbound | null;
  /** True where the press opens a view or is answered by itself: Slack may have its answer before that is done. */
  opening: boolean;
  outcome: 'accepted' | 'repeat' | 'unavailable' | 'nothing';
  /** A form that was sent, while the core makes its answer; null: it is none. */
  sent: Sent | null;
  /** What Slack is answered to it. */
  answer: SubmitAnswer | null;
}

/** Bolt, driven by our own receiver. */
export interface BoltApp {
  /** Resolves once every listener is done; rejects where one failed. */
  process(body: Fields, delivery: Delivery): Promise<void>;
}

/** Answered while whoever pressed watches, and never put into the inbox. */
const AT_ONCE: readonly string[] = [VIEW_ACTION, FORM_ACTION, MORE_ACTION];

/**
 * Bolt with everything off that keeps, prints or fetches: no conversation store (engine requirement 20), no logger, no
 * call to Slack while a request waits. Its acknowledgements do nothing, for the receiver answers when all is done.
 */
export const createBoltApp = (o: {
  readonly unsafeApiUrl: string | null;
  /** In a workspace, or an organisation. */
  readonly identity: (tenant: string) => Pick<Identity, 'user' | 'bot'>;
  readonly mayRespondTo: (url: string) => boolean;
  readonly marks: HomeMarks;
  readonly accept: AcceptInbound;
  /** See `Views`. */
  readonly openView: (press: Press, trigger: string | null) => Promise<'accepted' | 'unavailable'>;
  /** See `Views`. */
  readonly submit: (submission: Submission) => Sent;
  /** See `Homes`. */
  readonly homeOpened: (opened: Opened, hash: string | null) => void;
  /** Decides on a press that takes more time, and answers it. */
  readonly moreTime: (press: Press) => Promise<void>;
  /** Somebody's account is no longer what it was. */
  readonly accountChanged: (account: { readonly tenant: string; readonly user: string }) => Promise<void>;
  readonly now: () => number;
}): BoltApp => {
  const receiver: Receiver = {
    init: () => undefined,
    start: async () => undefined,
    stop: async () => undefined,
  };
  const app = new App({
    receiver,
    processBeforeResponse: true,
    convoStore: false,
    logger: silentLogger,
    clientOptions: clientOptions(o.unsafeApiUrl),
    authorize: async ({ teamId, enterpriseId }) => {
      const { user, bot } = o.identity(teamId ?? enterpriseId ?? '');
      return {
        ...(teamId === undefined ? {} : { teamId }),
        ...(enterpriseId === undefined ? {} : { enterpriseId }),
        ...(user === null ? {} : { botUserId: user }),
        ...(bot === null ? {} : { botId: bot }),
      };
    },
  });
  app.error(async (error) => {
    throw error;
  });

  // Bolt hands its listeners the very body it was given, so a request is known again by it.
  const deliveries = new WeakMap<Fields, Delivery>();

  const take = async (delivery: Delivery, inbound: Inbound | null): Promise<void> => {
    if (inbound === null) return;
    delivery.inbound = inbound;
    delivery.outcome = await o.accept(inbound);
  };
  const question = async ({ body }: { readonly body: unknown }): Promise<void> => {
    const delivery = isFields(body) ? deliveries.get(body) : undefined;
    if (delivery === undefined || !isFields(body)) return;
    await take(delivery, parseQuestion(body, { ...delivery.where, bot: o.identity(delivery.where.tenant).user }));
  };
  app.event('message', question);
  app.event('app_mention', question);
  app.event('user_change', async ({ body }: { readonly body: unknown }) => {
    const delivery = isFields(body) ? deliveries.get(body) : undefined;
    if (delivery === undefined || !isFields(body)) return;
    const user = idAt(fieldsAt(fieldsAt(body, 'event'), 'user'), 'id');
    // Where the others cannot be told of it Slack sends it again.
    if (user !== null) await o.accountChanged({ tenant: delivery.where.tenant, user });
  });
  // Of a user group it is told as of an account, by its own id: whoever remembers accounts tells them apart by the first letter.
  const groupChanged = async ({ body }: { readonly body: unknown }): Promise<void> => {
    const delivery = isFields(body) ? deliveries.get(body) : undefined;
    if (delivery === undefined || !isFields(body)) return;
    const event = fieldsAt(body, 'event');
    const group = idAt(event, 'subteam_id') ?? idAt(fieldsAt(event, 'subteam'), 'id');
    if (group !== null) await o.accountChanged({ tenant: delivery.where.tenant, user: group });
  };
  app.event('subteam_members_changed', groupChanged);
  app.event('subteam_updated', groupChanged);
  app.action({ type: 'block_actions' }, async ({ body }: { readonly body: unknown }) => {
    const delivery = isFields(body) ? deliveries.get(body) : undefined;
    if (delivery === undefined || !isFields(body)) return;
    const press = parsePress(body, { ...delivery.where, marks: o.marks, mayRespondTo: o.mayRespondTo });
    // What a shortcut brings stands in no button.
    if (press?.action === ASIDE_ACTION) return;
    if (press === null || !AT_ONCE.includes(press.action)) return take(delivery, press);
    delivery.inbound = press;
    delivery.opening = true;
    if (press.action === MORE_ACTION) {
      await o.moreTime(press);
      delivery.outcome = 'accepted';
    } else {
      delivery.outcome = await o.openView(press, triggerOf(body));
    }
  });

  app.command(COMMAND, async ({ body }: { readonly body: unknown }) => {
    const delivery = isFields(body) ? deliveries.get(body) : undefined;
    if (delivery === undefined || !isFields(body)) return;
    await take(
      delivery,
      parseCommand(body, { ...delivery.where, bot: o.identity(delivery.where.tenant).user, now: o.now() }),
    );
  });
  const shortcut = async ({ body }: { readonly body: unknown }): Promise<void> => {
    const delivery = isFields(body) ? deliveries.get(body) : undefined;
    if (delivery === undefined || !isFields(body)) return;
    const where = { ...delivery.where, bot: o.identity(delivery.where.tenant).user, mayRespondTo: o.mayRespondTo };
    const press = parseShortcut(body, where);
    if (press === null) return;
    delivery.inbound = press;
    delivery.opening = true;
    delivery.outcome = await o.openView(press, triggerOf(body));
  };
  app.shortcut({ type: 'message_action', callback_id: MESSAGE_SHORTCUT }, shortcut);
  app.shortcut({ type: 'shortcut', callback_id: GLOBAL_SHORTCUT }, shortcut);

  app.event('app_home_opened', async ({ body }: { readonly body: unknown }) => {
    const delivery = isFields(body) ? deliveries.get(body) : undefined;
    const opened = delivery === undefined || !isFields(body) ? null : parseOpened(body, delivery.where);
    if (opened !== null && isFields(body)) o.homeOpened(opened, hashOf(fieldsAt(body, 'event')));
  });
  app.view({ type: 'view_submission' }, async ({ body }: { readonly body: unknown }) => {
    const delivery = isFields(body) ? deliveries.get(body) : undefined;
    if (delivery === undefined || !isFields(body)) return;
    const submission = parseSubmission(body, { ...delivery.where, now: o.now() });
    if (submission === null) {
      // An empty answer would close it as if it had been taken.
      if (fieldsAt(body, 'view')['callback_id'] === FORM_CALLBACK) delivery.outcome = 'unavailable';
      return;
    }
    delivery.inbound = submission.submit;
    delivery.sent = o.submit(submission);
    delivery.answer = await delivery.sent.answer;
    delivery.outcome = delivery.answer.kind === 'unavailable' ? 'unavailable' : 'accepted';
  });

  return {
    process: (body, delivery) => {
      deliveries.set(body, delivery);
      return app.processEvent({ body, ack: async () => undefined });
    },
  };
};
