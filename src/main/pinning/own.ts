/** The pack of this process, as it is pinned and compared. */
import { createHash } from 'node:crypto';
import type { Pack } from '../../policies/contents.ts';
import type { OwnPack } from '../pinning.ts';

export const ownPack = (o: { readonly catalogue: Pack; readonly folders: readonly string[] }): OwnPack => ({
  pack: createHash('sha256').update(o.catalogue.hash).digest('hex'),
  body: '{}',
  stands: async () => 'weaker',
});
