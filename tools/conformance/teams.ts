/** What the stand-in for Teams sends, held against recorded webhooks; and those, sent through our own gate. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHANNEL, CHAT, EVAN, openTeams } from '../../test/adapters/teams/support.ts';
import type { Report } from './report.ts';
import { differences, isShape, mergeShapes, readJson, type Shape } from './shapes.ts';

const NOTHING = { byType: new Map<string, Shape>(), mayBeNull: new Set<string>() };

export const checkTeams = async ({
  folder,
  report,
}: {
  readonly folder: string;
  readonly report: Report;
}): Promise<void> => {
  const recorded = recordedIn(join(folder, 'recorded'));
  const tenants = new Set(recorded.map(({ activity }) => tenantOf(activity)));
  const bench = await openTeams({ adapter: { tenantIds: [...tenants] } });
  try {
    const { sender } = bench;
    const said = { person: EVAN, text: 'x' };
    const kinds = [
      { name: 'a message in a channel', sent: sender.message({ ...said, chat: CHANNEL, mention: true }) },
      { name: 'a message in private', sent: sender.message({ ...said, chat: CHAT, mention: false }) },
      { name: 'a press', sent: sender.submit({ person: EVAN, chat: CHANNEL, value: {}, replyTo: '1' }) },
    ];
    for (const { name, sent } of kinds) {
      const like = recorded
        .filter(({ activity }) => isPress(activity) === isPress(sent))
        .map(({ activity }) => activity);
      const every = like.filter((activity) => kindOf(activity) === kindOf(sent));
      const lacking = every.flatMap((activity) => missing(activity, sent));
      report.check(`teams: ${name} has what the recorded ones have`, every.length === 0 ? [] : [...new Set(lacking)]);
      report.check(`teams: ${name} has nothing else`, differences(sent, like.reduce(mergeShapes, {}), NOTHING));
    }
    for (const { name, activity } of recorded) {
      const token = bench.issuer.mint({ claims: { serviceurl: activity['serviceUrl'] } });
      const { status, body } = await bench.post({ ...activity }, `Bearer ${token}`);
      report.check(
        `teams: the recorded ${name} passes the gate`,
        status === 200 && body === '' ? [] : [`answered ${status}: ${bench.rejected.join(', ')}`],
      );
    }
    const [first] = bench.accepted;
    report.check(
      'teams: recorded words are read',
      first?.kind === 'question' && first.text !== '' ? [] : ['none were'],
    );
  } finally {
    await bench.close();
  }
};

const recordedIn = (folder: string): readonly { readonly name: string; readonly activity: Shape }[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) =>
      Object.entries(readJson(join(folder, file))).flatMap(([name, activity]) =>
        isShape(activity) && typeof activity['type'] === 'string' ? [{ name: `${file}: ${name}`, activity }] : [],
      ),
    );

const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((inner, key) => (isShape(inner) ? inner[key] : undefined), value);

const tenantOf = (activity: Shape): string => String(at(activity, 'channelData', 'tenant', 'id'));
const kindOf = (activity: unknown): unknown => at(activity, 'conversation', 'conversationType');
const isPress = (activity: Shape): boolean => isShape(activity['value']);

/** What a recorded activity has and ours lacks; what a button carries is its app's own. */
const missing = (theirs: unknown, ours: unknown, path = ''): readonly string[] =>
  isShape(theirs) && path !== '.value'
    ? Object.entries(theirs).flatMap(([key, inner]) =>
        isShape(ours) && Object.hasOwn(ours, key) ? missing(inner, ours[key], `${path}.${key}`) : [`no ${path}.${key}`],
      )
    : [];
