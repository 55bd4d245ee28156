/** What a live trip found, in the words of `sotto doctor`. */
import type { LiveState, LiveStepName, LiveTrip } from '../../core/live/types.ts';
import type { Looked } from '../../core/ports.ts';
import { ago } from '../time-words.ts';
import { finding, type Line, ok, warning } from './line.ts';
import { mendOf } from './live-codes.ts';

const PLATFORMS = { slack: 'Slack', teams: 'Teams' } as const;

export const placeOf = ({ platform, tenant }: Pick<LiveTrip, 'platform' | 'tenant'>): string =>
  `${PLATFORMS[platform]} ${tenant}`;

/** Goes on a sentence that begins with the place. */
const FAILED: { readonly [S in LiveStepName]: string } = {
  post: 'The message could not be posted',
  hold: 'The end of the message could not be put on record',
  reveal: 'The message could not be filled in',
  find: 'The message could not be looked up while it stood',
  leave: 'The message has not left in time',
  missing: 'The message could be looked up after it had left, or nobody could say',
  again: 'Taking the message away once more did not say that it is gone',
};

const WHY: { readonly [S in LiveStepName]: string } = {
  post: 'Nobody is answered there.',
  hold: 'Nothing is shown that must leave: the store does not take it.',
  reveal: 'Confidential answers stay a placeholder.',
  find: 'A post whose answer was lost could be made twice.',
  leave: 'Confidential answers stay longer than people are told.',
  missing: 'What leaves may still be there.',
  again: 'What leaves may still be there.',
};

const STATES: { readonly [S in Exclude<LiveState, 'removed'>]: readonly [what: string, why: string] } = {
  blanked: ['stands, and says nothing any more', 'The platform does not let the bot take away its own messages.'],
  pending: ['still stands', 'It is tried again until it is gone; so is every answer whose time is up.'],
  stays: [
    'still stands as a placeholder',
    'Its end could not be put on record, so nobody takes it away. It tells nothing.',
  ],
  unverified: [
    'was taken away, and nobody can say that it is gone',
    'The platform did not answer whether it is there.',
  ],
  lost: ['may stand as a placeholder', 'The answer to the post was lost. It tells nothing, and nobody takes it away.'],
  'not-posted': ['never stood', 'It was not posted.'],
};

/** `wanted`: the scopes that the manifest of this version asks for, of platforms that have any. */
export const liveLines = (trip: LiveTrip, wanted: readonly string[]): readonly Line[] => [
  ...trip.looked.flatMap((looked) => lookedLines(trip, looked, wanted)),
  ...trip.steps
    .filter((step) => !step.ok)
    .map(({ step, code }) =>
      finding('live', {
        what: `${placeOf(trip)}: ${FAILED[step]} (${code}).`,
        why: WHY[step],
        mend: mendOf(code, trip.platform),
      }),
    ),
  stateLine(trip),
  ...(trip.limits === null
    ? []
    : [
        ok(
          'live',
          `${placeOf(trip)}: ${trip.limits.removals} messages a minute may leave there and ${trip.limits.updates} be filled in, all processes together.`,
        ),
      ]),
];

const stateLine = (trip: LiveTrip): Line => {
  const { state, steps } = trip;
  if (state === 'removed') {
    const took = steps.reduce((sum, step) => sum + step.ms, 0);
    return ok('live', `${placeOf(trip)}: a message was shown, taken away and is gone, in ${ago(Math.max(1, took))}.`);
  }
  const [what, why] = STATES[state];
  const code = steps.findLast((step) => !step.ok)?.code ?? '';
  return finding('live', { what: `${placeOf(trip)}: the message ${what}.`, why, mend: mendOf(code, trip.platform) });
};

const lookedLines = (
  trip: LiveTrip,
  { at, ok: well, code, values = [] }: Looked,
  wanted: readonly string[],
): readonly Line[] => {
  const place = placeOf(trip);
  const name = PLATFORMS[trip.platform];
  if (at === 'token')
    return [
      well
        ? ok('live', `${place}: ${name} takes the bot’s token.`)
        : finding('live', {
            what: `${place}: ${name} does not take the bot’s token (${code}).`,
            why: 'Nobody is answered there.',
            mend: mendOf(code, trip.platform),
          }),
    ];
  if (at === 'scopes') return scopeLines(place, values, wanted);
  return [wayLine(trip, { well, code, socket: values.includes('socket') })];
};

/** What was sent to our public address to see who answers, as one says it of the platform. */
const TESTS = {
  slack: {
    came: 'a signed test came back from its public address.',
    failed: 'a signed test to Sotto’s public address did not come back',
  },
  teams: {
    came: 'at its public address a request without Teams’ token was turned away, as only Sotto does it.',
    failed: 'a request without Teams’ token was not turned away at Sotto’s public address as Sotto does it',
  },
} as const;

/** Whoever answers there is not Sotto. */
const ELSEWHERE = /^http_4|challenge|^not_ours$/;

const wayLine = (
  trip: LiveTrip,
  { well, code, socket }: { readonly well: boolean; readonly code: string; readonly socket: boolean },
): Line => {
  const place = placeOf(trip);
  const { came, failed } = TESTS[trip.platform];
  if (well)
    return ok(
      'live',
      socket
        ? `${place}: a connection of Socket Mode stands.`
        : `${place}: what ${PLATFORMS[trip.platform]} sends reaches Sotto: ${came}`,
    );
  const told = {
    what: socket ? `${place}: no connection of Socket Mode stands (${code}).` : `${place}: ${failed} (${code}).`,
    why: 'What people ask there may reach nobody.',
    mend: mendOf(code, trip.platform),
  };
  // From inside some networks the public address is out of reach, and the platform reaches it all the same.
  return socket || ELSEWHERE.test(code) ? finding('live', told) : warning('live', told);
};

const scopeLines = (place: string, granted: readonly string[], wanted: readonly string[]): readonly Line[] => {
  const missing = wanted.filter((scope) => !granted.includes(scope));
  const more = granted.filter((scope) => !wanted.includes(scope));
  if (missing.length === 0 && more.length === 0)
    return [ok('live', `${place}: the bot has the ${granted.length} scopes of the manifest, and no other.`)];
  return [
    ...(missing.length === 0
      ? []
      : [
          finding('live', {
            what: `${place}: the bot lacks ${missing.join(', ')}.`,
            why: 'Calls that need it are refused, and events that come with it do not come.',
            mend: mendOf('missing_scope', 'slack'),
          }),
        ]),
    ...(more.length === 0
      ? []
      : [
          finding('live', {
            what: `${place}: the bot was granted ${more.join(', ')} besides, which Sotto does not ask for.`,
            why: 'Whoever takes its token can do that, too.',
            mend: 'Paste the manifest of this version again (sotto manifest slack), and reinstall the app.',
          }),
        ]),
  ];
};
