import { sqliteStores } from './install-stores.ts';
import { renewingContract } from './renewing.ts';

renewingContract('sqlite', sqliteStores);
