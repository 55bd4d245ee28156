/** What `sotto check` says of the restrictions that are in force. They stand in the store, so a Sotto that runs is asked for them. */
import { SottoError } from '../core/errors.ts';
import type { Pack } from '../policies/contents.ts';
import { payNotes } from '../policies/pay-notes.ts';
import { restrictionFromForm } from '../policies/restriction-form.ts';
import { askRunning, nobodyRuns } from './order.ts';
import { listShape } from './restrict/shapes.ts';

/** `serving`: there are settings for a Sotto that should run, so it is said where none could be asked. */
export const inForceNotes = async (o: {
  readonly catalogue: Pack;
  readonly serving: boolean;
}): Promise<readonly string[]> => {
  const { catalogue } = o;
  try {
    const { inForce } = await askRunning({ path: '/restrict', shape: listShape });
    const restrictions = inForce.flatMap(({ restriction }) => {
      const read = restrictionFromForm(restriction, catalogue);
      return read.ok ? [read.restriction] : [];
    });
    return payNotes({ restrictions, catalogue });
  } catch (error) {
    if (!(error instanceof SottoError)) throw error;
    return nobodyRuns(error) && !o.serving
      ? []
      : [`What HR restrict now was not looked at, only what the pack holds ready. ${error.message}`];
  }
};
