import { holding } from './holding.ts';

holding();
