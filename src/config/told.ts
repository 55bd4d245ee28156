/** The settings as a backup tells them: by name, none that could be a secret. */
import type { Environment } from './findings.ts';

/** Whatever else stands in the environment is somebody else's, and may be anything. */
const OURS =
  /^(?:SOTTO_[A-Z_]+|SLACK_[A-Z_]+|TEAMS_[A-Z_]+|PORT|GRAPH_URL|OIDC_[A-Z_]+|AZURE_(?:TENANT_ID|CLIENT_ID|AUTHORITY_HOST|FEDERATED_TOKEN_FILE))$/;

/** A secret has no business there, and is refused elsewhere; it is not to be kept for that. */
const SECRET = /(?:SECRET|PASSWORD|TOKEN|KEY)$/;

/** Who signs in stands before the host of an address, and is refused elsewhere as well. */
const SIGNED_IN = /:\/\/[^/\s]{0,4000}@/;

/** Of one value. */
const MOST_CHARACTERS = 4_000;

export const toldSettings = (env: Environment): Readonly<Record<string, string>> =>
  Object.freeze(
    Object.fromEntries(
      Object.entries(env)
        .flatMap(([name, value]): [string, string][] =>
          value !== undefined && value.trim() !== '' && OURS.test(name) && !SECRET.test(name) && !SIGNED_IN.test(value)
            ? [[name, value.trim().slice(0, MOST_CHARACTERS)]]
            : [],
        )
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
  );
