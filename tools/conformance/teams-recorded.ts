/** Webhooks that real tenants sent, replayed through our own gate and parser. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Inbound, PlaceKind } from '../../src/core/types.ts';
import type { TeamsBench } from '../../test/adapters/teams/support.ts';
import type { Report } from './report.ts';
import { isShape, readJson, type Shape } from './shapes.ts';

export interface RecordedActivity {
  /** The file, and its name in it. */
  readonly name: string;
  readonly file: string;
  readonly activity: Shape;
}

/** Everything in the folder that is an activity; the rest of those files describes the recording. */
export const recordedIn = (folder: string): readonly RecordedActivity[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) =>
      Object.entries(readJson(join(folder, file))).flatMap(([name, activity]) =>
        isShape(activity) && typeof activity['type'] === 'string' ? [{ name: `${file}: ${name}`, file, activity }] : [],
      ),
    );

export const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((inner, key) => (isShape(inner) ? inner[key] : undefined), value);

export const tenantOf = (activity: Shape): string => String(at(activity, 'channelData', 'tenant', 'id'));

interface Due {
  readonly becomes: 'question' | null;
  readonly place: PlaceKind;
  readonly why: string;
}

/** What must become of each, where it was said, and why. */
const EXPECTED: Readonly<Record<string, Due>> = {
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

/** Of one that was recorded later and has no expectation of its own: read off it here, by nothing of the adapter's. */
const foreseen = (activity: Shape): Due => {
  const kind = at(activity, 'conversation', 'conversationType');
  const place = kind === 'personal' ? 'direct' : kind === 'groupChat' ? 'group' : 'channel';
  const nothing = (why: string): Due => ({ becomes: null, place, why });
  if (activity['type'] !== 'message') return nothing('no message');
  if (isShape(activity['value'])) return nothing('a button of another app’s');
  if (typeof activity['text'] !== 'string') return nothing('no words');
  const entities = Array.isArray(activity['entities']) ? activity['entities'] : [];
  const mentioned = entities.some((each) => at(each, 'mentioned', 'id') === at(activity, 'recipient', 'id'));
  if (place === 'direct') return { becomes: 'question', place, why: 'a person wrote to the bot in private' };
  return mentioned
    ? { becomes: 'question', place, why: 'a person mentioned the bot' }
    : nothing('said without a mention, so not to the bot');
};

const MENTION_IDS = /<\/?at[ >]|&nbsp;|\u00a0/;

export const checkRecordedActivities = async (o: {
  readonly bench: TeamsBench;
  readonly recorded: readonly RecordedActivity[];
  readonly report: Report;
}): Promise<void> => {
  const { bench, recorded, report } = o;
  const files = new Set(recorded.map(({ file }) => file));
  const names = recorded.map(({ name }) => name);
  report.check('teams: there are recorded webhooks, and none that was expected is gone from its file', [
    ...(recorded.length > 0 ? [] : ['there is none']),
    ...Object.keys(EXPECTED).filter((name) => files.has(name.split(':')[0] ?? '') && !names.includes(name)),
  ]);

  /** Sent as Teams sends it, with a token for the service address that it names; what became of it. */
  const sent = async (activity: Shape, over: { readonly authorization?: string } = {}) => {
    const before = [bench.accepted.length, bench.rejected.length, bench.kept.length] as const;
    const token = bench.issuer.mint({ claims: { serviceurl: activity['serviceUrl'] } });
    const { status, body } = await bench.post({ ...activity }, over.authorization ?? `Bearer ${token}`);
    return {
      status,
      body,
      token,
      became: bench.accepted.slice(before[0]),
      rejected: bench.rejected.slice(before[1]),
      kept: bench.kept.slice(before[2]),
    };
  };

  for (const { name, activity } of recorded) {
    const due = EXPECTED[name] ?? foreseen(activity);
    const first = await sent(activity);
    // An invoke that nobody here knows is refused; nothing else of Teams' is.
    const taken = activity['type'] === 'invoke' ? [200, 400, 501] : [200];
    report.check(`teams: recorded ${name} is ${due.becomes ?? 'acknowledged'}: ${due.why}`, [
      ...(taken.includes(first.status) ? [] : [`answered ${first.status}: ${first.rejected.join(', ')}`]),
      ...(first.body === '' ? [] : ['answered with a body']),
      ...(kindsOf(first.became) === (due.becomes ?? '') ? [] : [`became "${kindsOf(first.became)}"`]),
      ...first.became.flatMap((inbound) => inboundFaults(inbound, activity, due)),
    ]);

    const again = await sent(activity);
    report.check(
      `teams: recorded ${name}, delivered again, is known by the same id`,
      idsOf(again.became) === idsOf(first.became) ? [] : [`${idsOf(first.became)}, then ${idsOf(again.became)}`],
    );

    const nothing = async (what: string, changed: Shape, authorization?: string): Promise<void> => {
      const refused = await sent(changed, authorization === undefined ? {} : { authorization });
      report.check(`teams: recorded ${name}, ${what}, is nothing`, [
        ...(refused.status === 401 && refused.body === '' ? [] : [`answered ${refused.status} "${refused.body}"`]),
        ...(refused.became.length === 0 ? [] : ['it was accepted']),
        ...(refused.kept.length === 0 ? [] : ['its address was kept']),
      ]);
    };
    await nothing('not signed by Teams', activity, `Bearer ${first.token.slice(0, -8)}AAAAAAAA`);
    await nothing('of a tenant that is not on the list', {
      ...activity,
      channelData: { ...(activity['channelData'] as Shape), tenant: { id: ELSEWHERE } },
    });
    await nothing('with a token for another service address', activity, `Bearer ${bench.issuer.mint()}`);

    if (due.becomes !== 'question') continue;
    for (const how of ['messageUpdate', 'messageDelete']) {
      const later = await sent({ ...activity, type: how });
      report.check(`teams: recorded ${name}, as a ${how}, is not asked`, [
        ...(later.status === 200 ? [] : [`answered ${later.status}: ${later.rejected.join(', ')}`]),
        ...later.became.flatMap(({ kind }) => (kind === 'question' ? ['it was asked'] : [])),
      ]);
    }
  }

  const button = recorded.find(({ activity }) => isShape(activity['value']) && activity['type'] === 'message');
  if (button === undefined) return;
  const ours = await sent({ ...button.activity, value: { sotto: { action: 'sotto.again', value: 'sealed' } } });
  const [press] = ours.became;
  report.check(`teams: recorded ${button.name}, with a value of ours, is a press of the message that it stood on`, [
    ...(press?.kind === 'press' ? [] : [`became "${kindsOf(ours.became)}": ${ours.rejected.join(', ')}`]),
    ...(press?.kind === 'press' && press.message?.id === button.activity['replyToId'] ? [] : ['of another message']),
    ...(press?.kind === 'press' && press.message?.channel === press.place.channel ? [] : ['in another chat']),
  ]);
};

const ELSEWHERE = '00000000-0000-4000-8000-000000000001';

const kindsOf = (became: readonly Inbound[]): string => became.map(({ kind }) => kind).join();
const idsOf = (became: readonly Inbound[]): string => became.map((each) => ('id' in each ? each.id : '')).join();

/** What the core is given, held against what stands in the webhook. */
const inboundFaults = (inbound: Inbound, activity: Shape, due: Due): readonly string[] => {
  if (inbound.kind !== 'question') return [];
  const [chat, thread] = String(at(activity, 'conversation', 'id')).split(';messageid=');
  const when = Date.parse(String(activity['timestamp']));
  const zone = activity['localTimezone'];
  return [
    ...(inbound.place.kind === due.place ? [] : [`its place is ${inbound.place.kind}`]),
    ...(inbound.place.channel === chat && inbound.place.thread === (thread ?? null) ? [] : ['its chat is not read']),
    ...(inbound.account.user === at(activity, 'from', 'aadObjectId') ? [] : ['its account is not read']),
    ...(inbound.account.tenant === tenantOf(activity) ? [] : ['its tenant is not read']),
    ...(inbound.account.external ? ['its own company is taken for a foreign one'] : []),
    ...(Math.abs(inbound.at - when) < 1 ? [] : ['its time is not read']),
    ...((inbound.timeZone ?? null) === (typeof zone === 'string' ? zone : null) ? [] : ['its time zone is not read']),
    ...(inbound.text !== '' && !MENTION_IDS.test(inbound.text) ? [] : ['its words are not read']),
  ];
};
