/** What is put on record of a link and of the sign-ins that were begun by it. */
import type { SignInEntry } from '../audit.ts';
import type { World } from '../world.ts';
import type { FinishFault } from './types.ts';

/** Throws where it cannot be recorded. */
export const noteLink = async (
  { audit, clock, names, sealer }: Pick<World, 'audit' | 'clock' | 'names' | 'sealer'>,
  { id, person }: { readonly id: string; readonly person: string },
  o: { readonly change: SignInEntry['change']; readonly code?: FinishFault },
): Promise<void> => {
  await audit.append({
    kind: 'sign-in',
    for: 'question',
    at: clock.now(),
    change: o.change,
    id,
    person: sealer.fingerprint(person),
    name: await names.of({ person, purpose: 'asker' }),
    code: o.code ?? null,
  });
};
