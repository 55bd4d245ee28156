/**
 * What is answered in a window of its own: all that is kept, the form that forgets, the receipt. The window's end is on record before
 * anything of it is shown, and no copy is kept.
 */
import { apologyCard, plainCard } from '../answer.ts';
import { codeOf, SottoError } from '../errors.ts';
import { pageInView } from '../home.ts';
import { noteDeed } from '../orders/deed.ts';
import { keptOf } from '../orders/kept.ts';
import { noteShown } from '../owed.ts';
import type { OpenedView } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import { accountKey } from '../sealing.ts';
import {
  type Card,
  type Form,
  type Home,
  type Locale,
  type Person,
  type Press,
  type Submit,
  VIEW_CHANNEL,
} from '../types.ts';
import type { World } from '../world.ts';
import { type PrivacyForm, readPrivacyForm, readPrivacyPress, sealPrivacyForm, type ViewVerb } from './buttons.ts';
import { everythingLines, partsOf } from './everything.ts';
import { beginForgetting, receiptOf } from './forgetting.ts';
import { receiptCard } from './receipt.ts';
import { authorised } from './steps.ts';

/** All that is kept of somebody is looked through so often at most: it goes through the whole store. */
const MOST_LOOKS = 10;
const LOOKS_MS = 10 * 60_000;

/** A window that shows it is emptied then, ms. */
const WINDOW_MS = 10 * 60_000;

type Shown = { readonly card: Card; readonly passes?: boolean } | { readonly form: Form } | { readonly page: Home };

/** `sensitive`: the window is emptied in its time. `theirs`: it says something of them, and stays. */
type Answer = Shown & { readonly sensitive?: true; readonly theirs?: true };

/** The page is not to be counted a second time. */
const COUNTED = { person: 0, tenant: 0 } as const;

/** Whether it is a form of this kind, whatever became of its time. */
export const isPrivacyForm = (world: Pick<World, 'sealer' | 'clock'>, submit: Submit): boolean =>
  readPrivacyForm(submit, { sealer: world.sealer, now: world.clock.now() }) !== null;

/** Fills the window that a press opened. Never throws. */
export const openPrivacy = async (world: World, press: Press, view: OpenedView): Promise<void> => {
  const known = { locale: 'en' as Locale };
  try {
    const asked = readPrivacyPress(press, { sealer: world.sealer, now: world.clock.now() });
    const answer = await authorised(world, press, asked, known, (person) =>
      pressed(world, press, person, { verb: asked?.verb as ViewVerb, closes: view.ref !== null }),
    );
    await put(world, press, view, answer);
  } catch (error) {
    world.log.error('privacy.failed', { id: press.id, code: codeOf(error) });
    await view.reveal(apologyCard(known.locale)).catch(() => undefined);
  }
};

/** Takes a form that was sent. Rejects where nothing became of it, so that it stays as it was. */
export const takePrivacy = async (world: World, submit: Submit, view: OpenedView): Promise<void> => {
  const known = { locale: 'en' as Locale };
  const sent = readPrivacyForm(submit, { sealer: world.sealer, now: world.clock.now() });
  const asked = sent === null ? null : { verb: `${sent.form}-sent`, counts: sent.counts };
  try {
    const answer = await authorised(world, submit, asked, known, async (person): Promise<Answer> => {
      if (sent?.form === 'everything')
        return everything(world, submit, person, { part: sent.part, closes: view.ref !== null });
      return {
        card: plainCard(
          repliesIn(person.locale).privacy.forget[await beginForgetting(world, { person, account: submit.account })],
        ),
      };
    });
    if ('card' in answer && 'passes' in answer && answer.passes === true)
      throw new SottoError('busy', 'The form could not be taken just now. It stays open: send it again in a moment.');
    await put(world, submit, view, answer);
  } catch (error) {
    world.log.warn('privacy.failed', { id: submit.id, code: codeOf(error) });
    throw error;
  }
};

