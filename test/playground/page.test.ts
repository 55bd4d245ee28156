import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAssets } from '../../playground/chat-page/assets.ts';
import type { LogFields } from '../../src/core/ports.ts';
import { until } from '../support/until.ts';
import { ask } from './support/ask.ts';
import { createFakeChat, type FakeChat } from './support/fake-chat.ts';
import { FAKE_PEOPLE } from './support/fake-people.ts';
import { asking, SAMPLE_FORM } from './support/sample-form.ts';
import { type ServedPage, servePage } from './support/serve-page.ts';

let api: FakeChat;
let page: ServedPage;
let logged: [string, LogFields | undefined][];

beforeEach(async () => {
  api = createFakeChat();
  logged = [];
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (event: string, fields?: LogFields) => logged.push([event, fields]),
  };
  page = await servePage({ api, log, heartbeatMs: 30, maxListeners: 2, now: () => 1_700_000_000_000 });
});

afterEach(async () => {
  api.stop();
  await page.close();
});

const post = (path: string, value: unknown, headers: Record<string, string> = {}) =>
  ask({
    url: page.url,
    path,
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: page.url, ...headers },
    body: typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value),
  });
/** A question to both platforms. */
const SAY = { person: 'evan', place: 'direct', text: 'hello', platforms: ['slack', 'teams'] };
const look = (path: string, headers: Record<string, string> = {}) => ask({ url: page.url, path, headers });

describe('the page as it is served', () => {
  it('carries a strict policy and the other headers on html, assets, data and errors', async () => {
    const paths = ['/', '/page/page.js', '/page/page.css', '/page/icon.svg', '/api/people', '/api/state'];
    for (const path of paths) {
      const { headers } = await look(path);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
          "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
      );
      expect(headers).toMatchObject({
        'integrity-policy': 'blocked-destinations=(script)',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
    }
  });

  it('names the right hash beside every script and style, and has none inline', async () => {
    const { body: html } = await look('/');
    const loaded = [...html.matchAll(/<(?:script|link rel="stylesheet")[^>]*>/g)].map(([tag]) => tag);
    expect(loaded.length).toBeGreaterThan(25);
    for (const tag of loaded) {
      const path = /(?:src|href)="([^"]+)"/.exec(tag)?.[1] ?? '';
      const named = /integrity="([^"]+)"/.exec(tag)?.[1];
      const { status, body } = await look(path);
      expect(status).toBe(200);
      expect(named).toBe(`sha384-${createHash('sha384').update(body).digest('base64')}`);
    }
    expect(html).not.toMatch(/<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|https?:\/\//);
  });

  it('checks every module, since an import alone would be loaded without a hash', async () => {
    const { body: html } = await look('/');
    const order = [...html.matchAll(/type="module" src="\/page\/([^"]+)"/g)].map(([, name]) => name ?? '');
    for (const [at, name] of order.entries()) {
      const { body } = await look(`/page/${name}`);
      for (const [, imported] of body.matchAll(/from '\.\/([^']+)'/g)) {
        expect(order.slice(0, at)).toContain(imported);
      }
      expect(body).not.toMatch(/import\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/);
    }
    expect([...order].sort()).toEqual(
      readAssets()
        .map(({ path }) => path.replace('/page/', ''))
        .filter((name) => name.endsWith('.js') && name !== 'early.js')
        .sort(),
    );
  });

  it('does not start with a page that names a file that is not there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'page-'));
    writeFileSync(join(folder, 'index.html'), '<script src="/page/a.js" integrity="a.js"></script>');
    expect(() => readAssets(folder)).toThrow('names "a.js", which is not beside it');
  });

  it('serves nothing but its own files', async () => {
    for (const path of ['/page/', '/page/../chat-page.ts', '/page/%2e%2e/chat-page.ts', '/page/index.html']) {
      expect((await look(path)).status).toBe(404);
    }
  });
});

