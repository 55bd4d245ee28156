/** Whom of the tenant a sign-in names. */
import type { SignInIdentity } from '../../core/sign-in-ports.ts';
import { isGuid } from './settings.ts';

/** Where Entra issues tokens, in each of its clouds; the tenant stands first in the path. */
const ENTRA_HOSTS: readonly string[] = [
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'sts.windows.net',
];

/**
 * The object id, in lower case; null: it is nobody's of this tenant. Entra's own tokens name the tenant, in the issuer and in `tid`, and both must
 * be ours: in another tenant the same person has another id, and anybody may make a tenant. A provider beside Entra names no
 * tenant and says the object id because the admin has had it say so.
 */
export const objectIdOf = ({ issuer, subject, tenant }: SignInIdentity, tenantId: string): string | null => {
  if (!isGuid(subject)) return null;
  if (tenant !== null && tenant.toLowerCase() !== tenantId) return null;
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  if (url === null) return null;
  const ofEntra = ENTRA_HOSTS.includes(url.hostname);
  if (ofEntra && (tenant === null || url.pathname.split('/')[1]?.toLowerCase() !== tenantId)) return null;
  return subject.toLowerCase();
};
