/** Systems of record that are never called, because their address is written out and lies where their description does not let it lie. */
import { liesIn, mayCall } from '../adapters/backend/calling/addresses.ts';
import type { DescribedBackend } from '../adapters/backend/described.ts';

/** Where a name leads is only known when it is called, and looked at then. */
export const unreached = (
  backends: Iterable<Pick<DescribedBackend, 'name' | 'baseUrl' | 'hosts' | 'network'>>,
): readonly string[] =>
  [...backends].flatMap((backend) => {
    const url = new URL(backend.baseUrl);
    if (mayCall(url, backend)) return [];
    const isPrivate = liesIn(url.hostname.replace(/^\[|\]$/g, '')) === 'private';
    const mend = isPrivate
      ? 'Say network: private, if it is within your own network'
      : 'Give the address at which the system is';
    return [`The backend ${backend.name} is at ${url.hostname}, where nothing is ever called. ${mend}.`];
  });
