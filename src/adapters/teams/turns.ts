import { ActivityTypes, CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import {
  type Authentication,
  type AuthenticationOptions,
  authenticationParameters,
  TOKEN_ISSUER,
} from './authentication.ts';
import type { Fields } from './read.ts';

/** What a request is answered with. Only invokes have a body. */
export interface Answer {
  readonly status: number;
  readonly body?: Fields;
}

/** The vendor's adapter, driven by our own receiver. */
export interface Turns {
  /** For the second opinion: the vendor's own check of a request. */
  readonly authentication: Pick<Authentication, 'authenticateRequest'>;
  /** Runs the logic as the turn of an activity that the gate has verified, and says what Teams is to be answered. */
  run(o: {
    readonly activity: Fields;
    readonly authorization: string;
    readonly logic: () => Promise<Answer>;
  }): Promise<Answer>;
}

/**
 * The adapter believes nobody but the gate: an activity that did not come through `run` is refused, and so is every other
 * way in (streaming, skills). It sends nothing; see `sendsNothing`.
 */
export const createTurns = (o: AuthenticationOptions): Turns => {
  const verified = new WeakSet<object>();
  const vendors = new ConfigurationBotFrameworkAuthentication(...authenticationParameters(o));

  class Gate extends ConfigurationBotFrameworkAuthentication {
    override async authenticateRequest(
      ...[activity]: Parameters<Authentication['authenticateRequest']>
    ): ReturnType<Authentication['authenticateRequest']> {
      if (!verified.has(activity)) return refused();
      return { audience: '', claimsIdentity: identity, connectorFactory: (await clients()).connectors };
    }
    override async createUserTokenClient(): ReturnType<Authentication['createUserTokenClient']> {
      return (await clients()).tokens;
    }
    override async authenticateStreamingRequest(): Promise<never> {
      return refused();
    }
    override async authenticateChannelRequest(): Promise<never> {
      return refused();
    }
  }

  class Adapter extends CloudAdapter {
    identity(): ReturnType<Adapter['createClaimsIdentity']> {
      return this.createClaimsIdentity(o.appId);
    }
  }
  const adapter = new Adapter(new Gate(...authenticationParameters(o)));
  const identity = adapter.identity();

  /** The adapter makes two clients for each turn, which is most of what a turn costs. Nothing is sent by them, so two serve all. */
  const makeClients = async () => {
    const connector = await vendors.createConnectorFactory(identity).create(TOKEN_ISSUER, '');
    return {
      connectors: { create: async () => connector },
      tokens: await vendors.createUserTokenClient(identity),
    };
  };
  let made: ReturnType<typeof makeClients> | null = null;
  const clients = (): ReturnType<typeof makeClients> => {
    made ??= makeClients();
    return made;
  };

  return {
    authentication: vendors,
    run: async ({ activity, authorization, logic }) => {
      // The adapter changes what it is given: it makes dates of times.
      const body = { ...activity };
      verified.add(body);
      const isInvoke = activity['type'] === ActivityTypes.Invoke;
      let answer: Answer = { status: 500 };
      let status = 500;
      await adapter.process(
        { method: 'POST', headers: { authorization }, body },
        {
          socket: null,
          header: () => undefined,
          status: (code) => {
            status = code;
          },
          // What the adapter would say is either our own answer or an error's message.
          send: () => undefined,
          end: () => undefined,
        },
        async (context) => {
          answer = await logic();
          if (isInvoke) await context.sendActivity({ type: ActivityTypes.InvokeResponse, value: answer });
        },
      );
      return status === answer.status || (!isInvoke && status === 200) ? answer : { status: 500 };
    },
  };
};

/** Without a message, for the adapter would print and send it. */
const refused = (): never => {
  throw new Error('');
};
