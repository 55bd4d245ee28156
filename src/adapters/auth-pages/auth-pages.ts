/** The pages under `/auth`: a link's, an operator's, and the one address that the provider sends both back to. */
import { CALLBACK_PATH, LONGEST_QUERY, type OrderSteps, type SignInSteps } from '../../core/auth-steps.ts';
import type { Clock, Route } from '../../core/ports.ts';
import { createOrderPages } from './order.ts';
import { createSignInPages } from './sign-in.ts';
import { createVisits, type VisitOptions, wordsOf } from './visit.ts';

export interface AuthPagesOptions extends VisitOptions {
  readonly signIn: SignInSteps;
  readonly order: OrderSteps;
  readonly clock: Pick<Clock, 'now'>;
  /** Whether anybody hears of what was not oneself. */
  readonly securityContact: boolean;
}

/** Every page works without a script, is in the reader's language, is kept nowhere and says nothing of itself to where it leads. */
export const createAuthRoutes = (o: AuthPagesOptions): readonly Route[] => {
  const { clock, securityContact } = o;
  const visits = createVisits(o);
  const signIn = createSignInPages({ steps: o.signIn, visits, clock, securityContact });
  const order = createOrderPages({ steps: o.order, visits, clock });
  return [
    ...signIn.routes,
    ...order.routes,
    visits.get(CALLBACK_PATH, async (request, locale) => {
      const query = request.query ?? '';
      if (query.length <= LONGEST_QUERY)
        return order.isTheirs(query) ? order.back(query, request, locale) : signIn.back(query, request, locale);
      const words = visits.texts(locale).refused({ why: 'malformed', again: false });
      return { status: 400, locale, what: words.what, parts: wordsOf(words), outcome: 'malformed' };
    }),
  ];
};
