/** A form with a field of every kind, as HR fills it in. */
import type { ChatForm, ChatView } from '../../../playground/chat-page/api.ts';

const TOPICS = ['Salary', 'Leave', 'Benefits', 'Expenses', 'IT', 'People'];

export const SAMPLE_FORM: ChatForm = {
  title: 'New restriction',
  text: 'It only ever forbids. Before it is in force you see what it would do.',
  findings: [],
  fields: [
    { kind: 'text', name: 'title', label: 'Title', hint: null, required: true, value: '', most: 80, lines: false },
    {
      kind: 'many',
      name: 'forbids',
      label: 'What is restricted',
      hint: 'A topic, or single questions of it.',
      required: true,
      options: [
        ...TOPICS.map((label) => ({ value: label.toLowerCase(), label: `${label}: the whole topic` })),
        ...TOPICS.map((label, at) => ({ value: `${label.toLowerCase()}.${at}`, label: `${label}: question ${at}` })),
      ],
      values: [],
    },
    {
      kind: 'many',
      name: 'except',
      label: 'Not for',
      hint: null,
      required: false,
      options: ['payroll', 'hr', 'manager'].map((value) => ({ value, label: value })),
      values: ['payroll'],
    },
    {
      kind: 'one',
      name: 'place',
      label: 'Where',
      hint: null,
      required: false,
      options: [
        { value: 'direct', label: 'In private chat' },
        { value: 'channel', label: 'In channels' },
      ],
      value: null,
    },
    { kind: 'date', name: 'until', label: 'Until', hint: 'Empty: until it is lifted.', required: false, value: null },
    {
      kind: 'text',
      name: 'words-en',
      label: 'Words of the refusal',
      hint: 'What whoever asks is told.',
      required: false,
      value: '',
      most: 500,
      lines: true,
    },
  ],
  submit: 'Preview',
};

export const asking = (form: ChatForm, id = 'v9'): ChatView => ({
  id,
  title: form.title,
  text: form.text,
  note: null,
  form,
  leavesAt: null,
  blank: false,
});
