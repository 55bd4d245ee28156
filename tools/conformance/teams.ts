/** What the stand-in for Teams sends, held against recorded webhooks; and those, sent through our own gate. */
import { join } from 'node:path';
import { CHANNEL, CHAT, EVAN, GROUP, openTeams } from '../../test/adapters/teams/support.ts';
import type { Report } from './report.ts';
import { differences, isShape, mergeShapes, type Shape } from './shapes.ts';
import { at, checkRecordedActivities, recordedIn, tenantOf } from './teams-recorded.ts';

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
    const activities = recorded.map(({ activity }) => activity);
    const message = sender.message({ ...said, chat: CHANNEL, mention: true });
    const kinds = [
      { name: 'a message in a channel', sent: message },
      { name: 'a message in private', sent: sender.message({ ...said, chat: CHAT, mention: false }) },
      { name: 'a press', sent: sender.submit({ person: EVAN, chat: CHANNEL, value: {}, replyTo: '1' }) },
    ];
    for (const { name, sent } of kinds) {
      const like = activities.filter((activity) => isPress(activity) === isPress(sent));
      const every = like.filter((activity) => kindOf(activity) === kindOf(sent));
      const lacking = every.flatMap((activity) => missing(activity, sent));
      report.check(`teams: ${name} has what the recorded ones have`, every.length === 0 ? [] : [...new Set(lacking)]);
      report.check(`teams: ${name} has nothing else`, differences(sent, like.reduce(mergeShapes, {}), NOTHING));
    }

    // Of these nothing was recorded: they have at least what everything has that was.
    const ask = { person: EVAN, chat: CHAT, name: 'x', value: {} };
    const others = [
      { name: 'a message in a group', sent: sender.message({ ...said, chat: GROUP, mention: true }) },
      { name: 'an invoke', sent: sender.invoke(ask) },
      { name: 'an invoke of a message extension', sent: sender.extension(ask) },
      { name: 'a message that was edited', sent: sender.changed(message, 'editMessage') },
      { name: 'a message that was deleted', sent: sender.changed(message, 'softDeleteMessage') },
      { name: 'an installation', sent: sender.installed({ person: EVAN, chat: CHAT, action: 'add' }) },
      { name: 'a bot that was added', sent: sender.membersAdded({ person: EVAN, chat: CHANNEL }) },
    ];
    const [first, ...more] = activities;
    const common = first === undefined ? {} : more.reduce<Shape>(shared, first);
    for (const { name, sent } of others)
      report.check(`teams: ${name} has what all recorded ones have`, [
        ...missing(common, sent),
        ...differences(picked(sent, common), common, NOTHING),
      ]);

    await checkRecordedActivities({ bench, recorded, report });
  } finally {
    await bench.close();
  }
};

const kindOf = (activity: unknown): unknown => at(activity, 'conversation', 'conversationType');
const isPress = (activity: Shape): boolean => isShape(activity['value']);

/** What a recorded activity has and ours lacks; what a button carries is its app's own. */
const missing = (theirs: unknown, ours: unknown, path = ''): readonly string[] =>
  isShape(theirs) && path !== '.value'
    ? Object.entries(theirs).flatMap(([key, inner]) =>
        isShape(ours) && Object.hasOwn(ours, key) ? missing(inner, ours[key], `${path}.${key}`) : [`no ${path}.${key}`],
      )
    : [];

/** What stands in both, as far down as it does. */
const shared = (one: Shape, other: Shape): Shape =>
  Object.fromEntries(
    Object.entries(one).flatMap(([key, inner]) => {
      if (!Object.hasOwn(other, key)) return [];
      const beside = other[key];
      return [[key, isShape(inner) && isShape(beside) ? shared(inner, beside) : inner]];
    }),
  );

/** Of a value what a shape has, too. */
const picked = (value: Shape, shape: Shape): Shape =>
  Object.fromEntries(
    Object.entries(shape).flatMap(([key, inner]) => {
      if (!Object.hasOwn(value, key)) return [];
      const own = value[key];
      return [[key, isShape(own) && isShape(inner) ? picked(own, inner) : own]];
    }),
  );
