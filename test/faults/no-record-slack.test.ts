import { noRecordNoAnswer } from './no-record-suite.ts';

noRecordNoAnswer({ on: 'slack', seed: 11 });