describe('who is answered', () => {
  it.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost:PORT.evil.example',
    'evil@localhost:PORT',
  ])('refuses the host "%s"', async (host) => {
    const { port } = new URL(page.url);
    const headers = { host: host.replace('PORT', port) };
    for (const path of ['/', '/page/page.js', '/api/people', '/api/changes?person=evan']) {
      expect((await look(path, headers)).status).toBe(403);
    }
  });

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])('answers the host "%s"', async (name) => {
    const host = `${name}:${new URL(page.url).port}`;
    expect((await look('/api/people', { host })).status).toBe(200);
  });

  it('refuses what another origin sends, or what names no origin', async () => {
    expect((await post('/api/say', SAY, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post('/api/say', SAY, { origin: 'null' })).status).toBe(403);
    expect((await post('/api/say', SAY, { origin: 'http://127.0.0.1:1' })).status).toBe(403);
    expect((await post('/api/say', SAY, { 'sec-fetch-site': 'same-site' })).status).toBe(403);
    const bare = { 'content-type': 'application/json' };
    const body = JSON.stringify(SAY);
    expect((await ask({ url: page.url, path: '/api/say', method: 'POST', headers: bare, body })).status).toBe(403);
    expect((await look('/api/state?person=evan&place=direct', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await api.state({ person: 'evan', place: 'direct' })).panes.slack.messages).toEqual([]);
  });

  it('takes nothing but JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '']) {
      expect((await post('/api/say', SAY, { 'content-type': type })).status).toBe(415);
    }
    expect((await post('/api/say', SAY, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
  });
});

describe('the interface', () => {
  it('lists the people', async () => {
    expect(JSON.parse((await look('/api/people')).body)).toEqual(FAKE_PEOPLE);
  });

  it('says what one person sees in one place on each platform, and what time it is', async () => {
    const id = api.answer({ person: 'evan', platform: 'teams', text: 'You have 14 days.' });
    const view = {
      id: 'v1',
      title: 'Sotto',
      text: 'One moment.',
      note: null,
      form: null,
      leavesAt: null,
      blank: false,
    };
    api.view({ person: 'evan', platform: 'slack', view });
    const state = JSON.parse((await look('/api/state?person=evan&place=direct')).body);
    expect(state).toMatchObject({ signedIn: null, restricted: false, now: 1_700_000_000_000 });
    expect(state.panes.slack).toEqual({ messages: [], view, home: null });
    expect(state.panes.teams).toMatchObject({
      messages: [{ id, from: 'sotto', text: 'You have 14 days.', leavesAt: null }],
      view: null,
    });
    const others = JSON.parse((await look('/api/state?person=erin&place=direct')).body);
    const empty = { messages: [], view: null, home: null };
    expect(others.panes).toEqual({ slack: empty, teams: empty });
  });

  it('takes questions for both platforms or one, presses, and switches', async () => {
    const both = await post('/api/say', { ...SAY, place: 'shared', text: 'plants?' });
    expect(both).toMatchObject({ status: 200, body: '{"ok":true,"failed":[]}' });
    const one = await post('/api/say', { ...SAY, place: 'shared', text: 'weather?', platforms: ['teams'] });
    expect(one.status).toBe(200);
    expect((await post('/api/sign-in', { person: 'evan', on: true })).status).toBe(200);
    expect((await post('/api/restrict', { on: true })).status).toBe(200);
    const { panes, ...switches } = await api.state({ person: 'evan', place: 'shared' });
    expect(panes.slack.messages.filter(({ from }) => from === 'person').map(({ text }) => text)).toEqual(['plants?']);
    expect(panes.teams.messages.filter(({ from }) => from === 'person').map(({ text }) => text)).toEqual([
      'plants?',
      'weather?',
    ]);
    expect(switches).toEqual({ signedIn: 0, restricted: true });
  });

  it('says which platform did not take a question, and fails where none did', async () => {
    api.breakDown(true, 'teams');
    expect(await post('/api/say', SAY)).toMatchObject({ status: 200, body: '{"ok":true,"failed":["teams"]}' });
    expect((await post('/api/say', { ...SAY, platforms: ['teams'] })).status).toBe(502);
    const { panes } = await api.state({ person: 'evan', place: 'direct' });
    expect([panes.slack.messages.length > 0, panes.teams.messages]).toEqual([true, []]);
  });

  it('takes a press on the platform where the button is, and no other', async () => {
    await api.signIn({ person: 'evan', on: true });
    await api.say({ person: 'evan', place: 'direct', text: 'my payslip', platforms: ['slack'] });
    const buttonOf = async () => (await api.state({ person: 'evan', place: 'direct' })).panes.slack.messages.at(-1);
    await until(async () => (await buttonOf())?.buttons.length === 1);
    const message = await buttonOf();
    const press = { person: 'evan', messageId: message?.id, action: 'view', value: message?.buttons[0]?.value };
    const unknown = { status: 404, body: '{"error":"unknown-button"}' };
    expect(await post('/api/press', { ...press, platform: 'teams' })).toMatchObject(unknown);
    expect(await post('/api/press', { ...press, platform: 'slack', value: 'forged' })).toMatchObject(unknown);
    expect(await post('/api/press', { ...press, platform: 'slack' })).toMatchObject({
      status: 200,
      body: '{"ok":true}',
    });
    expect(api.done()).toEqual(['slack view']);
  });

  it('takes what was filled in into the form that stands open before this person on this platform, and no other', async () => {
    api.view({ person: 'evan', platform: 'teams', view: asking(SAMPLE_FORM, 'v1') });
    const values = { title: ['Freeze'], forbids: ['salary', 'leave'], until: [] };
    const sent = { person: 'evan', platform: 'teams', id: 'v1', values };
    const unknown = { status: 404, body: '{"error":"unknown-view"}' };
    for (const wrong of [{ person: 'erin' }, { platform: 'slack' }, { id: 'v2' }]) {
      expect(await post('/api/submit', { ...sent, ...wrong })).toMatchObject(unknown);
    }
    expect(await post('/api/submit', sent)).toMatchObject({ status: 200, body: '{"ok":true}' });
    expect(api.done()).toEqual([`teams submit ${JSON.stringify(values)}`]);
    api.view({ person: 'evan', platform: 'teams', view: { ...asking(SAMPLE_FORM, 'v1'), form: null } });
    expect(await post('/api/submit', sent)).toMatchObject(unknown);
  });

  it('closes a view of this person on this platform, and no other', async () => {
    const view = { id: 'v1', title: 'Sotto', text: 'October', note: null, form: null, leavesAt: null, blank: false };
    api.view({ person: 'evan', platform: 'teams', view });
    const close = { person: 'evan', platform: 'teams', id: 'v1' };
    const unknown = { status: 404, body: '{"error":"unknown-view"}' };
    for (const wrong of [{ person: 'erin' }, { platform: 'slack' }, { id: 'v2' }]) {
      expect(await post('/api/close-view', { ...close, ...wrong })).toMatchObject(unknown);
    }
    expect(await post('/api/close-view', close)).toMatchObject({ status: 200, body: '{"ok":true}' });
    expect(await post('/api/close-view', close)).toMatchObject(unknown);
  });

  it('opens the page of Sotto’s own where there is one, and takes what is pressed there', async () => {
    const button = { action: 'sotto.ask', label: 'My leave', value: 'sealed' };
    const home = { sections: [{ title: null, text: 'What you can ask', note: null, buttons: [button] }] };
    const shown = async () => (await api.state({ person: 'evan', place: 'direct' })).panes;
    api.home({ person: 'evan', home });
    const press = { person: 'evan', platform: 'slack', action: 'sotto.ask', value: 'sealed' };
    expect(await post('/api/open-home', { person: 'evan', platform: 'teams' })).toMatchObject({
      status: 404,
      body: '{"error":"unknown-home"}',
    });
    expect(await post('/api/open-home', { person: 'evan', platform: 'slack' })).toMatchObject({ status: 200 });
    await until(async () => (await shown()).slack.home !== null);
    expect((await shown()).slack.home).toEqual(home);
    expect((await shown()).teams.home).toBeNull();
    expect(await post('/api/press-home', { ...press, value: 'forged' })).toMatchObject({
      status: 404,
      body: '{"error":"unknown-button"}',
    });
    expect(await post('/api/press-home', press)).toMatchObject({ status: 200, body: '{"ok":true}' });
    expect(api.done()).toEqual(['slack open home', 'slack home sotto.ask sealed']);
  });

  it('takes 10,000 emoji and a lone surrogate, and refuses more than 64 KiB', async () => {
    const emoji = '🤫'.repeat(10_000);
    expect((await post('/api/say', { ...SAY, text: emoji })).status).toBe(200);
    expect((await post('/api/say', { ...SAY, text: 'a\ud83d' })).status).toBe(200);
    const { panes } = await api.state({ person: 'evan', place: 'direct' });
    for (const { messages } of Object.values(panes)) {
      const said = messages.filter(({ from }) => from === 'person');
      expect(said.map(({ text }) => text)).toEqual([emoji, 'a\ud83d']);
    }
    const big = await post('/api/say', { ...SAY, text: 'a'.repeat(70_000) });
    expect(big).toMatchObject({ status: 413, body: '{"error":"too-large"}' });
  });

  it.each([
    ['/api/say', ''],
    ['/api/say', '{'],
    ['/api/say', Buffer.from([0x7b, 0xff, 0x7d])],
    ['/api/say', null],
    ['/api/say', []],
    ['/api/say', { ...SAY, text: '' }],
    ['/api/say', { ...SAY, place: 'home' }],
    ['/api/say', { ...SAY, admin: true }],
    ['/api/say', { ...SAY, text: 'a'.repeat(40_001) }],
    ['/api/say', { ...SAY, platforms: [] }],
    ['/api/say', { ...SAY, platforms: ['slack', 'slack'] }],
    ['/api/say', { ...SAY, platforms: ['slack', 'irc'] }],
    ['/api/say', { ...SAY, platforms: 'slack' }],
    ['/api/press', { person: 'evan', messageId: 'm1', action: 'a', value: 'v' }],
    ['/api/press', { person: 'evan', platform: 'slack', messageId: 'm1', action: 'a', value: 'v'.repeat(4_097) }],
    ['/api/press', { person: 'evan', platform: 'slack', messageId: 'm'.repeat(401), action: 'a', value: 'v' }],
    ['/api/submit', { person: 'evan', platform: 'slack', id: 'v1' }],
    ['/api/submit', { person: 'evan', platform: 'slack', id: 'v1', values: { a: 'x' } }],
    ['/api/submit', { person: 'evan', platform: 'slack', id: 'v1', values: { '': ['x'] } }],
    ['/api/submit', { person: 'evan', platform: 'slack', id: 'v1', values: { a: ['x'.repeat(10_001)] } }],
    ['/api/submit', { person: 'evan', platform: 'slack', id: 'v1', values: { a: Array(101).fill('x') } }],
    ['/api/close-view', { person: 'evan', platform: 'slack' }],
    ['/api/close-view', { person: 'evan', platform: 'slack', id: '' }],
    ['/api/open-home', { person: 'evan' }],
    ['/api/press-home', { person: 'evan', platform: 'slack', action: '', value: 'v' }],
    ['/api/press-home', { person: 'evan', platform: 'slack', action: 'a', value: 'v'.repeat(4_097) }],
    ['/api/sign-in', { person: 'evan', on: 'yes' }],
    ['/api/restrict', {}],
  ])('answers 400 to %s with another shape', async (path, value) => {
    expect((await post(path, value)).status).toBe(400);
  });

  it('answers 404 to people it does not know, whatever they are called', async () => {
    for (const person of ['nobody', '__proto__', 'constructor']) {
      expect((await look(`/api/state?person=${person}&place=direct`)).status).toBe(404);
      expect((await look(`/api/changes?person=${person}`)).status).toBe(404);
      expect((await post('/api/say', { ...SAY, person })).status).toBe(404);
      expect((await post('/api/close-view', { person, platform: 'slack', id: 'v1' })).status).toBe(404);
    }
  });

  it('survives any body: an answer below 500 and none of it sent back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.json(), fc.string()),
        fc.constantFrom('say', 'press', 'submit', 'close-view', 'restrict'),
        async (body, path) => {
          const answer = await post(`/api/${path}`, body);
          expect(answer.status).toBeLessThan(500);
          expect(['{"error":"malformed"}', '{"error":"unknown-person"}', '{"ok":true}']).toContain(answer.body);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('answers 502 without a word of the reason where the playground fails, and logs a code', async () => {
    api.breakDown(true);
    const answer = await post('/api/say', { ...SAY, text: 'a secret' });
    expect(answer).toMatchObject({ status: 502, body: '{"error":"failed"}' });
    expect(logged).toEqual([['chat-page-failed', { code: 'unexpected' }]]);
  });
});

describe('the stream of changes', () => {
  const streams: { close(): void }[] = [];
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.close();
  });

  const listen = (person: string) =>
    new Promise<{ readonly status: number; readonly text: () => string }>((resolve, reject) => {
      let text = '';
      const sent = get(`${page.url}/api/changes?person=${person}`, (response) => {
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('error', () => undefined);
        resolve({ status: response.statusCode ?? 0, text: () => text });
      });
      sent.on('error', reject);
      streams.push({ close: () => sent.destroy() });
    });
  it('tells a person of their own changes and of those that are for everybody', async () => {
    const [evan, erin] = [await listen('evan'), await listen('erin')];
    api.answer({ person: 'evan', text: 'x' });
    await until(() => evan.text().includes('event: change'));
    expect(erin.text()).not.toContain('event: change');
    await api.restrict({ on: true });
    await until(() => erin.text().includes('event: change'));
  });

  it('holds no word of what was said', async () => {
    const evan = await listen('evan');
    api.answer({ person: 'evan', text: 'a secret' });
    await until(() => evan.text().includes('event: change'));
    expect(evan.text()).not.toContain('secret');
  });

  it('keeps the line with a sign of life', async () => {
    const evan = await listen('evan');
    await until(() => evan.text().includes(': still here'));
  });

  it('refuses one more than it holds, and takes one again when another left', async () => {
    await listen('evan');
    await listen('evan');
    expect((await listen('evan')).status).toBe(503);
    streams[0]?.close();
    let status = 503;
    for (let tries = 0; tries < 100 && status === 503; tries += 1) {
      status = (await listen('evan')).status;
      await new Promise((go) => setTimeout(go, 10));
    }
    expect(status).toBe(200);
  });

  it('ends with the server, which does not wait for it, and stops listening', async () => {
    await listen('evan');
    const began = Date.now();
    await page.close();
    expect(Date.now() - began).toBeLessThan(3_000);
    expect(api.listeners()).toBe(0);
  });
});
