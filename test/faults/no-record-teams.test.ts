import { noRecordNoAnswer } from './no-record-suite.ts';

noRecordNoAnswer({ on: 'teams', seed: 12 });
