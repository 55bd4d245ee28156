/** Whose a sign-in is, as the directory knows it. */

import { codeOf } from '../errors.ts';
import type { Directory, Log } from '../ports.ts';
import type { SignInIdentity } from '../sign-in-ports.ts';

/** Never throws. Only tells who it is: what they may do is asked by their account, afresh. */
export const personOf = async (
  world: { readonly directory: Pick<Directory, 'signInOf'>; readonly log: Log },
  identity: SignInIdentity,
): Promise<
  { readonly ok: true; readonly person: string } | { readonly ok: false; readonly why: 'unknown-person' | 'directory' }
> => {
  try {
    const owner = await world.directory.signInOf(identity);
    if (owner.ok) return owner;
    return { ok: false, why: owner.why === 'unreachable' ? 'directory' : 'unknown-person' };
  } catch (error) {
    world.log.warn('directory.failed', { code: codeOf(error) });
    return { ok: false, why: 'directory' };
  }
};