const pressed = async (
  world: World,
  press: Press,
  person: Person,
  { verb, closes }: { readonly verb: ViewVerb; readonly closes: boolean },
): Promise<Answer> => {
  const texts = repliesIn(person.locale).privacy;
  const { account } = press;
  if (verb === 'everything') return everything(world, press, person, { part: 0, closes });
  // It was counted by whoever let it pass.
  if (verb === 'page') return { page: await pageInView(world, press, { counts: COUNTED, noted: true }), theirs: true };
  if (verb === 'forget')
    return {
      form: {
        ...formOf(world, press, { form: 'forget', part: 0 }),
        title: texts.forget.title,
        text: texts.forget.what({ platform: account.platform }),
        submit: texts.forget.submit,
      },
    };
  const kept = await receiptOf(world, person.id);
  return kept === null
    ? { card: plainCard(texts.forget.noReceipt) }
    : { card: receiptCard({ person, account, ...kept }), theirs: true };
};

const formOf = (
  { sealer, clock }: Pick<World, 'sealer' | 'clock'>,
  { account }: Press | Submit,
  form: PrivacyForm,
): Pick<Form, 'state' | 'findings' | 'fields'> => ({
  state: sealPrivacyForm({ sealer, account, now: clock.now() }, form),
  findings: [],
  fields: [],
});

/** On record as an operator's export is: the same deed, by the person themselves. */
const everything = async (
  world: World,
  inbound: Press | Submit,
  person: Person,
  { part, closes }: { readonly part: number; readonly closes: boolean },
): Promise<Answer> => {
  const texts = repliesIn(person.locale).privacy;
  const now = world.clock.now();
  const by = world.sealer.fingerprint(person.id);
  const looks = await world.store.counters.add({ key: `everything:${by}`, windowMs: LOOKS_MS, now });
  if (looks > MOST_LOOKS) return { card: plainCard(texts.often({ minutes: LOOKS_MS / 60_000 })) };
  await noteDeed(
    world,
    { id: inbound.id, by, confirmed: [by], at: now, turn: 0 },
    { what: 'export', on: 'person', target: by },
  );
  const { tenant } = inbound.account;
  const accounts = [{ tenant, account: accountKey(inbound.account) }];
  const kept = await keptOf(world, { person: person.id, accounts, forThemselves: true });
  const parts = partsOf(everythingLines(world, person, kept));
  const at = Math.min(part, parts.length - 1);
  const text = parts[at] ?? '';
  const of = texts.everything;
  const leaves = of.leaves({ closes });
  const note = parts.length === 1 ? leaves : `${of.part({ part: at + 1, of: parts.length })}. ${leaves}`;
  if (at + 1 >= parts.length) return { card: { ...plainCard(text), note }, sensitive: true };
  const form = formOf(world, inbound, { form: 'everything', part: at + 1 });
  return {
    form: { ...form, title: texts.heading, text: `${text}\n\n${note}`, submit: of.next },
    sensitive: true,
  };
};

const put = async (
  world: World,
  inbound: Press | Submit,
  { ref, reveal, ask, page }: OpenedView,
  answer: Answer,
): Promise<void> => {
  const removeAt = ref === null ? null : world.clock.now() + WINDOW_MS;
  const sensitive = answer.sensitive === true;
  const theirs = sensitive || answer.theirs === true;
  if (sensitive && ref !== null && removeAt !== null)
    await world.store.expiries.schedule({ ref, removeAt, about: null, then: 'remove', again: null });
  const shown = await ('card' in answer
    ? reveal(answer.card)
    : 'form' in answer
      ? ask(answer.form)
      : (page?.(answer.page) ?? reveal(apologyCard('en'))));
  if (!theirs || (!shown.ok && shown.fault !== 'later')) return;
  await noteShown(world, {
    kind: 'disclosure',
    at: world.clock.now(),
    question: inbound.id,
    verdict: 'answer',
    channel: VIEW_CHANNEL,
    message: ref?.id ?? inbound.id,
    removeAt: sensitive ? removeAt : null,
  });
};
