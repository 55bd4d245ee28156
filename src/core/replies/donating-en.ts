import type { DonatingReplies } from './donating-shape.ts';

export const en: DonatingReplies = {
  offer: 'Teach me this',
  title: 'Teach me a phrase',
  submit: 'Give it',
  whatHappens:
    'Nothing is kept unless you send this. If you do, I keep the phrase sealed for 90 days, without your name, and those who look after my list of questions read it to teach me. Please take out names, figures and whatever is confidential. Whoever runs me can find and delete what you gave.',
  fields: {
    phrase: { label: 'The phrase', hint: 'As you would ask it. Change it as you like.' },
    meant: { label: 'What did you mean?', hint: null },
    language: { label: 'In which language?', hint: null },
  },
  noneOfThese: 'None of these',
  languages: { en: 'English', de: 'German', fr: 'French', es: 'Spanish' },
  wrong: {
    phrase: ({ most }) => `Please write a phrase of 1 to ${most} characters.`,
    meant: 'Please choose what you meant, or “None of these”.',
    language: 'Please choose a language.',
  },
  thanks: 'Thank you. The phrase is kept sealed for 90 days, without your name.',
  full: 'I have as many phrases as I may keep just now, so this one was not kept. Thank you all the same.',
  enough:
    'You have given me as many phrases as I may take from one person just now, so this one was not kept. Thank you.',
};
