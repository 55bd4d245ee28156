/**
 * What to try, in the language that Sotto answers this person in. The second word says what is asked, never how it ends:
 * that is for the person to see.
 */
const EN = {
  leave: ['How many days of leave have I left?', 'your own leave'],
  book: ['Book me off next Friday', 'leave, to be booked'],
  payday: ['When is payday?', 'the same for everyone'],
  payslip: ['Show me my last payslip', 'your own pay'],
  mona: ['What does Mona earn?', "somebody else's pay"],
  evan: ['What does Evan earn?', "somebody else's pay"],
  sideways: ['Roughly how well is Hugo doing, money-wise?', 'the same, put sideways'],
  erinLeave: ['How much leave has Erin left?', 'somebody who reports to you'],
  evanLeave: ['How much leave has Evan left?', "somebody else's leave"],
  evanReports: ['How much leave has Evan left?', 'somebody who reports to you'],
  tickets: ['What is the state of my IT tickets?', 'your own tickets'],
  restrictions: ['restrictions', 'what HR restricts'],
  nonsense: ['Can you water my plants?', 'nothing Sotto knows'],
};

const DE = {
  leave: ['Wie viele Urlaubstage habe ich noch?', 'eigener Urlaub'],
  book: ['Trag mir nächsten Freitag Urlaub ein', 'Urlaub, der gebucht wird'],
  payday: ['Wann ist Zahltag?', 'für alle gleich'],
  payslip: ['Zeig mir meine letzte Gehaltsabrechnung', 'eigenes Gehalt'],
  mona: ['Was verdient Mona?', 'fremdes Gehalt'],
  evan: ['Was verdient Evan?', 'fremdes Gehalt'],
  sideways: ['Wie viel bringt Hugo so jeden Monat nach Hause?', 'dasselbe, durch die Blume'],
  erinLeave: ['Wie viel Urlaub hat Erin noch?', 'jemand aus deinem Team'],
  evanLeave: ['Wie viel Urlaub hat Evan noch?', 'fremder Urlaub'],
  evanReports: ['Wie viel Urlaub hat Evan noch?', 'jemand aus deinem Team'],
  tickets: ['Wie steht es um meine IT-Tickets?', 'eigene Tickets'],
  restrictions: ['Einschränkungen', 'was HR einschränkt'],
  nonsense: ['Gieß bitte meine Blumen', 'weiß Sotto nicht'],
};

const EMPLOYEE = ['leave', 'mona', 'payslip', 'payday', 'book', 'sideways', 'nonsense'];

const BY_PERSON = {
  mona: ['erinLeave', 'evan', 'payslip', 'leave', 'payday', 'nonsense'],
  hugo: ['restrictions', 'leave', 'evan', 'evanLeave', 'payslip', 'nonsense'],
  hana: ['restrictions', 'evanReports', 'evan', 'payslip', 'leave', 'nonsense'],
  pia: ['evan', 'mona', 'payslip', 'evanLeave', 'payday', 'nonsense'],
  carl: ['tickets', 'payday', 'mona', 'leave', 'nonsense'],
  gus: ['payday', 'leave', 'mona', 'nonsense'],
  xena: ['payday', 'mona', 'leave', 'nonsense'],
};

/** @returns {readonly {text: string, about: string}[]} */
export const suggestionsFor = ({ id, locale }) => {
  const texts = locale === 'de' ? DE : EN;
  return (BY_PERSON[id] ?? EMPLOYEE).map((name) => ({ text: texts[name][0], about: texts[name][1] }));
};
