import { fieldsIn } from '../../src/adapters/bounded/fields.ts';
import type { Clock } from '../../src/core/ports.ts';
import { type Again, createRetries } from './retries.ts';
import type { Sender } from './sender.ts';
import type { Envelope, Hub } from './socket-hub.ts';
import type { Delivered, Json } from './types.ts';

/** Over the sockets of an app instead of http: nothing is signed, and what is acknowledged counts as answered 200. */
export const createSocketSender = (o: { readonly hub: Hub; readonly clock: Pick<Clock, 'sleep'> }): Sender => {
  const closing = new AbortController();
  const retries = createRetries({ clock: o.clock, closing: closing.signal });

  const send = async (envelope: Envelope): Promise<Delivered> => {
    const acked = closing.signal.aborted ? null : await o.hub.send(envelope);
    if (acked === null) return { status: 0, body: '' };
    // Slack listens to what is said to people's deeds, and to nothing that is said to an event.
    const said = envelope.type === 'events_api' ? null : acked.payload;
    return { status: 200, body: said === null ? '' : JSON.stringify(said) };
  };

  const sendEvent = async (body: string, again: Again) => {
    const retry = { attempt: again?.num ?? 0, reason: again?.reason ?? '' };
    const { status } = await send({ type: 'events_api', payload: fieldsIn(body) ?? {}, retry });
    return { status, reason: 'timeout', noRetry: false } as const;
  };

  return {
    once: async ({ body, contentType }) => {
      const text = body.toString('utf8');
      if (contentType?.startsWith('application/x-www-form-urlencoded') !== true) {
        return { status: (await sendEvent(text, null)).status, body: '' };
      }
      const form = new URLSearchParams(text);
      const payload = form.get('payload');
      return payload === null
        ? send({ type: 'slash_commands', payload: commandOf(form), retry: null })
        : send({ type: 'interactive', payload: fieldsIn(payload) ?? {}, retry: null });
    },
    event: (body, { lost = false } = {}) => retries.run({ lost, attempt: (again) => sendEvent(body, again) }),
    close: async () => {
      closing.abort();
      o.hub.close();
      await retries.close();
    },
  };
};

/** A command's form as an object of the same words. */
const commandOf = (form: URLSearchParams): Json => Object.fromEntries(form);
