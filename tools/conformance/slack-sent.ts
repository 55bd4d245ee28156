/** What the stand-in sends, held against the official sample of its kind, and that it sent one of every kind that the adapter takes. */
import { existsSync } from 'node:fs';
import type { GlobalShortcut } from '@slack/bolt';
import type { SubteamUpdatedEvent, TeamAccessGrantedEvent, TeamAccessRevokedEvent } from '@slack/types';
import type { Json } from '../../playground/slack/types.ts';
import { handledEvents } from '../../src/cli/manifest/slack-needs.ts';
import type { SlackBench } from '../../test/adapters/slack/support.ts';
import type { Recorded } from './recorded.ts';
import type { Report } from './report.ts';
import { differences, isShape, mergeShapes, nullPaths, readJson, type Shape } from './shapes.ts';
import { formFields } from './slack-calls.ts';

/** Messages of a subtype of their own have samples of their own. */
const SUBTYPES: Readonly<Record<string, string>> = {
  bot_message: 'MessageBot',
  file_share: 'MessageFileShare',
  me_message: 'MessageMe',
  message_changed: 'MessageChanged',
  message_deleted: 'MessageDeleted',
  message_replied: 'MessageReplied',
  thread_broadcast: 'MessageThreadBroadcast',
};

/** What people do with the app itself. Closing a view is told to whoever asked for it, and Sotto never does. */
const PAYLOADS: Readonly<Record<string, string>> = {
  block_actions: 'BlockActionPayload',
  message_action: 'MessageShortcutPayload',
  view_submission: 'ViewSubmissionPayload',
};

/** There is no sample of a shortcut that belongs to no message; the vendor's types hold this to what there is. */
const SHORTCUT = {
  type: 'shortcut',
  callback_id: '',
  trigger_id: '',
  user: { id: '', username: '', team_id: '' },
  team: { id: '', domain: '', enterprise_id: '', enterprise_name: '' },
  token: '',
  action_ts: '',
  is_enterprise_install: false,
  enterprise: { id: '', name: '' },
} satisfies GlobalShortcut;

/** Nor is there one of these; their envelope is that of what else is told of a workspace. */
const ACCESS: Readonly<Record<string, Shape>> = {
  'event team_access_granted': {
    type: 'team_access_granted',
    team_ids: [''],
    event_ts: '',
  } satisfies TeamAccessGrantedEvent,
  'event team_access_revoked': {
    type: 'team_access_revoked',
    team_ids: [''],
    event_ts: '',
  } satisfies TeamAccessRevokedEvent,
  'event subteam_updated': {
    type: 'subteam_updated',
    subteam: {
      id: '',
      team_id: '',
      is_usergroup: true,
      is_subteam: true,
      name: '',
      description: '',
      handle: '',
      is_external: false,
      date_create: 0,
      date_update: 0,
      date_delete: 0,
      auto_provision: false,
      enterprise_subteam_id: '',
      created_by: '',
      updated_by: '',
      prefs: { channels: [], groups: [] },
      users: [''],
      user_count: 0,
      channel_count: 0,
    },
    event_ts: '',
  } satisfies SubteamUpdatedEvent,
};

/** What is told of an organisation is told of no workspace of it. */
const OF_NO_WORKSPACE = ['.team_id', '.context_team_id'];

/** `app_home_opened` is `AppHomeOpened`. */
const pascal = (name: string): string =>
  name
    .split('_')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

/** Its kind, as it is said, and the file of its sample. Null: there is none, and nothing is held against anything. */
const kindOf = (sent: Json): { readonly name: string; readonly file: string } | null => {
  const event = isShape(sent['event']) ? sent['event'] : null;
  if (event !== null) {
    const type = String(event['type']);
    const subtype = typeof event['subtype'] === 'string' ? event['subtype'] : null;
    if (type !== 'message') return { name: `event ${type}`, file: `events/${pascal(type)}.json` };
    if (subtype === null) return { name: 'event message', file: 'events/Message.json' };
    return {
      name: `event message, ${subtype}`,
      file: `events/${SUBTYPES[subtype] ?? pascal(`message_${subtype}`)}.json`,
    };
  }
  if ('command' in sent) return { name: 'command', file: 'payloads/SlashCommandPayload.json' };
  const type = String(sent['type']);
  return { name: type, file: `payloads/${PAYLOADS[type] ?? pascal(type)}.json` };
};

