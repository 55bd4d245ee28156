import { afterEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../playground/slack/types.ts';
import type { AuditEntry } from '../../../src/core/audit.ts';
import { createRejections } from '../../../src/core/rejections.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import {
  FORM,
  formOf,
  messageEvent,
  openSlack,
  PARTNER,
  pressPayload,
  type SlackBench,
  submitPayload,
} from './support.ts';

let bench: SlackBench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const FOREIGN_APP = 'A0OTHER000';
const authorizations = [
  { enterprise_id: null, team_id: PARTNER, user_id: 'U0BOT', is_bot: true, is_enterprise_install: false },
];

describe('what is signed and not for us', () => {
  const bodies = ({
    standIn,
  }: SlackBench): readonly { what: string; body: string; contentType?: string; reason: string }[] => {
    const event = (over: Json) => JSON.stringify(standIn.envelope(messageEvent(), over));
    const lifecycle = (type: string, over: Json) =>
      JSON.stringify(standIn.envelope({ type, tokens: { oauth: [], bot: ['U0BOT'] } }, over));
    const form = (payload: Json) => ({ body: formOf(payload), contentType: FORM });
    const command = (over: Readonly<Record<string, string>>) => ({
      body: new URLSearchParams({
        command: '/sotto',
        text: 'hi',
        user_id: 'U0EVAN0000',
        team_id: 'T0SOTTO000',
        api_app_id: 'A0SOTTO000',
        channel_id: 'D0EVAN0000',
        ...over,
      }).toString(),
      contentType: FORM,
    });
    const app = { api_app_id: FOREIGN_APP };
    const team = { team: { id: PARTNER, domain: 'partner' }, user: { id: 'U0XENA0000', team_id: PARTNER } };
    return [
      { what: 'an event of another app', body: event(app), reason: 'app-foreign' },
      { what: 'a press of another app', ...form(pressPayload(app)), reason: 'app-foreign' },
      { what: 'a form of another app', ...form(submitPayload(app)), reason: 'app-foreign' },
      { what: 'a command of another app', ...command(app), reason: 'app-foreign' },
      {
        what: 'an event of another workspace',
        body: event({ team_id: PARTNER, authorizations }),
        reason: 'team-foreign',
      },
      { what: 'a press in another workspace', ...form(pressPayload(team)), reason: 'team-foreign' },
      {
        what: 'a form of another workspace',
        ...form(submitPayload({ ...team, view: { id: 'V1', app_installed_team_id: PARTNER } })),
        reason: 'team-foreign',
      },
      { what: 'a command in another workspace', ...command({ team_id: PARTNER }), reason: 'team-foreign' },
      { what: 'the end of another app', body: lifecycle('app_uninstalled', app), reason: 'app-foreign' },
      {
        what: 'the end of another workspace',
        body: lifecycle('tokens_revoked', { team_id: PARTNER, authorizations }),
        reason: 'team-foreign',
      },
      {
        what: 'another organisation',
        body: event({
          team_id: PARTNER,
          authorizations: [{ ...authorizations[0], enterprise_id: 'E0PARTNER0', is_enterprise_install: true }],
        }),
        reason: 'team-foreign',
      },
    ];
  };

  it('R3 is answered 200, dropped and counted by its reason, whatever it is', async () => {
    bench = await openSlack();
    for (const { what, body, contentType, reason } of bodies(bench)) {
      const before = bench.rejected.length;
      const raw = { body, ...(contentType === undefined ? {} : { contentType }) };
      expect([what, (await bench.standIn.deliverRaw(raw)).status]).toEqual([what, 200]);
      expect([what, bench.rejected.slice(before)]).toEqual([what, [reason]]);
    }
    expect([bench.accepted, bench.opened, bench.submitted, bench.homes]).toEqual([[], [], [], []]);
    expect(bench.standIn.requests()).toEqual([]);
  });

  it('R3 and stands in the audit log with one entry a reason and minute, however many there were', async () => {
    const clock = createFakeClock();
    const entries: AuditEntry[] = [];
    const audit = {
      append: async (entry: AuditEntry) => {
        entries.push(entry);
        return { origin: 'slot-0', index: entries.length - 1 };
      },
    };
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const rejections = createRejections({ audit, clock, log });
    rejections.start();
    bench = await openSlack({ adapter: { reject: (reason) => rejections.note('slack', reason) } });
    for (let time = 0; time < 3; time++)
      for (const { body, contentType } of bodies(bench))
        await bench.standIn.deliverRaw({ body, ...(contentType === undefined ? {} : { contentType }) });
    await until(() => clock.sleeping() > 0);
    await clock.advance(60_000);
    await rejections.stop();
    const at = expect.any(Number);
    expect(entries.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))).toEqual([
      { kind: 'rejected', at, platform: 'slack', reason: 'app-foreign', count: 15 },
      { kind: 'rejected', at, platform: 'slack', reason: 'team-foreign', count: 18 },
    ]);
  });
});
