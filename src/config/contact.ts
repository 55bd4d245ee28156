/** Whom to tell where somebody keeps asking what is restricted. */
import { GUID, type Reading } from './findings.ts';
import type { DirectoryConfig } from './keeping.ts';

/** An id of a directory file. */
const PERSON = /^[A-Za-z0-9._-]{1,64}$/;

/** Null: nobody is told. Ids of Entra are compared in one case. */
export const readSecurityContact = ({ optional, find }: Reading, directory: DirectoryConfig): string | null => {
  const id = optional('SOTTO_SECURITY_CONTACT');
  if (id === null) return null;
  const entra = directory.kind === 'entra';
  if (!(entra ? GUID : PERSON).test(id)) {
    const what = entra
      ? 'the object id of a person in Entra (a GUID)'
      : 'the id of one person of the directory: letters, digits, dots, dashes and underscores, 64 at most';
    find(`SOTTO_SECURITY_CONTACT is "${id.slice(0, 120)}", so nobody would be told of probing. It is ${what}.`);
  }
  return entra ? id.toLowerCase() : id;
};
