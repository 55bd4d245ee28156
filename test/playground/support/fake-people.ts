import type { ChatPerson } from '../../../playground/chat-page/api.ts';

const someone = (
  id: string,
  name: string,
  kind: ChatPerson['kind'],
  en: string,
  de: string,
  locale: ChatPerson['locale'] = 'en',
): ChatPerson => ({ id, name, kind, locale, role: { en, de } });

export const FAKE_PEOPLE: readonly ChatPerson[] = [
  someone('erin', 'Erin Vogel', 'employee', 'Employee in Germany', 'Angestellte in Deutschland', 'de'),
  someone('evan', 'Evan Brooks', 'employee', 'Employee in the US', 'Angestellter in den USA'),
  someone('mona', 'Mona Reyes', 'employee', 'Manager of Erin', 'Erins Chefin'),
  someone('hugo', 'Hugo Lindt', 'employee', 'Human resources', 'Personalabteilung'),
  someone('hana', 'Hana Sato', 'employee', 'Human resources', 'Personalabteilung'),
  someone('pia', 'Pia Romano', 'employee', 'Payroll', 'Lohnbuchhaltung'),
  someone('carl', 'Carl Meyer', 'contractor', 'Contractor', 'Freier Mitarbeiter'),
  someone('gus', 'Gus Ode', 'guest', 'Guest', 'Gast'),
  someone('xena', 'Xena Park', 'external', 'From another company', 'Aus einer anderen Firma'),
];
