import { describe, expect, it } from '@jest/globals';
import { hrNotes, notesOf, operatorNotes, wayNotes } from '../../src/cli/check-notes.ts';
import { readConfig } from '../../src/config.ts';

describe('what sotto check says of the operators', () => {
  const notes = (o: Partial<Parameters<typeof operatorNotes>[0]>): string =>
    operatorNotes({ group: 'on-call', count: 2, unmapped: false, ...o }).join('\n');

  it('is nothing where two can confirm, or where it cannot be counted', () => {
    expect(notes({})).toBe('');
    expect(notes({ count: null })).toBe('');
  });

  it('is that nobody can give an order, or that one alone cannot lift a hold', () => {
    expect(notes({ count: 0 })).toContain('Nobody in the directory file is an employee in the group "on-call"');
    expect(notes({ count: 1 })).toContain('Lifting a hold needs two');
    expect(notes({ count: null, unmapped: true })).toContain('No group of Entra stands for "on-call"');
  });
});

describe('what sotto check says of HR', () => {
  const notes = (o: Partial<Parameters<typeof hrNotes>[0]>): string =>
    hrNotes({ group: 'people-team', count: 2, unmapped: false, ...o }).join('\n');

  it('is nothing where there are two, or where it cannot be counted', () => {
    expect(notes({})).toBe('');
    expect(notes({ count: null })).toBe('');
  });

  it('is that nobody can restrict anything, or that one alone can take nothing back', () => {
    expect(notes({ count: 0 })).toContain('Nobody in the directory file is an employee in the group "people-team"');
    expect(notes({ count: 0 })).toContain('so nobody can restrict anything');
    expect(notes({ count: 1 })).toMatch(/Only one employee.*Lifting or weakening a restriction needs two/);
    expect(notes({ count: null, unmapped: true })).toContain('No group of Entra stands for "people-team"');
  });
});

describe('what sotto check says of the way', () => {
  const tls = { certFile: '/tls.crt', keyFile: '/tls.key' };
  const sqlite = { kind: 'sqlite', path: '/x' } as const;
  const redis = (url: string) => ({ kind: 'redis', url }) as const;

  it('is nothing where all that leaves this machine is encrypted', () => {
    expect(wayNotes({ host: '127.0.0.1', tls: null, store: sqlite })).toEqual([]);
    expect(wayNotes({ host: '0.0.0.0', tls, store: redis('rediss://redis.example.com') })).toEqual([]);
    expect(wayNotes({ host: '127.0.0.1', tls: null, store: redis('redis://127.0.0.1:6379') })).toEqual([]);
  });

  it('is who could read along, where a network was declared to be closed', () => {
    expect(wayNotes({ host: '0.0.0.0', tls: null, store: redis('redis://redis:6379') })).toEqual([
      expect.stringContaining('between the proxy and Sotto'),
      expect.stringContaining('between Sotto and Redis'),
    ]);
  });
});

describe('what sotto check says of settings', () => {
  const notes = (env: Readonly<Record<string, string>>): string => {
    const needed = { SOTTO_VAULT: 'files:/vault', SOTTO_DIRECTORY: 'file:/people.yaml', SOTTO_BACKENDS: '/backends' };
    const read = readConfig({ ...needed, SLACK_APP_ID: 'A0SOTTO000', SLACK_TEAM_IDS: 'T0SOTTO000', ...env });
    if (!read.ok) throw new Error(read.findings.join());
    return notesOf(read.config).join();
  };

  it('is what Socket Mode gives up, where Slack is called instead of calling', () => {
    const given = 'Nothing that comes from Slack is signed (SLACK_MODE=socket)';
    expect(notes({ SLACK_MODE: 'socket' })).toContain(given);
    expect(notes({ SLACK_MODE: 'socket' })).toContain('cannot be listed in Slack’s Marketplace');
    expect(notes({})).not.toContain(given);
  });

  it('is that there are none, or what is lost all the same', () => {
    expect(notes({})).toContain('No backups are made (SOTTO_BACKUP_TO)');
    const made = notes({ SOTTO_BACKUP_TO: 'folder:/mnt/backups', SOTTO_BACKUP_HOURS: '6' });
    expect(made).toContain('an answer of the last 6 h stays in the chat');
    expect(made).not.toContain('No backups are made');
  });

  it('is what is worth how much where Slack alone knows people', () => {
    const alone = { SOTTO_DIRECTORY: 'slack-groups', SOTTO_SLACK_COUNTRY: 'DE' };
    expect(notes(alone)).toContain('whoever leaves "contractor" is an employee');
    const byAdmins = notes({ ...alone, SOTTO_SLACK_GROUPS_CHANGED_BY: 'admins-only' });
    expect(byAdmins).toContain('rests on your word (SOTTO_SLACK_GROUPS_CHANGED_BY)');
    expect(byAdmins).not.toContain('whoever leaves');
    expect(notes({})).not.toContain('user groups');
  });
});
