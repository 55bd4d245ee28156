/** Where a request comes from, and how: looked at before anything of it is read. */
import { BlockList, isIP } from 'node:net';
import type { HttpRequest } from '../../../core/ports.ts';
import type { HookFault } from './types.ts';

export type OriginCheck = (caller: HttpRequest['caller']) => Extract<HookFault, 'not-https' | 'origin'> | null;

/** `from`: CIDR; undefined: from anywhere. Whose address is not known comes from nowhere that is allowed. */
export const createOriginCheck = (from: readonly string[] | undefined): OriginCheck => {
  const allowed = new BlockList();
  for (const range of from ?? []) {
    const [network = '', bits = ''] = range.split('/');
    allowed.addSubnet(network, Number(bits), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return (caller) => {
    if (caller?.secure !== true) return 'not-https';
    if (from === undefined) return null;
    const family = isIP(caller.address);
    return family !== 0 && allowed.check(caller.address, family === 6 ? 'ipv6' : 'ipv4') ? null : 'origin';
  };
};
