/** Step 6: what a text or a chosen button asks, and about whom. Nothing is decided here. */
import { relationTo } from './askable.ts';
import type { Directory, Recogniser } from './ports.ts';
import { aboutWhom } from './recognise/people.ts';
import type { About, Catalogue, Colleague, Intent, Person, Recognition } from './types.ts';

export interface UnderstandPorts {
  readonly catalogue: Catalogue;
  readonly recogniser: Recogniser;
  readonly directory: Directory;
}

/**
 * What is asked: somebody's words, or an intent they chose from a button, perhaps with the person they meant; null: themselves.
 * `nobody`: it was asked about nobody in particular (a list of everybody), and is judged as such again.
 */
export type Asked =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'chosen'; readonly intent: string; readonly subject: Colleague | 'nobody' | null };

export interface Understood {
  readonly intent: Intent | null;
  /** Topics that their guards suspect. */
  readonly suspected: readonly string[];
  /** The likeliest intents, best first. */
  readonly closest: readonly Intent[];
  readonly about: About;
  /** How much of a text that no intent was recognised in was understood; see the reply `unknown`. Null: an intent was. */
  readonly heard: HowHeard | null;
}

export type HowHeard = 'foreign' | 'far' | 'near';

/**
 * As sure as this, of the likeliest intent, something is close to what was written. On what ships: above it lies half of what is asked
 * within the pack's topics and not recognised, and one in ten of what is not.
 */
const NEAR = 0.2;

const WORDY = /\p{L}/u;

/** A guard leans towards yes: what it suspects alone is close to no intent. */
const howHeard = (text: string, { best, confidence }: Recognition): HowHeard => {
  if (best === null) return WORDY.test(text) ? 'foreign' : 'far';
  return confidence >= NEAR ? 'near' : 'far';
};

interface Heard {
  readonly ports: UnderstandPorts;
  readonly asked: Asked;
  readonly person: Person;
}

export const understand = async (o: Heard): Promise<Understood> => {
  const { ports, asked, person } = o;
  const { catalogue, recogniser } = ports;
  const recognition =
    asked.kind === 'text' ? await recogniser.recognise({ text: asked.text, locale: person.locale }) : null;
  const named = asked.kind === 'chosen' ? asked.intent : (recognition?.intent ?? null);
  const intent = named === null ? null : (catalogue.intents.get(named) ?? null);
  return {
    intent,
    suspected: recognition?.topics ?? [],
    closest: (recognition?.ranking ?? []).flatMap((id) => catalogue.intents.get(id) ?? []),
    about: await whom({ ...o, intent }),
    heard: asked.kind === 'text' && recognition !== null && intent === null ? howHeard(asked.text, recognition) : null,
  };
};

const whom = async (o: Heard & { readonly intent: Intent | null }): Promise<About> => {
  const { asked, person, ports } = o;
  if (asked.kind === 'text') {
    const { directory, recogniser } = ports;
    return aboutWhom({
      text: asked.text,
      asker: person,
      intent: o.intent,
      directory,
      knows: (text) => recogniser.knows(text),
    });
  }
  if (asked.subject === 'nobody') {
    return { relation: o.intent?.about === 'nobody' ? 'self' : 'other', subject: null, candidates: [] };
  }
  const subject = asked.subject ?? person;
  return { relation: relationTo(person, subject), subject, candidates: [] };
};
