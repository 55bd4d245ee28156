/** A receipt of a forgetting as the person reads it. */
import { plainCard } from '../answer.ts';
import { localMoment } from '../local-time.ts';
import type { Receipt } from '../orders/types.ts';
import { repliesIn } from '../replies/replies.ts';
import { zoneOf } from '../time-zones.ts';
import type { Account, Card, Person } from '../types.ts';
import { forgotOf } from './forgot.ts';

/** `number`: by it the audit log has it. Names counts and nothing else, so it may stay where it is shown. */
export const receiptCard = (o: {
  readonly person: Person;
  readonly account: Pick<Account, 'platform'>;
  readonly number: string;
  readonly receipt: Receipt;
}): Card => {
  const { person, number } = o;
  const texts = repliesIn(person.locale).privacy.forget;
  const forgot = forgotOf(o.receipt);
  if (forgot === null) return plainCard(texts.failed);
  const at = localMoment({ locale: person.locale, zone: zoneOf({ said: null, person }) }, forgot.at);
  return plainCard(texts.receipt({ number, at, platform: o.account.platform, forgot }));
};
