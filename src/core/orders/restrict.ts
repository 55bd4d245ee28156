/** A change of what HR restricts, from the command line: published by whoever confirmed it first, approved by whoever did second. */
import { codeOf } from '../errors.ts';
import { repliesIn } from '../replies/replies.ts';
import { type Author, isByNow } from '../restricting/author.ts';
import { fitting } from '../restricting/difference.ts';
import { findDraft } from '../restricting/drafts.ts';
import { publishDraft } from '../restricting/publish.ts';
import { shownDifferences } from '../restricting/shown.ts';
import type { Locale, Member } from '../types.ts';
import type { World } from '../world.ts';
import type { Executor } from './execute.ts';
import { type OrderOf, type Receipt, rolesFor } from './types.ts';

const no = (...says: readonly string[]): Receipt => ({ ok: false, says: [...says], data: {} });

/** Done again it finds the version that it made. Whether two are needed is found out anew, whatever the order says. */
export const restrict: Executor<'restrict'> = async (world, order, { confirmed }) => {
  const people = await whoConfirmed(world, order, confirmed);
  if (people === null)
    return no(
      'Somebody who confirmed it has not that role any more, so it was not put in force. Give the order again.',
    );
  const [by, approver = null] = people;
  if (by === undefined) return no('Nobody confirmed it, so it was not put in force.');
  const { proposal: id, hash } = order;
  const published = await publishDraft(world, { id, hash, by, approver });
  switch (published.state) {
    case 'in-force':
      return {
        ok: true,
        says: [`It is in force as version ${published.version}, in every process within a second.`],
        data: { version: published.version },
      };
    case 'needs-second':
      return no(
        `It permits more by now than when it was ordered, so it waits for a second person of HR, until ${new Date(published.until).toISOString()}.`,
        'They were told in their private chats.',
      );
    case 'void':
      if (published.why === 'other-pack') return 'another';
      await dropDraft(world, id);
      return no(published.says);
  }
};

/** Takes back a draft of the command line that leads nowhere; what HR proposes in a chat is left to them. */
export const dropDraft = async (world: World, id: string): Promise<void> => {
  const kept = await findDraft(world, id);
  if (kept === null || kept.state !== 'draft' || kept.draft.author !== null) return;
  await world.store.proposals
    .drop({ id })
    .catch((error: unknown) => world.log.warn('restricting.not-dropped', { code: codeOf(error) }));
};

/** Who confirmed it, in their order. Null: one of them is not of HR (nor an operator, where one may be) any more. */
const whoConfirmed = async (
  world: World,
  order: OrderOf<'restrict'>,
  confirmed: readonly string[],
): Promise<readonly Author[] | null> => {
  const roles = rolesFor(order);
  const hasRole = ({ kind, groups }: Pick<Member, 'kind' | 'groups'>): boolean =>
    kind === 'employee' && roles.some((role) => groups.includes(world[role]));
  const may = (await world.directory.members()).filter(hasRole);
  const found = confirmed.map((by) => may.find(({ id }) => world.sealer.fingerprints(id).includes(by)));
  if (!found.every((each) => each !== undefined)) return null;
  // The roll is minutes old; the one who confirmed first may have been taken out since.
  for (const { id } of found) if (!(await isByNow(world, { person: id, is: hasRole }))) return null;
  return found.map(({ id }) => ({ person: id, account: null }));
};

/** What is different once it is done, for whoever confirms it. Null: it is gone, or not what was ordered any more. */
export const differenceOf = async (
  world: World,
  { proposal, hash }: OrderOf<'restrict'>,
  locale: Locale,
): Promise<string | null> => {
  const kept = await findDraft(world, proposal);
  if (kept?.hash !== hash) return null;
  const { shown } = fitting(shownDifferences(world, kept.draft, locale));
  return repliesIn(locale).restricting.difference({ differences: shown });
};
