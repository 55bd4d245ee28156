import { storeContract } from '../../contracts/store.ts';
import { createPlainStore } from './store.ts';

storeContract('the simulated store', async () => createPlainStore());
