/** What the stand-in for Teams sends, held against recorded webhooks; and those, sent through our own gate. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PlaceKind } from '../../src/core/types.ts';
import { CHANNEL, CHAT, EVAN, openTeams } from '../../test/adapters/teams/support.ts';
import type { Report } from './report.ts';
import { differences, isShape, mergeShapes, readJson, type Shape } from './shapes.ts';

const NOTHING = { byType: new Map<string, Shape>(), mayBeNull: new Set<string>() };

/** What must become of each, where it was said, and why. */
const EXPECTED: Readonly<
  Record<string, { readonly becomes: 'question' | null; readonly place: PlaceKind; readonly why: string }>
> = {
  'channel.json: mention': { becomes: 'question', place: 'channel', why: 'a person mentioned the bot in a channel' },
  'channel.json: channel_post_action': { becomes: null, place: 'channel', why: 'a button of another app’s' },
  'dm.json: mention': { becomes: 'question', place: 'channel', why: 'a person mentioned the bot in a channel' },
  'dm.json: dmRequest': {
    becomes: null,
    place: 'channel',
    why: 'said in a channel without a mention, so not to the bot',
  },
  'dm.json: dmMessage': { becomes: 'question', place: 'direct', why: 'a person wrote to the bot in private' },
};

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
    const names = recorded.map(({ name }) => name);
    report.check('teams: every recorded webhook has an expectation, and every expectation a webhook', [
      ...names.filter((name) => !Object.hasOwn(EXPECTED, name)),
      ...Object.keys(EXPECTED).filter((name) => !names.includes(name)),
    ]);
    for (const { name, activity } of recorded) {
      const due = EXPECTED[name];
      const token = bench.issuer.mint({ claims: { serviceurl: activity['serviceUrl'] } });
      const before = [bench.accepted.length, bench.rejected.length] as const;
      const { status, body } = await bench.post({ ...activity }, `Bearer ${token}`);
      const became = bench.accepted.slice(before[0]);
      const [first] = became;
      report.check(`teams: recorded ${name} is ${due?.becomes ?? 'acknowledged'}: ${due?.why ?? 'not expected'}`, [
        ...(status === 200 && body === '' ? [] : [`answered ${status}: ${bench.rejected.slice(before[1]).join(', ')}`]),
        ...(became.map(({ kind }) => kind).join() === (due?.becomes ?? '')
          ? []
          : [`became "${became.map(({ kind }) => kind).join()}"`]),
        ...(first !== undefined && first.place.kind !== due?.place ? [`its place is ${first.place.kind}`] : []),
        ...(first?.kind === 'question' && (first.text === '' || /<at>/.test(first.text))
          ? ['its words are not read']
          : []),
      ]);
      const forged = await bench.post({ ...activity }, `Bearer ${token.slice(0, -8)}AAAAAAAA`);
      report.check(`teams: recorded ${name}, not signed by Teams, is nothing`, [
        ...(forged.status === 401 && forged.body === '' ? [] : [`answered ${forged.status}`]),
        ...(bench.accepted.length === before[0] + became.length ? [] : ['it was accepted']),
      ]);
    }
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
