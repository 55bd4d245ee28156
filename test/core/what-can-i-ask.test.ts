import { beforeEach, describe, expect, it } from '@jest/globals';
import { createFileDirectory } from '../../src/adapters/files/directory.ts';
import { circumstances, permittedIntents } from '../../src/core/askable.ts';
import { explainQuestion } from '../../src/core/explain.ts';
import { type JudgePorts, judge } from '../../src/core/judge.ts';
import { signedInAt } from '../../src/core/sign-in/grants.ts';
import { type ConversationState, freshState, turnOf, withTurn } from '../../src/core/state.ts';
import type { Decision, Person, PlaceKind, PlatformName, PolicyRequest, Restriction } from '../../src/core/types.ts';
import { createPolicy } from '../../src/policies/authorise.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { packFolders, SAMPLE_PEOPLE } from '../../src/policies/pack.ts';
import { PLAIN_RESTRICTION } from '../support/restricting.ts';
import { sharedRecogniser } from '../support/shared-model.ts';

const folders = packFolders(null);
const catalogue = loadCatalogue({ folders });
const directory = createFileDirectory({ path: SAMPLE_PEOPLE });
const recogniser = await sharedRecogniser(catalogue);
const NOW = Date.parse('2026-11-26T10:00:00Z');
const PEOPLE = ['erin', 'mona', 'hugo', 'pia', 'carl', 'gus', 'xena'] as const;
const PLACES: readonly PlaceKind[] = ['direct', 'group', 'channel', 'shared'];

const restricted = (o: Partial<Restriction> & Pick<Restriction, 'forbids'>): Restriction => ({
  ...PLAIN_RESTRICTION,
  id: 'for-the-test',
  title: 'For the test',
  ...o,
});

/** Judges as the product does, with these restrictions in force. */
const portsWith = async (restrictions: readonly Restriction[] = []) => {
  const policy = await createPolicy({ catalogue, folders, restrictions, restrictionsVersion: 1 });
  const asked: PolicyRequest[] = [];
  const decide = (request: PolicyRequest): Decision => {
    asked.push(request);
    return policy.decide(request);
  };
  const ports: JudgePorts = {
    catalogue,
    recogniser,
    directory,
    policy: { ...policy, decide },
    grants: signedInAt(null),
    clock: { now: () => NOW, sleep: async () => undefined },
    backend: { operation: () => null },
  };
  return { ports, asked };
};

const personCalled = async (id: string): Promise<Person> => {
  const person = await directory.person(id);
  if (person === null) throw new Error(`Nobody of the sample is called ${id}.`);
  return person;
};

const listed = async (
  ports: JudgePorts,
  o: {
    readonly who: string;
    readonly platform?: PlatformName;
    readonly place?: PlaceKind;
    readonly state?: ConversationState;
  },
): Promise<readonly string[]> => {
  const { who, platform = 'slack', place = 'direct', state = freshState(NOW) } = o;
  const person = await personCalled(who);
  const request = circumstances({ person, platform, place, state, catalogue, now: NOW });
  return permittedIntents(ports, request).map(({ id }) => id);
};

