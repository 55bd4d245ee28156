/** What somebody is told of what a system of record reported about them, if anything: by the rules of the question it answers, and of its data class. */
import { isStale, plainCard, strictest } from './answer.ts';
import type { ReportedEntry } from './audit.ts';
import type { Reported } from './chore-types.ts';
import { screened } from './data.ts';
import { SottoError } from './errors.ts';
import { askButton } from './interact.ts';
import { judge } from './judge.ts';
import type { Judgement } from './judgement.ts';
import type { ReportKind } from './ports.ts';
import { reasonsOf } from './reasons.ts';
import { bounded, fill } from './redact.ts';
import { repliesIn } from './replies/replies.ts';
import type { Surprise } from './screening.ts';
import { freshState } from './state.ts';
import type { Card, Decision, Intent, Obligations, Person } from './types.ts';
import { judgePorts, type World } from './world.ts';

/** Refuses with it: it is tried again once they can be looked up. */
export const unknownNow = (): SottoError =>
  new SottoError('directory-unavailable', 'Whom a report is about could not be looked up just now.');

export interface Told {
  readonly outcome: ReportedEntry['outcome'];
  readonly judgement: Judgement;
  readonly reasons: readonly string[];
  /** Null: they are told nothing. */
  readonly card: Card | null;
  /** What must not leave; absent: nothing was found. */
  readonly surprises?: readonly Surprise[];
}

/**
 * Both must let them know: the rules of the question that it answers, and those of its data class, about themselves, in private. Words stand in a
 * message that stays, so whatever asks for more care than that is a line that tells nothing, and a button.
 */
export const decided = async (
  world: World,
  reported: Reported,
  o: {
    readonly kind: ReportKind;
    readonly intent: Intent;
    readonly person: Person;
    /** Of those that were held back, where it is these that they are told of; null: it is a report. */
    readonly count: number | null;
  },
): Promise<Told> => {
  const { account } = reported;
  const { kind, intent, person, count } = o;
  const judgement = await judge({
    ports: judgePorts(world),
    asked: { kind: 'chosen', intent: intent.id, subject: null },
    person,
    platform: account.platform,
    place: 'direct',
    state: freshState(world.clock.now()),
  });
  const data = world.policy.decide({ ...judgement.request, action: `data:${kind.dataClass}`, about: 'self' });
  const reasons = [...new Set([...judgement.reasons, ...reasonsOf(data)])];
  // Who is only known from before is told nothing, and is once they are known afresh.
  if (isStale(judgement.reasons) || isStale(reasonsOf(data))) throw unknownNow();
  if (judgement.verdict === 'refuse' || judgement.verdict === 'unknown' || isRefused(data))
    return { outcome: 'refused', judgement, reasons, card: null };
  const { fields } = reported.record;
  const found = screened({ backend: world.backend, fields, holds: kind.holds, redact: [], country: person.country });
  // What is looked at holds what it should not, so the system is wrong about what it sends, and nothing of it is told.
  if (found === null || found.length > 0)
    return { outcome: 'surprise', judgement, reasons, card: null, surprises: found ?? [] };
  const texts = repliesIn(person.locale);
  const button = (label: string) =>
    askButton({ sealer: world.sealer, account, intent: intent.id, subject: null, label, now: world.clock.now() });
  const rules = judgement.obligations === null ? [] : [judgement.obligations];
  const plain =
    judgement.verdict === 'answer' &&
    data.effect === 'permit' &&
    maySay(strictest([...rules, data.obligations]), kind.say[person.locale]);
  if (count !== null) {
    const label = plain ? intent.title[person.locale] : texts.reported.show;
    const card = { ...plainCard(texts.reported.more({ count })), buttons: [button(label)] };
    return { outcome: 'counted', judgement, reasons, card };
  }
  if (!plain) {
    const card = { ...plainCard(texts.reported.waits), buttons: [button(texts.reported.show)] };
    return { outcome: 'offered', judgement, reasons, card };
  }
  const text = bounded(fill({ template: kind.say[person.locale], fields, redact: [], locale: person.locale }));
  const card = { ...plainCard(text), buttons: [button(intent.title[person.locale])] };
  return { outcome: 'told', judgement, reasons, card };
};

/** One more sign-in would make it a yes: then the button asks for that. */
const isRefused = (data: Decision): boolean => data.effect === 'refuse' && data.helps !== 'sign-in';

const maySay = ({ show: mode, expiresSeconds, redact }: Obligations, say: string): boolean =>
  mode === 'message' && expiresSeconds === null && !redact.some((field) => say.includes(`{${field}}`));
