import { living } from './living.ts';

living(async () => null);
