/** Secrets: there, well formed, and for how long. */
import { readDescriptions } from '../../adapters/backend/description.ts';
import type { Config } from '../../config.ts';
import { codeOf, hasCode } from '../../core/errors.ts';
import type { Secrets } from '../../core/ports.ts';
import { endOfSecret } from '../../main/ends.ts';
import { looksMadeUp, missingSecrets, neededSecrets } from '../../main/secrets.ts';
import { ending, finding, type Line, ok, sentence } from './line.ts';

/** Names of the secrets that backends ask for. A description that cannot be read is said by whoever looks at backends. */
const backendSecrets = (folder: string): readonly string[] => {
  try {
    return readDescriptions(folder).secrets;
  } catch {
    return [];
  }
};

export const lookAtSecrets = async (o: {
  readonly config: Pick<Config, 'slack' | 'teams' | 'store' | 'backendsFolder' | 'warnMs'>;
  readonly secrets: Secrets;
  readonly now: number;
}): Promise<readonly Line[]> => {
  const { config } = o;
  const needed = [
    ...neededSecrets({ slack: config.slack, teams: config.teams?.credential ?? null }),
    ...backendSecrets(config.backendsFolder),
  ];
  const names = [...new Set([...needed, ...(config.store.kind === 'redis' ? ['redis-password'] : [])])];
  const lines = await Promise.all(names.map((name) => lookAt(name, o)));
  // A vault that does not answer says the same for each.
  const said = new Set<string>();
  return lines.filter(({ what }) => {
    const known = said.has(what);
    said.add(what);
    return !known;
  });
};

const lookAt = async (name: string, o: Parameters<typeof lookAtSecrets>[0]): Promise<Line> => {
  try {
    const secret = await o.secrets.get(name);
    const [wrong] = await missingSecrets(o.secrets, [name]);
    if (wrong !== undefined) return sentence('secrets', wrong);
    if (name === 'data-key' && looksMadeUp(secret))
      return finding('secrets', {
        what: 'The secret data-key looks made up: hardly any two of its bytes differ.',
        why: 'Who guesses it opens everything that is sealed.',
        mend: 'Draw one ("openssl rand -base64 32") and rotate to it: docs/operations.md, "Rotating".',
      });
    const others = secret.accepted.length - 1;
    const also =
      others === 0 ? '' : ` Besides it ${others === 1 ? 'one older value is' : `${others} older values are`} accepted.`;
    const end = endOfSecret(secret);
    if (end === null) return ok('secrets', `${name} is there and well formed; no end of it is known.${also}`);
    return ending({
      area: 'secrets',
      subject: name,
      now: o.now,
      end,
      warnMs: o.config.warnMs,
      why: 'Nothing newer stands ready in the vault, and without it nothing is answered.',
      mend: 'Put a new version there: docs/operations.md, "Rotating", says in which order.',
    });
  } catch (error) {
    if (name === 'redis-password' && hasCode(error, 'secret-missing'))
      return ok('secrets', 'redis-password is not there: this Redis is asked without one.');
    if (error instanceof Error && 'code' in error) return sentence('secrets', error.message);
    return finding('secrets', {
      what: `${name} could not be looked at (${codeOf(error)}).`,
      why: 'What is wrong with it would show only when it is used.',
      mend: 'See that the vault can be reached from here.',
    });
  }
};
