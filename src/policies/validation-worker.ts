/** The worker's side of validation: reads what it was sent, answers once, ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { freshCedar } from './engine.ts';
import { type RulesToCheck, readRules } from './rules.ts';

parentPort?.postMessage(readRules(freshCedar(), workerData as RulesToCheck));
