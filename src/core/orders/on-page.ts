/** What the pages of orders ask, put together. */
import type { OrderSession, OrderSteps } from '../auth-steps.ts';
import { confirmOnPage, readOrder, type SignedIn } from './page.ts';
import { isOwnForm, leaveSession, type SessionWorld, sessionOf } from './session.ts';
import { beginSession, finishSession, isOfSession } from './signing-in.ts';

/** A session as `session` or `finish` gave it; nothing else is one. */
const signedIn = (session: OrderSession): SignedIn => {
  if ('asked' in session) return session as SignedIn;
  throw new TypeError('a session that was not asked for');
};

export const createOrderSteps = (world: SessionWorld): OrderSteps => ({
  begin: (o) => beginSession(world, o),
  isTheirs: isOfSession,
  finish: (o) => finishSession(world, o),
  session: ({ browser }) => sessionOf(world, browser),
  isOwnForm: ({ session, key }) => isOwnForm(world, session, key),
  read: ({ session, code }) => readOrder(world, signedIn(session), code),
  confirm: ({ session, seen }) => confirmOnPage(world, signedIn(session), seen),
  leave: ({ browser }) => leaveSession(world, browser),
});
