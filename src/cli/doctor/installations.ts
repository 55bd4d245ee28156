/** Where the bot is installed by OAuth, when the tokens end, and what of it somebody must mend. */
import { z } from 'zod';
import { ago } from '../time-words.ts';
import { told } from './asking.ts';
import { finding, type Line, ok, warning } from './line.ts';

const shape = z.object({
  installations: z.array(
    z.object({
      platform: z.string(),
      tenant: z.string(),
      state: z.enum(['installed', 'parked', 'gone']),
      code: z.string(),
      endsAt: z.number().nullable(),
    }),
  ),
});

export type SeenInstallations = z.infer<typeof shape>['installations'];

/** Of one kind, beyond which the others are only counted. */
const MOST_TOLD = 10;

const MEND =
  'Somebody who may install apps there opens /slack/install at your address (SOTTO_PUBLIC_URL) and follows it to the end.';

/** Nothing where nothing was ever installed so: then the token is in the vault. */
export const installationLines = (all: SeenInstallations, now: number): readonly Line[] => {
  if (all.length === 0) return [];
  const of = (state: SeenInstallations[number]['state']) => all.filter((one) => one.state === state);
  const [installed, parked, gone] = [of('installed'), of('parked'), of('gone')];
  const ends = installed.flatMap(({ endsAt }) => (endsAt === null ? [] : [endsAt]));
  const first =
    ends.length === 0
      ? ''
      : ` The first token that ends does so in ${ago(Math.max(0, Math.min(...ends) - now))}; it is renewed before.`;
  const tells = (some: SeenInstallations, line: (one: SeenInstallations[number]) => Line): readonly Line[] =>
    some.slice(0, MOST_TOLD).map(line);
  return [
    ok(
      'running',
      `The bot is installed in ${installed.length} places, and was taken away from ${gone.length}.${first}`,
    ),
    ...tells(parked, ({ platform, tenant, code }) =>
      finding('running', {
        what: `Nothing is answered in ${tenant} (${platform}): its token is refused (${code}).`,
        why: 'Questions from there wait four hours and then end; answers that should leave stay.',
        mend: MEND,
      }),
    ),
    ...tells(
      installed.filter(({ code }) => code !== ''),
      ({ platform, tenant, code, endsAt }) =>
        warning('running', {
          what: `The token of ${tenant} (${platform}) cannot be renewed (${code}).`,
          why:
            endsAt === null
              ? 'It goes on working, and does not become one that ends.'
              : `Nothing is answered there any more in ${ago(Math.max(0, endsAt - now))}.`,
          mend: MEND,
        }),
    ),
    ...(parked.length <= MOST_TOLD
      ? []
      : [
          finding('running', { what: `So it is in ${parked.length - MOST_TOLD} further places.`, why: '', mend: MEND }),
        ]),
  ];
};

export const lookAtInstallations = (folder: string, now: number): Promise<readonly Line[]> =>
  told(folder, '/installations', shape, ({ installations }) => installationLines(installations, now));
