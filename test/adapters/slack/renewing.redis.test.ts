import { redisStores } from './install-stores.ts';
import { renewingContract } from './renewing.ts';

renewingContract('Redis', redisStores);
