import { endingContract } from './ending.ts';
import { redisStores } from './install-stores.ts';

endingContract('Redis', redisStores);
