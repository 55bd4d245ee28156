/** What the fake chat says to what: a few patterns, in the words and with the reasons that Sotto would have. */
import type { ChatButton, ChatPerson, Why } from '../../../playground/chat-page/api.ts';

/** What is to be posted; `show` 'hold': a placeholder first, then the text. */
export interface FakeReply {
  readonly text: string;
  readonly note?: string;
  readonly buttons?: readonly ChatButton[];
  /** It leaves when a confidential answer does. */
  readonly leaves?: boolean;
  readonly placeholder?: string;
  readonly why: Partial<Why>;
}

export interface FakeView {
  readonly title: string;
  readonly text: string;
  readonly note: string;
}

const LEAVE_NOTE = {
  de: 'Vertraulich: Ich entferne diese Antwort 60 Minuten nach dem Anzeigen. Deine Frage und was die Plattform selbst aufbewahrt, kann ich nicht entfernen.',
  en: 'Confidential: I remove this answer 60 minutes after showing it. Your question, and what the platform itself keeps, I cannot remove.',
};

export const fakeReply = (o: {
  readonly person: ChatPerson;
  readonly text: string;
  readonly signedIn: boolean;
  readonly restricted: boolean;
  readonly lastsSeconds: number;
}): FakeReply => {
  const { person, text } = o;
  const de = person.locale === 'de';
  const words = (german: string, english: string): string => (de ? german : english);
  const choose = (label: string, about: string): ChatButton => ({
    action: 'choose',
    label,
    value: `sealed:${about}:${person.id}`,
  });

  if (/guest|external/.test(person.kind)) {
    return {
      text: 'This is restricted here. I can only answer questions of the people who work at this company.',
      why: { verdict: 'refuse', about: null, reasons: [`kind-${person.kind}`] },
    };
  }
  if (/earn|verdien|money-wise/i.test(text) || (o.restricted && /pay|gehalt/i.test(text))) {
    return {
      text: words(
        'Das ist eingeschränkt: Zum Thema Gehalt darf ich das nicht beantworten. Bitte wende dich an die Lohnbuchhaltung (payroll@example.com).',
        'This is restricted: I may not answer this about salary. Please ask the payroll desk (payroll@example.com).',
      ),
      why: {
        verdict: 'refuse',
        intent: 'salary.someone',
        topics: ['salary'],
        about: 'other',
        reasons: [o.restricted ? 'restriction-salary' : 'not-permitted'],
      },
    };
  }
  if (/payslip|gehaltsabrechnung/i.test(text)) {
    const own = { intent: 'salary.payslip', topics: ['salary'], reasons: ['own-pay'] };
    if (!o.signedIn) {
      return {
        text: words(
          'Um das zu beantworten, brauche ich eine starke Anmeldung aus den letzten 15 Minuten. Bitte melde dich an und frag noch einmal.',
          'To answer this (your last payslip) I need a strong sign-in from the last 15 minutes. Please sign in and ask again.',
        ),
        why: { ...own, verdict: 'step-up' },
      };
    }
    return {
      text: words(
        'Deine letzte Gehaltsabrechnung: Ich zeige sie nur dir, in einem Fenster, und behalte in diesem Chat keine Kopie.',
        'Your last payslip: I show this to you alone, in a window, and keep no copy in this chat.',
      ),
      buttons: [{ action: 'view', label: words('Anzeigen', 'Show it'), value: `sealed:view:${person.id}` }],
      leaves: true,
      why: { ...own, show: 'view', expiresSeconds: o.lastsSeconds },
    };
  }
  if (/bonus/i.test(text)) {
    return {
      text: 'Your bonus was 1,200.00 USD.',
      placeholder: 'One moment. I am about to show a confidential answer here.',
      leaves: true,
      why: {
        intent: 'salary.bonus',
        topics: ['salary'],
        reasons: ['own-pay'],
        show: 'hold-reveal',
        expiresSeconds: o.lastsSeconds,
      },
    };
  }
  if (/leave|urlaub/i.test(text)) {
    return {
      text: words('Du hast noch 11,5 Urlaubstage in diesem Jahr.', 'You have 14 days of leave left this year.'),
      note: LEAVE_NOTE[person.locale],
      leaves: true,
      why: {
        intent: 'leave.balance',
        topics: ['leave'],
        reasons: ['own-leave'],
        show: 'message',
        expiresSeconds: o.lastsSeconds,
      },
    };
  }
  if (/payday|zahltag/i.test(text)) {
    return {
      text: words('Gehälter kommen am 25. jedes Monats.', 'Salaries are paid on the 25th of each month.'),
      why: { intent: 'salary.payday', topics: ['salary'], about: null, reasons: ['payday-anyone'], show: 'message' },
    };
  }
  return {
    text: words('Das habe ich nicht verstanden.', 'I did not understand that. Did you mean one of these?'),
    buttons: [
      choose(words('Dein Resturlaub', 'Your leave balance'), 'leave'),
      choose(words('Wann Gehälter gezahlt werden', 'When salaries are paid'), 'payday'),
    ],
    why: { verdict: 'unknown', about: null, reasons: ['not-recognised'] },
  };
};

/** What stands in the window of a payslip: what it says depends on who could empty it. */
export const fakeView = (person: ChatPerson, closes: boolean): FakeView =>
  person.locale === 'de'
    ? {
        title: 'Deine letzte Gehaltsabrechnung',
        text: 'Oktober: brutto 4.380,00 EUR, netto 2.744,18 EUR.',
        note: closes
          ? 'Vertraulich: Dieses Fenster wird in 2 Minuten geleert. Deine Frage und was die Plattform selbst aufbewahrt, kann ich nicht entfernen.'
          : 'Vertraulich: Dieses Fenster kann ich nicht schließen. Bitte schließ es, wenn du es gelesen hast.',
      }
    : {
        title: 'Your last payslip',
        text: 'October: gross 5,120.00 USD, net 3,689.40 USD.',
        note: closes
          ? 'Confidential: this window is emptied in 2 minutes. Your question, and what the platform itself keeps, I cannot remove.'
          : 'Confidential: I cannot close this window. Please close it when you have read it.',
      };
