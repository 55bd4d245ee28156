/** A change as people read it, field by field: what things are called in the place of their ids, and days in the place of times. */
import { repliesIn } from '../replies/replies.ts';
import type { ShownDifference } from '../replies/restricting-shape.ts';
import type { Locale } from '../types.ts';
import type { World } from '../world.ts';
import { type Differing, differences, type Naming } from './difference.ts';
import type { Draft } from './drafts.ts';

type Known = Pick<World, 'catalogue' | 'clock' | 'restricting'>;

export const shownDifferences = (
  world: Known,
  draft: Pick<Draft, 'before' | 'put' | 'remove'>,
  locale: Locale,
): readonly ShownDifference[] =>
  differences({ ...draft, naming: namingIn(world, locale) }).map((each) => ({
    title: each.title,
    kind: each.before === null ? 'added' : each.after === null ? 'removed' : 'changed',
    fields: each.fields,
    touches: touched(world, each, locale),
  }));

const namingIn = ({ catalogue, clock }: Known, locale: Locale): Naming => {
  const texts = repliesIn(locale).restricting;
  return {
    forbidden: (id) => (catalogue.topics.get(id) ?? catalogue.intents.get(id))?.title[locale] ?? id,
    place: (place) => texts.places[place],
    time: (field, iso) => texts.time({ field, iso, now: clock.now() }),
  };
};

/** What a change can come to bear on, before and after. Two actions of one name are one thing to whoever reads. */
const touched = ({ restricting, catalogue }: Known, o: Differing, locale: Locale): readonly string[] => {
  const { suspected, data } = repliesIn(locale).restricting.touched;
  const named = (action: string): string => {
    if (action.startsWith('data:')) return data(action.slice('data:'.length));
    const [topic = '', rest] = action.split('.', 2);
    if (rest === 'suspected') return suspected(catalogue.topics.get(topic)?.title[locale] ?? topic);
    return catalogue.intents.get(action)?.title[locale] ?? action;
  };
  const actions = [o.before, o.after].flatMap((each) => (each === null ? [] : restricting.touches(each)));
  return [...new Set(actions.map(named))];
};