describe('what can I ask?', () => {
  let plain: Awaited<ReturnType<typeof portsWith>>;
  // Anew for each: the rules that were loaded last are those that the engine of this process has.
  beforeEach(async () => {
    plain = await portsWith();
  });

  it('R40 lists exactly what would not be refused, for each kind of person, in each place: by the same decision, one for each intent', async () => {
    for (const who of PEOPLE) {
      const person = await personCalled(who);
      for (const place of PLACES) {
        plain.asked.length = 0;
        const list = await listed(plain.ports, { who, place });
        expect(plain.asked.map(({ action }) => action)).toEqual([...catalogue.intents.keys()]);
        const wouldNotBeRefused: string[] = [];
        for (const intent of catalogue.intents.keys()) {
          const { verdict } = await judge({
            ports: plain.ports,
            asked: { kind: 'chosen', intent, subject: null },
            person,
            platform: 'slack',
            place,
            state: freshState(NOW),
          });
          if (verdict !== 'refuse') wouldNotBeRefused.push(intent);
        }
        expect([who, place, list]).toEqual([who, place, wouldNotBeRefused]);
      }
    }
  });

  it('has nothing but help for guests and people of other companies, and nothing of their own data for contractors', async () => {
    for (const who of ['gus', 'xena']) expect(await listed(plain.ports, { who })).toEqual(['help.capabilities']);
    const contractor = await listed(plain.ports, { who: 'carl' });
    expect(contractor).toEqual(expect.arrayContaining(['help.capabilities', 'leave.holidays', 'salary.payday']));
    for (const intent of ['leave.balance', 'salary.payslip', 'it.tickets', 'people.contact'])
      expect(contractor).not.toContain(intent);
    const employee = await listed(plain.ports, { who: 'erin' });
    expect(employee).toEqual(expect.arrayContaining(['leave.balance', 'salary.payslip']));
    expect(employee).not.toContain('salary.overview');
    expect(await listed(plain.ports, { who: 'pia' })).toContain('salary.overview');
  });

  it('loses what HR restricts, for whom, where and while it is restricted, and for nobody else', async () => {
    const salary = (list: readonly string[]): readonly string[] => list.filter((id) => id.startsWith('salary.'));
    const payroll = salary(await listed(plain.ports, { who: 'pia' }));
    const all = await portsWith([restricted({ forbids: ['salary'], exceptGroups: ['payroll'] })]);
    for (const who of ['erin', 'mona', 'hugo', 'carl']) expect(salary(await listed(all.ports, { who }))).toEqual([]);
    expect(salary(await listed(all.ports, { who: 'pia' }))).toEqual(payroll);

    const pilot = await portsWith([restricted({ forbids: ['leave.balance'], appliesTo: ['manager'] })]);
    expect(await listed(pilot.ports, { who: 'mona' })).not.toContain('leave.balance');
    expect(await listed(pilot.ports, { who: 'erin' })).toContain('leave.balance');

    const later = await portsWith([restricted({ forbids: ['leave'], from: '2026-12-01T00:00:00.000Z' })]);
    expect(await listed(later.ports, { who: 'erin' })).toContain('leave.balance');

    // What is forbidden in a channel can still be asked in private, where it is answered.
    const there = await portsWith([restricted({ forbids: ['leave.holidays'], places: ['channel'] })]);
    expect(await listed(there.ports, { who: 'erin', place: 'channel' })).toContain('leave.holidays');
    expect(await listed(there.ports, { who: 'erin', place: 'direct' })).toContain('leave.holidays');
  });

  it('is what help says, and the topics that are named where nothing was understood', async () => {
    const { ports } = await portsWith([restricted({ forbids: ['salary', 'leave'] })]);
    const said = async (who: string, text: string) =>
      (
        await explainQuestion({
          ports,
          person: await personCalled(who),
          platform: 'teams',
          place: 'direct',
          asked: { kind: 'text', text },
          history: [],
          denials: null,
        })
      ).reply;
    const help = await said('evan', 'what can you help me with?');
    expect(help).toContain('VPN');
    expect(help.toLowerCase()).not.toMatch(/payslip|pay day|days of leave|public holidays/);
    const unknown = await said('evan', 'how tall is a giraffe when it is born?');
    expect(unknown).toContain('You can ask me about');
    expect(unknown).not.toMatch(/Salary|Leave/);
    expect(await said('gus', 'how tall is a giraffe when it is born?')).toBe(
      'This is restricted here. I can only answer questions of the people who work at this company.',
    );
  });

  it('goes by what came before in the conversation, as the question itself would', async () => {
    const { ports, asked } = plain;
    asked.length = 0;
    const refusal = turnOf({
      at: NOW - 1_000,
      verdict: 'refuse',
      judgement: { intent: null, topics: ['salary'], about: null, refusedTopic: 'salary', onSuspicion: false },
    });
    await listed(ports, { who: 'erin', state: withTurn(freshState(NOW), refusal) });
    expect(asked[0]).toMatchObject({ denials: 1, asked: ['salary'], refused: ['salary'] });
    expect(new Set(asked.map((each) => JSON.stringify({ ...each, action: '' }))).size).toBe(1);
  });

  it('is explained with what the history asked and what was refused of it, also where refusals are only assumed', async () => {
    const { ports, asked } = plain;
    const explained = async (denials: number | null) => {
      asked.length = 0;
      const { outcome } = await explainQuestion({
        ports,
        person: await personCalled('evan'),
        platform: 'slack',
        place: 'direct',
        asked: { kind: 'text', text: 'how many days of leave have I left?' },
        history: [
          'what does Mona earn?',
          'is unpaid leave deducted from my salary?',
          'what public holidays do we have?',
        ],
        denials,
      });
      const { denials: counted, asked: topics, refused } = asked.at(-1) ?? { denials: null, asked: [], refused: [] };
      return { outcome, counted, topics: new Set(topics), refused };
    };
    // The second was refused on a suspicion alone, and counts as asked.
    expect(await explained(null)).toEqual({
      outcome: 'answer',
      counted: 1,
      topics: new Set(['salary', 'leave']),
      refused: ['salary'],
    });
    // Nothing waits here, however often was refused.
    expect(await explained(9)).toEqual({
      outcome: 'answer',
      counted: 9,
      topics: new Set(['salary', 'leave']),
      refused: [],
    });
  });

  it('offers to choose from only those people about whom the answer would be permitted', async () => {
    const { ports } = plain;
    const policy: JudgePorts['policy'] = {
      ...ports.policy,
      decide: (request) =>
        request.about === 'report'
          ? { effect: 'refuse', why: 'forbidden', rules: ['r'], helps: null, words: {}, contact: {}, rights: {} }
          : {
              effect: 'permit',
              rules: ['p'],
              obligations: { show: 'message', expiresSeconds: null, moreTime: 0, redact: [] },
            },
    };
    const mona = await personCalled('mona');
    const [erin, evan] = [await personCalled('erin'), await personCalled('evan')];
    const judgement = await judge({
      ports: {
        ...ports,
        policy,
        recogniser: {
          recognise: () => ({
            intent: 'people.contact',
            best: 'people.contact',
            confidence: 1,
            topics: [],
            ranking: ['people.contact'],
            also: [],
          }),
          knows: (text) => recogniser.knows(text),
        },
        directory: {
          ...directory,
          mentions: async ({ tokens }) =>
            tokens.flatMap((token, start) => (token === 'sam' ? [{ start, length: 1, people: [erin, evan] }] : [])),
        },
        backend: { operation: (name) => ({ name, dataClass: 'profile', list: false, bySubject: true }) },
      },
      asked: { kind: 'text', text: 'phone number of sam' },
      person: mona,
      platform: 'slack',
      place: 'direct',
      state: freshState(NOW),
    });
    expect([erin.manager, evan.manager === 'mona']).toEqual(['mona', false]);
    expect(judgement).toMatchObject({ verdict: 'which', candidates: [{ id: 'evan' }] });
  });
});

