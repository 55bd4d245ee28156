/** What only another set-up of the app or the workspace answers. */
import { APP_TOKEN, EVAN, openSlack } from '../../test/adapters/slack/support.ts';
import { type Answered, createCalls, DIRECT, HOME, MODAL, triggerOf } from './slack-calls.ts';

/** An app whose tabs are off; one with an app-level token; one of a whole organisation; a press of some seconds ago. */
export const callBeside = async (): Promise<readonly Answered[]> => {
  const answers: Answered[] = [];

  const tabless = await openSlack({ standIn: { messagesTab: false, homeTab: false } });
  try {
    const call = createCalls(tabless, answers);
    await call('chat.postMessage', { channel: EVAN, text: 'x' });
    await call('views.publish', { user_id: EVAN, view: HOME });
  } finally {
    await tabless.close();
  }

  const socket = await openSlack({ via: 'socket', connects: false });
  try {
    const call = createCalls(socket, answers);
    await call('apps.connections.open', {}, APP_TOKEN);
    await call('auth.test', {}, APP_TOKEN);
  } finally {
    await socket.close();
  }

  const whole = await openSlack({ standIn: { enterpriseId: 'E0EXAMPLE0', installation: 'org' } });
  try {
    await createCalls(whole, answers)('chat.postMessage', { channel: EVAN, text: 'x', team_id: 'T0NOSUCH00' });
  } finally {
    await whole.close();
  }

  let ahead = 0;
  const clock = { now: () => Date.now() + ahead, sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 5)) };
  const late = await openSlack({ standIn: { clock } });
  try {
    const call = createCalls(late, answers);
    const { ts } = await call('chat.postMessage', { channel: DIRECT, text: 'x' });
    const trigger = await triggerOf(late, String(ts));
    ahead = 4_000;
    await call('views.open', { trigger_id: trigger, view: MODAL });
    await call('views.open', { trigger_id: '1.2.never', view: MODAL });
  } finally {
    await late.close();
  }
  return answers;
};
