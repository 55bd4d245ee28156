/** Where Teams is asked by itself who sits there (Teams requirement 17), at the stand-in and over http. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { GENERAL } from '../../../playground/teams/conversations.ts';
import type { Card } from '../../../src/core/types.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { APP, EVAN, type OutwardBench, openOutward, TENANT } from './outward.ts';

const PUBLIC = 'https://sotto.example.com';
const NAME = 'n'.repeat(43);
const OAUTH = 'application/vnd.microsoft.card.oauth';

const linkTo = (url: string): Card => ({
  text: 'Sign in first.',
  note: null,
  buttons: [],
  fallback: null,
  links: [{ label: 'Sign in', url }],
});
const SIGN_IN = linkTo(`${PUBLIC}/auth/sign-in?t=${NAME}`);
const PLAIN: Card = { text: 'One moment', note: null, buttons: [], fallback: null };

let bench: OutwardBench | null = null;
const open = async (o: Parameters<typeof openOutward>[0] = {}): Promise<OutwardBench> => {
  bench = await openOutward({ publicUrl: PUBLIC, connection: 'sso', ...o });
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const to = (channel: string) => ({ tenant: TENANT, user: EVAN, channel });
/** The cards that ask for a token, of all that the bot has put anywhere. */
const asking = ({ standIn }: OutwardBench) =>
  standIn
    .past()
    .filter(({ event }) => event === 'posted')
    .map(({ message }) => message)
    .filter(({ attachments }) => attachments.some(({ contentType }) => contentType === OAUTH));
const said = ({ standIn }: OutwardBench): number => standIn.requests().filter(({ verb }) => verb !== 'token').length;

describe('the card that asks Teams who sits there', () => {
  it('R17 stands beside a sign-in link in a private chat, names the link, and leads to the same page', async () => {
    const at = await open();
    const posted = await at.platform.post({ to: to(at.direct), card: PLAIN, key: 'k' });
    if (!posted.ok) throw new Error(posted.code);
    await at.platform.update({ ref: posted.ref, card: SIGN_IN });
    await until(() => asking(at).length === 1);
    expect(asking(at)[0]?.attachments).toEqual([
      {
        contentType: OAUTH,
        content: {
          text: 'Sign in',
          connectionName: 'sso',
          tokenExchangeResource: { id: NAME, uri: `api://botid-${APP}` },
          buttons: [{ type: 'signin', title: 'Sign in', value: `${PUBLIC}/auth/sign-in?t=${NAME}` }],
        },
      },
    ]);
  });

  it('R17 comes once for each link, however often its message is shown', async () => {
    const at = await open();
    const posted = await at.platform.post({ to: to(at.direct), card: SIGN_IN, key: 'k' });
    if (!posted.ok) throw new Error(posted.code);
    await at.platform.update({ ref: posted.ref, card: SIGN_IN });
    const other = linkTo(`${PUBLIC}/auth/sign-in?t=${'o'.repeat(43)}`);
    await at.platform.update({ ref: posted.ref, card: other });
    await until(() => asking(at).length === 2);
    expect(new Set(asking(at).map(({ attachments }) => JSON.stringify(attachments))).size).toBe(2);
  });

  it('R17 goes once Teams has answered, also where the answer was faster than the post', async () => {
    const at = await open();
    await at.platform.post({ to: to(at.direct), card: SIGN_IN, key: 'k' });
    at.platform.consentAnswered(NAME);
    at.platform.consentAnswered(NAME);
    at.platform.consentAnswered('nobody asked this');
    await until(() => at.standIn.past().some(({ event }) => event === 'deleted'));
    expect(at.standIn.past().filter(({ event }) => event === 'deleted')).toHaveLength(1);
    expect(at.standIn.history({ user: EVAN }).map(({ attachments }) => attachments[0]?.['contentType'])).toEqual([
      'application/vnd.microsoft.card.adaptive',
    ]);
  });

  it.each<readonly [string, string, Card]>([
    ['in a channel', GENERAL, SIGN_IN],
    ['beside a link elsewhere', '', linkTo(`https://evil.example/auth/sign-in?t=${NAME}`)],
    ['beside a link that only begins like ours', '', linkTo(`${PUBLIC}.evil.example/auth/sign-in?t=${NAME}`)],
    ['beside another page of ours', '', linkTo(`${PUBLIC}/auth/order`)],
    ['beside a link with more behind its name', '', linkTo(`${PUBLIC}/auth/sign-in?t=${NAME}&u=1`)],
    ['beside no link', '', PLAIN],
  ])('R17 stands not %s', async (_, channel, card) => {
    const at = await open();
    await at.platform.post({ to: to(channel === '' ? at.direct : channel), card, key: 'k' });
    // Its call would come after this one.
    await at.platform.post({ to: to(at.direct), card: PLAIN, key: 'l' });
    expect([said(at), asking(at)]).toEqual([2, []]);
  });

  it('R17 stands nowhere without a connection, or without an address of ours', async () => {
    for (const less of [{ publicUrl: PUBLIC }, { connection: 'sso' }]) {
      const at = await openOutward(less);
      try {
        await at.platform.post({ to: to(at.direct), card: SIGN_IN, key: 'k' });
        expect([said(at), asking(at)]).toEqual([1, []]);
      } finally {
        await at.close();
      }
    }
  });

  it('R17 that cannot be posted keeps nothing from being shown', async () => {
    const at = await open();
    const posted = await at.platform.post({ to: to(at.direct), card: PLAIN, key: 'k' });
    if (!posted.ok) throw new Error(posted.code);
    at.standIn.fail({ verb: 'activity.create', how: 'Forbidden' });
    expect(await at.platform.update({ ref: posted.ref, card: SIGN_IN })).toEqual({ ok: true });
    await until(() => said(at) === 3);
    at.platform.consentAnswered(NAME);
    expect(at.standIn.history({ user: EVAN })).toHaveLength(1);
  });

  it('R17 is asked anew after ten minutes, when the link is over', async () => {
    const clock = createFakeClock(Date.now());
    const at = await open({ clock });
    await at.platform.post({ to: to(at.direct), card: SIGN_IN, key: 'k' });
    await until(() => asking(at).length === 1);
    await clock.advance(10 * 60_000);
    await at.platform.post({ to: to(at.direct), card: SIGN_IN, key: 'l' });
    await until(() => asking(at).length === 2);
  });
});

