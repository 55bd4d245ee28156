import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { renderForm } from '../../../src/adapters/slack/form.ts';
import { createFormCard } from '../../../src/adapters/teams/form.ts';
import { donateButton } from '../../../src/core/donating/buttons.ts';
import { donatingForm, FEW_OPTIONS, MOST_OPTIONS } from '../../../src/core/donating/form.ts';
import { openDonating } from '../../../src/core/donating/in-view.ts';
import { MOST_PHRASE } from '../../../src/core/donating/phrase.ts';
import type { Changed } from '../../../src/core/ports.ts';
import type { Card, Form } from '../../../src/core/types.ts';
import { createTestWorld, EVAN, intentOf, pressOf, type TestWorld } from '../../support/world.ts';

const TOO_LARGE: Changed = { ok: false, fault: 'never', code: 'form-too-large' };

/** As large as a pack's may be: every id and title as long as they get. */
const INTENTS = Array.from({ length: 150 }, (_, n) =>
  intentOf({
    id: `${'t'.repeat(32)}.${'i'.repeat(45)}${String(n).padStart(3, '0')}`,
    title: { en: `${n} ${'W'.repeat(90)}`, de: `${n} ${'W'.repeat(90)}` },
  }),
);

const form = (most: number): Form =>
  donatingForm({
    locale: 'de',
    state: 's'.repeat(400),
    filled: { text: '好'.repeat(MOST_PHRASE), meant: null, language: 'de' },
    permitted: INTENTS,
    findings: [],
    most,
  });

describe('the form for a phrase, of a pack that is as large as they get', () => {
  let t: TestWorld;
  beforeEach(() => {
    t = createTestWorld();
  });
  afterEach(() => t.close());

  it('has a brief one beside it that every platform takes', () => {
    const teams = createFormCard({ needed: 'Bitte ausfüllen.' });
    expect(teams(form(MOST_OPTIONS))).toBeNull();
    expect(teams(form(FEW_OPTIONS))).not.toBeNull();
    for (const most of [MOST_OPTIONS, FEW_OPTIONS])
      expect(renderForm({ form: form(most), title: 'Sotto', close: 'Schließen' }).ok).toBe(true);
  });

  /** What is shown by a platform that takes none of the first so many forms. */
  const opened = async (refused: number) => {
    const { sealer, clock } = t.world;
    const press = pressOf(undefined, null);
    const button = donateButton({ sealer, now: clock.now(), account: press.account, text: 'any pto', label: 'Teach' });
    const asked: Form[] = [];
    const revealed: Card[] = [];
    await openDonating(
      { ...t.world, directory: { ...t.world.directory, find: async () => ({ ok: true, person: EVAN }) } },
      { ...press, action: button?.action ?? '', value: button?.value ?? '' },
      {
        ref: null,
        ask: async (shown) => {
          asked.push(shown);
          return asked.length <= refused ? TOO_LARGE : { ok: true };
        },
        reveal: async (card) => {
          revealed.push(card);
          return { ok: true };
        },
      },
    );
    return { asked, revealed };
  };

  it('is asked in the brief one where the whole is too large, and nobody waits for nothing where that is too', async () => {
    expect(await opened(0)).toMatchObject({ asked: [{}], revealed: [] });
    expect(await opened(1)).toMatchObject({ asked: [{}, {}], revealed: [] });
    expect((await opened(2)).revealed).toMatchObject([{ text: expect.stringContaining('went wrong') }]);
  });
});