/** What the adapter takes, and so has to be sent here. */
const due = (): readonly string[] => [
  ...handledEvents().map((event) => `event ${event.split('.')[0]}`),
  ...Object.keys(PAYLOADS),
  'command',
  'shortcut',
  ...Object.keys(SUBTYPES)
    .filter((subtype) => ['bot_message', 'file_share', 'message_changed', 'message_deleted'].includes(subtype))
    .map((subtype) => `event message, ${subtype}`),
];

export const checkSent = (o: {
  readonly bench: Pick<SlackBench, 'delivered'>;
  readonly folder: string;
  readonly recorded: readonly Recorded[];
  readonly byType: ReadonlyMap<string, Shape>;
  /** Paths that may be null although no recording says so. */
  readonly mayBeNull: readonly string[];
  readonly report: Report;
}): void => {
  const { folder, report } = o;
  const recorded = o.recorded.map(({ body }) => body);
  const mayBeNull = new Set([...recorded.flatMap((body) => nullPaths(body)), ...o.mayBeNull]);
  const ownMessage = readJson(`${folder}/api/chat.postMessage.json`)['message'];
  const seen = new Set<string>();
  for (const { type, body } of o.bench.delivered) {
    const sent: Json = type.startsWith('application/json') ? JSON.parse(body) : formFields(body);
    const kind = kindOf(sent);
    if (kind === null) continue;
    const { name, file } = kind;
    seen.add(name);
    if (name === 'shortcut') {
      report.check(`${name} as in Bolt’s types`, differences(sent, SHORTCUT, { byType: o.byType, mayBeNull }));
      continue;
    }
    const access = ACCESS[name];
    if (access !== undefined) {
      const envelope = shapeOf({ sent, file: `${folder}/events/AppUninstalled.json`, recorded, ownMessage });
      const sample = isShape(envelope) ? { ...envelope, event: access } : envelope;
      report.check(
        `${name} as in Slack’s types`,
        differences(sent, sample, { byType: o.byType, mayBeNull: new Set([...mayBeNull, ...OF_NO_WORKSPACE]) }),
      );
      continue;
    }
    if (!existsSync(`${folder}/${file}`)) {
      report.check(name, [`there is no official ${file}`]);
      continue;
    }
    report.check(
      `${name} as in ${file}`,
      differences(sent, shapeOf({ sent, file: `${folder}/${file}`, recorded, ownMessage }), {
        byType: o.byType,
        mayBeNull,
      }),
    );
  }
  report.check(
    'the stand-in sent one of everything that the adapter takes',
    due().filter((name) => !seen.has(name)),
  );
};

/** An app's own message comes back as its post was answered, which the sample of the event leaves out in part. */
const withOwn = (sample: Shape, o: { readonly sent: Json; readonly ownMessage: unknown }): Shape => {
  const event = isShape(o.sent['event']) ? o.sent['event'] : {};
  return event['type'] === 'message' && 'bot_id' in event
    ? { ...sample, event: mergeShapes(sample['event'], o.ownMessage) }
    : sample;
};

/** The official sample, with what real webhooks of its kind were seen to carry beside. */
const shapeOf = (o: {
  readonly sent: Json;
  readonly file: string;
  readonly recorded: readonly Shape[];
  readonly ownMessage: unknown;
}): unknown => {
  const alike = o.recorded.filter(
    (body) => body['type'] === o.sent['type'] && 'command' in body === 'command' in o.sent,
  );
  const sample = withOwn(readJson(o.file), o);
  // The samples type the fields of a form as the program sees them; over the wire all of them are text.
  const typed = 'command' in o.sent ? Object.fromEntries(Object.keys(sample).map((key) => [key, ''])) : sample;
  return alike.reduce<unknown>(mergeShapes, typed);
};
