/** What an account of Entra says of whoever has it, whether they are asked for alone or in a roll. */
import type { PersonKind } from '../../core/types.ts';

interface Said {
  readonly userType?: string | null | undefined;
  readonly userPrincipalName?: string | null | undefined;
}

/** Whoever is not said to be a member is a guest: the kind that may do least. A guest's own name has #EXT# in it. */
export const isGuest = ({ userType, userPrincipalName }: Said): boolean =>
  userType !== 'Member' || (userPrincipalName ?? '').toUpperCase().includes('#EXT#');

export const kindOf = (guest: boolean, contractor: boolean): PersonKind => {
  if (guest) return 'guest';
  return contractor ? 'contractor' : 'employee';
};

/**
 * Where somebody works: `usageLocation`, which licences ask for and which is ISO 3166-1 by definition, else `country` where
 * it is a code. A country's name is not guessed at: a restriction by country must not be slipped past.
 */
export const countryOf = (account: {
  readonly usageLocation?: string | null | undefined;
  readonly country?: string | null | undefined;
}): string | null => {
  for (const said of [account.usageLocation, account.country]) {
    if (said === null || said === undefined || said === '') continue;
    return /^[A-Za-z]{2}$/.test(said) ? said.toUpperCase() : null;
  }
  return null;
};