describe('the stand-in, of cards that ask for a token', () => {
  const create = (at: OutwardBench, conversation: string, content: unknown) =>
    at.connector.create({
      tenant: TENANT,
      serviceUrl: at.standIn.serviceUrl(),
      conversation,
      activity: { type: 'message', attachments: [{ contentType: OAUTH, content }] },
    });
  const content = {
    text: 'Sign in',
    connectionName: 'sso',
    tokenExchangeResource: { id: NAME, uri: `api://botid-${APP}` },
    buttons: [{ type: 'signin', title: 'Sign in', value: `${PUBLIC}/auth` }],
  };

  it('takes one that is whole, in a private chat alone', async () => {
    const at = await open();
    expect(await create(at, at.direct, content)).toMatchObject({ done: { id: expect.any(String) } });
    expect(await create(at, GENERAL, content)).toMatchObject({ fault: { code: 'BadArgument' } });
  });

  it.each<readonly [string, object]>([
    ['no connection', { connectionName: '' }],
    ['no id', { tokenExchangeResource: { uri: `api://botid-${APP}` } }],
    ['no application', { tokenExchangeResource: { id: NAME, uri: 'https://x' } }],
    ['no button', { buttons: [] }],
    ['a button of another kind', { buttons: [{ type: 'openUrl', title: 'x', value: `${PUBLIC}/auth` }] }],
    ['a button that leads nowhere', { buttons: [{ type: 'signin', title: 'x', value: 'javascript:1' }] }],
    ['more than there is', { tokenPostResource: {} }],
  ])('refuses one with %s', async (_, over) => {
    const at = await open();
    expect(await create(at, at.direct, { ...content, ...over })).toMatchObject({ fault: { code: 'BadArgument' } });
  });
});
