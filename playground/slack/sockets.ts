import type { Hub } from './socket-hub.ts';
import type { Bot, Tokens } from './tokens.ts';
import type { SlackSockets } from './types.ts';

/** What tests and the playground do with the connections of Socket Mode, and by which token they open. */
export const createSockets = (o: {
  readonly hub: Hub;
  readonly tokens: Tokens;
  readonly bot: Bot;
  /** Null: Socket Mode is off, and no token opens a connection. */
  readonly appToken: string | null;
}): SlackSockets => {
  const { hub, tokens } = o;
  let current = o.appToken;
  const issue = (value: string): void => {
    tokens.issue({
      value,
      kind: 'app',
      teamId: null,
      enterpriseId: null,
      bot: o.bot,
      scopes: ['connections:write'],
      expiresAt: null,
    });
  };
  if (current !== null) issue(current);

  return {
    open: hub.open,
    disconnect: ({ reason, connection }) => hub.goodbye(reason, connection),
    cut: (connection) => hub.wire(connection).cut(),
    hush: (connection) => hub.wire(connection).hush(),
    sendRaw: (frame, connection) => hub.wire(connection).send(frame),
    acks: hub.acks,
    setAppToken: (appToken) => {
      if (current !== null) tokens.forget(current);
      current = appToken;
      issue(appToken);
    },
  };
};
