import { afterEach, describe, expect, it } from '@jest/globals';
import { type Bench, get, HANA, NOW, openPages, post } from './support.ts';

let bench: Bench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});
const open = async (o: Parameters<typeof openPages>[0] = {}): Promise<Bench> => {
  bench = await openPages(o);
  return bench;
};
const SESSION = { cookie: '__Host-sotto-order=session' };
const { key } = HANA;

describe('the page of orders', () => {
  it('asks whoever comes to sign in first, and knows no code before that', async () => {
    const { url, asked } = await open();
    const { status, heading, body } = await get(`${url}/auth/order`);
    expect([status, heading]).toEqual([200, 'Confirm an order']);
    expect(body).not.toContain('name="code"');
    await post(`${url}/auth/order`, { key, code: '4KXW-9TFD' });
    await post(`${url}/auth/order/confirm`, { key, seen: 'seen-value' });
    expect(asked).toEqual(['order.session', 'order.session', 'order.session']);
  });

  it('leads to the provider with a mark that comes back, and takes its place by a session that no other site sends', async () => {
    const { url, given } = await open();
    const going = await post(`${url}/auth/order/sign-in`, {}, { 'accept-language': 'de' });
    expect(going.headers.get('set-cookie')).toBe(
      '__Host-sotto-order=begun; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax',
    );
    expect(going.body).toContain('url=https://login.example.com/authorize?order');
    expect(given[0]).toEqual({ locale: 'de', afresh: false });
    const back = await get(`${url}/auth/callback?code=c&state=o.1`, { cookie: '__Host-sotto-order=begun' });
    expect(back.headers.get('set-cookie')).toBe(
      '__Host-sotto-order=session; Path=/; Max-Age=840; Secure; HttpOnly; SameSite=Strict',
    );
    expect(back.heading).toBe('Type the code of the order');
    expect(given.at(-1)).toEqual({ query: 'code=c&state=o.1', browser: 'begun' });
  });

  it('shows what the order does before it can be confirmed, names and sentences as they are', async () => {
    const { url, given } = await open();
    const { body, heading } = await post(`${url}/auth/order`, { key, code: '4kxw-9tfd' }, SESSION);
    expect(heading).toBe('This was ordered');
    expect(body).toContain('Pauses Sotto for everybody &lt;i&gt;.');
    expect(body).toContain('Signed in as Hana Okafor &lt;b&gt;, for 14 minutes more.');
    expect(body).toContain('Your confirmation is enough. It waits for 8 minutes more.');
    expect(body).toContain('<input type="hidden" name="seen" value="seen-value"><button type="submit">Confirm it');
    expect(given.at(-1)).toEqual({ session: HANA, code: '4kxw-9tfd' });
  });

  it('shows the difference that is approved, and of how many people', async () => {
    const shown = {
      what: 'Lifts the restriction.',
      look: { difference: 'Lifted: Salary\n- pay <slip>', hash: 'abcdef012345' },
      needed: 2,
      confirmed: 1,
      until: NOW + 1,
      seen: 's',
    };
    const { url } = await open({ order: { read: async () => ({ ok: true, shown }) } });
    const { body } = await post(`${url}/auth/order`, { key, code: '4KXW-9TFD' }, SESSION);
    expect(body).toContain('<h2>What is different then</h2><p class="lines">Lifted: Salary\n- pay &lt;slip&gt;</p>');
    expect(body).toContain('You approve exactly this: abcdef012345.');
    expect(body).toContain('It needs 2 different people; 1 confirmed it so far.');
  });

  it('says what was wrong with a code beside the field, and in the title', async () => {
    const told = { says: 'That is not the code of an order that waits.', ended: false, done: false };
    const { url } = await open({ order: { read: async () => ({ ok: false, told }) } });
    const { status, title, body } = await post(`${url}/auth/order`, { key, code: '4KXW-9TFF' }, SESSION);
    expect([status, title]).toEqual([422, 'Error: Type the code of the order · Sotto']);
    expect(body).toContain(`<p class="error" id="code-error">${told.says}</p>`);
    expect(body).toContain('aria-describedby="code-error code-hint" aria-invalid="true"');
    expect(body).not.toContain('4KXW-9TFF');
  });

  it('confirms what was read, and says what comes of it', async () => {
    const { url, given } = await open();
    const { heading, body } = await post(`${url}/auth/order/confirm`, { key, seen: 'seen-value' }, SESSION);
    expect(heading).toBe('Confirmed');
    expect(body).toContain('Confirmed. It is being done.');
    expect(given.at(-1)).toEqual({ session: HANA, seen: 'seen-value' });
  });

  it('does not say that it was confirmed where it was not', async () => {
    const { url } = await open({
      order: { confirm: async () => ({ says: 'It has changed.', ended: true, done: false }) },
    });
    const { heading, body } = await post(`${url}/auth/order/confirm`, { key, seen: 'seen-value' }, SESSION);
    expect(heading).toBe('Nothing was confirmed');
    expect(body).toContain('It has changed.');
  });

  it.each(['', '/confirm', '/sign-out'])('takes no form at %s that was not made for this session', async (path) => {
    const { url, asked } = await open();
    for (const fields of [
      { code: '4KXW-9TFD', seen: 's' },
      { key: 'key-of-hugo', code: '4KXW-9TFD', seen: 's' },
    ]) {
      const { status, heading } = await post(`${url}/auth/order${path}`, fields as Record<string, string>, SESSION);
      expect([status, heading]).toEqual([403, 'This did not come from our page']);
    }
    expect(asked).toEqual(['order.session', 'order.isOwnForm', 'order.session', 'order.isOwnForm']);
  });

  it.each(['', '/confirm', '/sign-out', '/sign-in'])('takes no form at %s from another site', async (path) => {
    const { url, asked } = await open();
    const headers = { ...SESSION, 'sec-fetch-site': 'same-site' };
    const { status } = await post(`${url}/auth/order${path}`, { key, code: '4KXW-9TFD', seen: 's' }, headers);
    expect([status, asked]).toEqual([403, []]);
  });

  it('is left in every process, and in this browser', async () => {
    const { url, asked, given } = await open();
    const { headers, heading } = await post(`${url}/auth/order/sign-out`, { key }, SESSION);
    expect(heading).toBe('You are signed out');
    expect(headers.get('set-cookie')).toContain('__Host-sotto-order=; Path=/; Max-Age=0;');
    expect(asked.at(-1)).toBe('order.leave');
    expect(given.at(-1)).toEqual({ browser: 'session' });
  });

  it('says to whoever has no role that they confirm nothing, and begins no session', async () => {
    const { url } = await open({ order: { finish: async () => ({ ok: false, why: 'no-role', locale: 'de' }) } });
    const { status, heading, headers } = await get(`${url}/auth/callback?state=o.1`);
    expect([status, heading]).toEqual([403, 'Aufträge bestätigen nur Betreiber und die Personalabteilung']);
    expect(headers.get('set-cookie')).toContain('__Host-sotto-order=; Path=/; Max-Age=0;');
  });

  it('says so where the provider is away', async () => {
    const { url } = await open({ order: { begin: async () => ({ ok: false, why: 'unavailable', locale: null }) } });
    const { status, headers } = await post(`${url}/auth/order/sign-in`, {});
    expect([status, headers.get('retry-after')]).toEqual([503, '10']);
  });
});
