import { rotationTest } from './rotation.ts';

rotationTest({
  times: {
    'slack-signing-secret': 20,
    'slack-bot-token': 20,
    'teams-app-password': 20,
    'hr-token': 20,
    'audit-signing-key': 20,
    'data-key': 5,
  },
  processes: 1,
});
