import type { Form, Intent } from '../../src/core/types.ts';
import { createHrStage, type HrStage } from './hr-stage.ts';
import { both, intentOf, recognised } from './world.ts';
import { BOOK, createWritingBackend, type WritingBackend } from './writing-backend.ts';

/** The button below what asks for a form. */
export const OPEN = 'Open the form';

/** A stage on which everything that is said is understood as booking leave, and a system that does it. */
export const createWritingStage = (
  intent: Intent = intentOf({ id: BOOK, title: both('Book leave'), say: both('Booked under {number}.') }),
): { readonly stage: HrStage; readonly system: WritingBackend } => {
  const stage = createHrStage();
  const system = createWritingBackend();
  stage.t.script.recognition = recognised(BOOK);
  stage.t.script.operation = (name) => system.operation(name);
  stage.t.script.write = (o) => system.write(o);
  (stage.t.world.catalogue.intents as Map<string, Intent>).set(BOOK, intent);
  return { stage, system };
};

/** Says something, presses the button below the answer, and gives the form that it opens. */
export const openedForm = async (stage: HrStage): Promise<Form> => {
  await stage.say('evan', 'book me some leave');
  const { form } = await stage.open('evan', OPEN);
  if (form === null) throw new Error('no form');
  return form;
};