describe('a question that speaks of nobody and is not surely of who asks', () => {
  const ask = async (text: string, who = 'evan', restrictions: readonly Restriction[] = []) => {
    const { ports } = await portsWith(restrictions);
    const person = await personCalled(who);
    return judge({
      ports,
      asked: { kind: 'text', text },
      person,
      platform: 'slack',
      place: 'direct',
      state: freshState(NOW),
    });
  };

  it.each([
    ['does our health plan cover hearing aids', 'benefits.health'],
    ['which pension scheme do we have', 'benefits.pension'],
    ['leeve balance pls', 'leave.balance'],
    ['zahlt unsere Krankenversicherung eine Brille', 'benefits.health'],
  ])('is asked back, with one button for oneself: %s', async (text, intent) => {
    expect(await ask(text)).toMatchObject({
      verdict: 'which',
      asksSelf: true,
      intent: { id: intent },
      subject: null,
      candidates: [],
      reasons: ['about-unclear'],
    });
  });

  it.each([
    'payslip zelda',
    'gross slary pls',
    'our salaries',
    'what do we earn',
    'leave balance of Zelda',
    'zelda and my leave balance',
    'mona leave balance',
    'leave balance of my colleague',
    'who has how much leave left',
    'leave balance of everyone',
    'leave balance of number 10423',
  ])('is refused where it is of pay, or somebody may be meant: %s', async (text) => {
    expect(await ask(text)).toMatchObject({ verdict: 'refuse', asksSelf: false });
  });

  it('is refused where one may not ask it about oneself, and where HR restricts the topic', async () => {
    for (const who of ['gus', 'xena', 'carl'])
      expect([who, await ask('leeve balance pls', who)]).toMatchObject([who, { verdict: 'refuse', asksSelf: false }]);
    const all = [restricted({ forbids: ['leave'] })];
    expect(await ask('leeve balance pls', 'evan', all)).toMatchObject({ verdict: 'refuse', asksSelf: false });
  });

  it('is answered by the button as if it had been said', async () => {
    const { ports } = await portsWith();
    const person = await personCalled('evan');
    const asked = { kind: 'chosen', intent: 'leave.balance', subject: null } as const;
    const state = freshState(NOW);
    expect(await judge({ ports, asked, person, platform: 'slack', place: 'direct', state })).toMatchObject({
      verdict: 'answer',
      about: 'self',
      subject: { id: 'evan' },
    });
  });
});
