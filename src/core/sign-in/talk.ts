/** "Sign out" and "that wasn't me", said in words. A closed list, as of what is asked about one's own data: nobody's rule stands between. */
import { plainCard } from '../answer.ts';
import type { Claim } from '../ports.ts';
import { plainOf } from '../privacy/words.ts';
import { repliesIn } from '../replies/replies.ts';
import { record } from '../steps.ts';
import type { Card, Person, Question } from '../types.ts';
import type { World } from '../world.ts';
import { disownSignIns } from './disown.ts';
import { endSignIns, endsTooOften } from './ends.ts';

const MOST_CHARACTERS = 80;

/** `sign-out`: they end it. `not-me`: they say as well that it was not theirs. */
export type EndVerb = 'sign-out' | 'not-me';

export const isEndVerb = (verb: string | undefined): verb is EndVerb => verb === 'sign-out' || verb === 'not-me';

const SAID: ReadonlyMap<string, EndVerb> = new Map(
  (
    [
      [
        'sign-out',
        [
          // English
          'sign out',
          'sign me out',
          'signout',
          'log out',
          'log me out',
          'logout',
          'end my sign-in',
          // German
          'abmelden',
          'mich abmelden',
          'melde mich ab',
          'meld mich ab',
          'ausloggen',
          'logge mich aus',
          'log mich aus',
          'meine anmeldung beenden',
          // French
          'déconnexion',
          'me déconnecter',
          'déconnecte-moi',
          // Spanish
          'cerrar sesión',
          'cierra mi sesión',
        ],
      ],
      [
        'not-me',
        [
          // English
          "that wasn't me",
          'that was not me',
          "this wasn't me",
          "it wasn't me",
          'it was not me',
          "i didn't sign in",
          'i did not sign in',
          // German
          'das war ich nicht',
          'ich war das nicht',
          'ich war es nicht',
          'ich habe mich nicht angemeldet',
          'ich hab mich nicht angemeldet',
          // French
          "ce n'était pas moi",
          "c'était pas moi",
          // Spanish
          'no fui yo',
          'no he sido yo',
        ],
      ],
    ] as const
  ).flatMap(([verb, texts]) => texts.map((text) => [text, verb] as const)),
);

/** Null: it is a text like any other. */
export const endVerbOf = (text: string): EndVerb | null =>
  text.length <= MOST_CHARACTERS ? (SAID.get(plainOf(text)) ?? null) : null;

/** Does it, and says what came of it. Throws where it cannot be recorded or the store is away. */
export const endBy = async (world: World, person: Pick<Person, 'id' | 'locale'>, verb: EndVerb): Promise<Card> => {
  const texts = repliesIn(person.locale).signedIn;
  if (verb === 'not-me') {
    await disownSignIns(world, { person: person.id });
    return plainCard(texts.disowned({ told: world.securityContact !== null }));
  }
  const { signIn } = await endSignIns(world, { person: person.id, why: 'signed-out' });
  return plainCard(texts.signedOut({ had: signIn !== null }));
};

/** Null: it is a text like any other, or they do it too often. */
export const endingTalk = async (
  world: World,
  claim: Claim,
  question: Question,
  person: Person,
): Promise<Card | null> => {
  const verb = endVerbOf(question.text);
  if (verb === null || endsTooOften(world, person) !== null) return null;
  await record(world, claim, question, { person, verdict: 'answer', reasons: ['sign-in', verb] });
  return endBy(world, person, verb);
};
