/** An order as somebody typed it, read as strictly as the running Sotto will, so that what is wrong is said in the words of the command. */
import { SottoError } from '../core/errors.ts';
import { type Order, parseOrder } from '../core/orders/types.ts';

/** Refuses with code `usage`. */
export const askedOrder = (order: Order): Order => {
  const asked = parseOrder(order);
  if (asked !== null) return asked;
  throw new SottoError(
    'usage',
    'That cannot be ordered. An id has 1 to 256 printable characters and no spaces; an account is slack:TEAM:USER or teams:TENANT:USER, and at most 20 are named.',
  );
};
