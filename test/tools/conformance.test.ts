/** The conformance's own eyes: each of its checks of uses and codes finds what it is for. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createReport } from '../../tools/conformance/report.ts';
import { checkCodes, codesIn } from '../../tools/conformance/slack-codes.ts';
import { checkUses, createReference, type Reference, ruleFaults } from '../../tools/conformance/slack-uses.ts';
import { calledMethods } from '../support/slack-methods.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-conformance-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Page = Readonly<Record<string, unknown>>;

const DELETE: Page = {
  scope: { bot: ['chat:write'] },
  rate_limits: 't3',
  args: { required: ['token', 'ts', 'channel'], properties: { token: {}, ts: {}, channel: {} } },
  errors: { cant_delete_message: {}, message_not_found: {} },
};

let folders = 0;
const referenceOf = (pages: Readonly<Record<string, Page>>): Reference => {
  const own = join(folder, String(folders++));
  mkdirSync(join(own, 'methods'), { recursive: true });
  for (const [method, page] of Object.entries(pages))
    writeFileSync(join(own, 'methods', `${method}.json`), JSON.stringify(page));
  return createReference(own);
};

/** What is printed of one method. */
const printed = (pages: Readonly<Record<string, Page>>, method: string): string => {
  const lines: string[] = [];
  checkUses({ reference: referenceOf(pages), report: createReport((line) => lines.push(line)) });
  const from = lines.findIndex((line) => line.includes(`${method}: called`));
  const to = lines.findIndex((line, at) => at > from && /^(ok|FAULT)/.test(line));
  return lines.slice(from, to).join('\n');
};

describe('what the conformance finds of the adapter’s calls', () => {
  it('nothing where all is as the reference has it', () => {
    expect(calledMethods()).toContain('chat.delete');
    expect(printed({ 'chat.delete': DELETE }, 'chat.delete')).toBe('ok    chat.delete: called by the adapter');
  });

  it.each([
    ['no page', {}, 'is in no reference'],
    ['another scope', { 'chat.delete': { ...DELETE, scope: { bot: ['chat:delete'] } } }, 'officially chat:delete'],
    ['a slower tier', { 'chat.delete': { ...DELETE, rate_limits: 't1' } }, 'a minute, officially 1'],
    [
      'a code of no class',
      { 'chat.delete': { ...DELETE, errors: { gremlins: {} } } },
      '"gremlins", which has no class',
    ],
  ])('%s', (_, pages: Readonly<Record<string, Page>>, says) => {
    expect(printed(pages, 'chat.delete')).toContain(says);
  });

  it('a scope that a method needs after all', () => {
    const page = { ...DELETE, scope: { bot: ['views:write'] }, rate_limits: 't4', errors: {} };
    expect(printed({ 'views.open': page }, 'views.open')).toContain(
      'said to need no scope, officially one of views:write',
    );
  });
});

describe('what it finds of the stand-in’s rules', () => {
  const of = (page: Page, sent: readonly string[] = []): string =>
    ruleFaults('chat.delete', { page, channels: ['D0'], sent }).join('\n');

  it('nothing where they are Slack’s', () => {
    expect(of(DELETE, ['channel', 'ts'])).toBe('');
  });

  it('a limit, a scope and arguments that are laxer or others', () => {
    expect(of({ ...DELETE, rate_limits: 't2' })).toContain('lets 50 calls a minute pass, officially 20');
    expect(of({ ...DELETE, scope: { bot: ['other:scope'] } })).toContain('needs chat:write, officially other:scope');
    expect(of({ ...DELETE, args: { required: ['channel', 'ts', 'reason'], properties: {} } })).toContain(
      'does not demand reason',
    );
    expect(of(DELETE, ['as_user'])).toContain('is sent as_user, which is no argument of it');
  });
});

describe('what it finds of codes', () => {
  it('those that are refused with, and no others', () => {
    const source = `refused('no_text'); refusedAs('not_authed', {}); return { error: 'is_archived' }; say('hello_there'); // refused('x_y')`;
    expect(codesIn(source)).toEqual(['no_text', 'not_authed', 'is_archived']);
  });

  it('that one is invented, or was never answered', () => {
    const lines: string[] = [];
    const report = createReport((line) => lines.push(line.trim()));
    checkCodes({ reference: referenceOf({ 'chat.delete': DELETE }), answered: new Set(), report });
    const at = (what: string): number => lines.findIndex((line) => line.startsWith('FAULT') && line.includes(what));
    expect(at('no reference has')).toBeGreaterThanOrEqual(0);
    expect(lines.slice(at('no reference has'))).toContain('is_archived');
    expect(lines.slice(at('made it answer'))).toContain('cant_delete_message');
  });
});
