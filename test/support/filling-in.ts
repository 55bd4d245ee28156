/** Forms as people fill them in, the whole way over http on either platform: a button is pressed, the form opens, it is sent. */
import type { SamplePerson } from '../../playground/people.ts';
import type { Talk } from '../../playground/talk.ts';
import { until } from './until.ts';

export interface OpenForm {
  /** What stands in the field whose name ends so. */
  value(field: string): unknown;
  /** Sends it as it stands, with these values by the end of a field's name; resolves to the HTTP status of the answer. */
  send(values: Readonly<Record<string, string>>): Promise<number | 'unknown'>;
}

/** Presses the newest button of this label that this person sees, and resolves once the form is there. */
export const openForm = async (talk: Talk, person: SamplePerson, label: string): Promise<OpenForm> => {
  const has = () => talk.messages(person).findLast(({ buttons }) => buttons.some((each) => each.label === label));
  await until(() => has() !== undefined);
  const message = has();
  const button = message?.buttons.find((each) => each.label === label);
  if (message === undefined || button === undefined) throw new Error(`no button ${label}`);
  talk.closeView(person);
  const { channel, id } = message;
  await talk.press({ person, channel, id, action: button.action, value: button.value });
  const form = () => talk.view(person)?.form ?? null;
  await until(() => form() !== null);
  // On Teams an input's name says what kind it is as well.
  const field = (name: string) => form()?.fields.find((each) => each.name.endsWith(name));
  const sealed = talk.view(person)?.id ?? '';
  return {
    value: (name) => {
      const found = field(name);
      return found !== undefined && 'value' in found ? found.value : undefined;
    },
    send: (values) => {
      const standing = (form()?.fields ?? []).map((each) => {
        const value = 'value' in each ? each.value : null;
        return [each.name, value === null || value === '' ? [] : [String(value)]] as const;
      });
      const filled = Object.entries(values).map(([name, value]) => [field(name)?.name ?? '', [value]] as const);
      return talk.submit({ person, id: sealed, values: Object.fromEntries([...standing, ...filled]) });
    },
  };
};
