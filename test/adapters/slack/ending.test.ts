import { endingContract } from './ending.ts';
import { sqliteStores } from './install-stores.ts';

endingContract('sqlite', sqliteStores);
