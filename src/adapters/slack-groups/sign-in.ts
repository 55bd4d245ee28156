/** Whose a sign-in is, where nothing but Slack knows anybody: by an address that the provider and Slack have confirmed both. */
import type { SignInIdentity, SignInOwner } from '../../core/sign-in-ports.ts';
import { personIdOf, type SlackAsked } from './slack.ts';

const EMAIL = /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,255}$/u;

/**
 * Only in workspaces whose addresses come from single sign-on: elsewhere people change their own. Slack is asked now, and must say of the
 * account itself that it has the address: an address that went to somebody else leads to them, and to nobody before.
 */
export const createSignInOf =
  (o: {
    readonly slack: Pick<SlackAsked, 'byAddress' | 'member'>;
    /** Workspaces that the admin declared. */
    readonly declared: readonly string[];
  }) =>
  async ({ email }: SignInIdentity): Promise<SignInOwner> => {
    if (email === null || !EMAIL.test(email) || !email.isWellFormed()) return { ok: false, why: 'unknown' };
    const owners = new Set<string>();
    for (const tenant of o.declared) {
      const found = await o.slack.byAddress({ tenant, email });
      if (found === 'unreachable') return { ok: false, why: 'unreachable' };
      const { user } = found;
      if (user === null) continue;
      const member = await o.slack.member({ tenant, user });
      if (member === 'unreachable') return { ok: false, why: 'unreachable' };
      if (member === 'unknown') continue;
      const has = member.email?.toLowerCase() === email.toLowerCase();
      if (has && (member.kind === 'member' || member.kind === 'guest')) owners.add(personIdOf(member));
    }
    const [person, ...others] = owners;
    if (person === undefined) return { ok: false, why: 'unknown' };
    return others.length > 0 ? { ok: false, why: 'several' } : { ok: true, person };
  };
