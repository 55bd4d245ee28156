import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { offeringPerson, sayingPerson } from '../../src/core/asking-person.ts';
import type { Operation } from '../../src/core/ports.ts';
import type { Account, Decision, Person, PolicyRequest, Question } from '../../src/core/types.ts';
import { type Opening, readOpening } from '../../src/core/writing/buttons.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { packFolders } from '../../src/policies/pack.ts';

const catalogue = loadCatalogue({ folders: packFolders(null) });
const dataKey = randomBytes(32).toString('base64');
const sealer = createSealer({ dataKey: { current: dataKey, accepted: [dataKey] } });
const NOW = Date.UTC(2026, 10, 2, 9);
const account: Account = { platform: 'slack', tenant: 'T0', user: 'U0', external: false };
const ANSWERED = { text: 'This is restricted.', note: null, buttons: [], fallback: null };

const message = { name: 'message', label: { en: 'm', de: 'm' }, hint: null, most: 2_000, required: true, lines: true };
const OPENS: Operation = {
  name: 'case.open',
  dataClass: 'case',
  list: false,
  bySubject: false,
  writes: { again: 'key', undo: null, words: [message] },
};
const READS: Operation = { name: 'case.open', dataClass: 'case', list: false, bySubject: false };

const person = (kind: Person['kind'] = 'employee', locale: Person['locale'] = 'en'): Person => ({
  id: 'evan',
  name: 'Evan Brooks',
  kind,
  groups: [],
  country: 'US',
  locale,
  manager: null,
  fresh: true,
});

const question = (text: string): Question => ({
  kind: 'question',
  id: 'q',
  account,
  place: { kind: 'direct', channel: 'D0', thread: null },
  conversation: 'c',
  at: NOW,
  text,
});

interface Scene {
  readonly who?: Person;
  readonly text?: string;
  readonly operation?: Operation | null;
  /** Actions that policy refuses. */
  readonly refuses?: readonly string[];
  readonly intent?: string;
}

const scene = (o: Scene) => {
  const who = o.who ?? person();
  const decide = ({ action }: PolicyRequest): Decision =>
    o.refuses?.includes(action) === true
      ? { effect: 'refuse', why: 'forbidden', rules: ['r'], helps: null, words: {}, contact: {}, rights: {} }
      : {
          effect: 'permit',
          rules: ['r'],
          obligations: { show: 'message', expiresSeconds: null, moreTime: 0, redact: [] },
        };
  const world = {
    catalogue,
    backend: { operation: (name: string) => (name === 'case.open' ? (o.operation ?? null) : null) },
    policy: { decide } as unknown as Parameters<typeof offeringPerson>[0]['policy'],
    sealer,
    clock: { now: () => NOW } as Parameters<typeof offeringPerson>[0]['clock'],
  };
  const request = { person: who } as unknown as Parameters<typeof offeringPerson>[1]['request'];
  const intent = o.intent === undefined ? null : (catalogue.intents.get(o.intent) ?? null);
  return { world, of: { card: ANSWERED, person: who, request, intent, inbound: question(o.text ?? 'why is that?') } };
};

const opening = (o: Scene): Opening | null => {
  const { world, of } = scene(o);
  const [button] = offeringPerson(world, of).buttons;
  if (button === undefined) return null;
  const at = {
    kind: 'press',
    id: 'p',
    account,
    place: of.inbound.place,
    conversation: 'c',
    at: NOW,
    message: null,
    respondTo: null,
  };
  return readOpening({ ...at, kind: 'press', action: button.action, value: button.value }, { sealer, now: NOW });
};

describe('the way to a person', () => {
  it('begins with the question, as it was asked', () => {
    expect(opening({ operation: OPENS, text: ' what does Mona earn? ' })).toEqual({
      intent: 'help.person',
      subject: null,
      slots: {},
      words: { message: 'what does Mona earn?' },
    });
  });

  it.each([
    ['is longer than the form takes', 'x'.repeat(2_001)],
    ['does not fit into a button', 'ü'.repeat(1_900)],
    ['is nothing', '   '],
  ])('begins empty where the question %s', (_, text) => {
    expect(opening({ operation: OPENS, text })).toMatchObject({ intent: 'help.person', words: {} });
  });

  it('carries a long question that fits', () => {
    const text = 'why '.repeat(250).trim();
    expect(opening({ operation: OPENS, text })?.words).toEqual({ message: text });
  });

  it.each(['guest', 'external'] as const)('is not offered to a %s, whatever policy says', (kind) => {
    expect(opening({ operation: OPENS, who: person(kind) })).toBeNull();
  });

  it('is offered to a contractor', () => {
    expect(opening({ operation: OPENS, who: person('contractor') })).not.toBeNull();
  });

  it.each([
    ['no description serves it', { operation: null }],
    ['the operation of that name only reads', { operation: READS }],
    ['its form has no such text', { operation: { ...OPENS, writes: { again: 'key', undo: null, words: [] } } }],
    ['policy would refuse the question', { operation: OPENS, refuses: ['help.person'] }],
    ['policy would refuse the data', { operation: OPENS, refuses: ['data:case'] }],
    ['it is what was refused', { operation: OPENS, intent: 'help.person' }],
  ] as const)('is not offered where %s', (_, of) => {
    const { world, of: asked } = scene(of);
    expect(offeringPerson(world, asked)).toBe(ANSWERED);
    expect(sayingPerson(world, asked)).toBe(ANSWERED);
  });

  it('is said in words where no button can stand', () => {
    const { world, of } = scene({ operation: OPENS, who: person('employee', 'de') });
    expect(sayingPerson(world, of)).toMatchObject({
      buttons: [],
      text: expect.stringContaining('einen Menschen fragen'),
    });
  });

  it('opens for nobody else', () => {
    const { world, of } = scene({ operation: OPENS });
    const [button] = offeringPerson(world, of).buttons;
    const other = { ...account, user: 'U1' };
    const press = {
      kind: 'press',
      id: 'p',
      account: other,
      place: of.inbound.place,
      conversation: 'c',
      at: NOW,
    } as const;
    const value = button?.value ?? '';
    expect(
      readOpening({ ...press, message: null, respondTo: null, action: 'sotto.form', value }, { sealer, now: NOW }),
    ).toBeNull();
  });
});
