import type { readAuthorised } from '../../src/core/data.ts';
import { EVAN } from './world.ts';

/** As evan asks in his private chat on Slack, with nothing before it. */
export const EVANS_REQUEST: Parameters<typeof readAuthorised>[0]['request'] = {
  person: EVAN,
  platform: 'slack',
  place: 'direct',
  signInAgeMinutes: null,
  denials: 0,
  asked: [],
  refused: [],
  now: 0,
};
