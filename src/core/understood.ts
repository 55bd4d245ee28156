/** Step 6: what a text or a chosen button asks, and about whom. Nothing is decided here. */
import { relationTo } from './askable.ts';
import type { Directory, Recogniser } from './ports.ts';
import { aboutWhom } from './recognise/people.ts';
import type { About, Catalogue, Colleague, Intent, Person } from './types.ts';

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
}

interface Heard {
  readonly ports: UnderstandPorts;
  readonly asked: Asked;
  readonly person: Person;
}

export const understand = async (o: Heard): Promise<Understood> => {
  const { ports, asked, person } = o;
  const { catalogue, recogniser } = ports;
  const recognition = asked.kind === 'text' ? recogniser.recognise({ text: asked.text, locale: person.locale }) : null;
  const named = asked.kind === 'chosen' ? asked.intent : (recognition?.intent ?? null);
  const intent = named === null ? null : (catalogue.intents.get(named) ?? null);
  return {
    intent,
    suspected: recognition?.topics ?? [],
    closest: (recognition?.ranking ?? []).flatMap((id) => catalogue.intents.get(id) ?? []),
    about: await whom({ ...o, intent }),
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
