import { describe, expect, it } from '@jest/globals';
import { notesOf } from '../../src/cli/check-notes.ts';
import { slackNotes } from '../../src/cli/check-slack.ts';
import { readConfig, type SlackConfig } from '../../src/config.ts';

const SLACK: SlackConfig = {
  appId: 'A0SOTTO000',
  teamIds: ['T0SOTTO000'],
  mode: 'http',
  emailVerifiedTeams: [],
  unsafeApiUrl: null,
  oauth: null,
};
const notes = (o: Partial<SlackConfig> = {}, publicUrl: string | null = 'https://sotto.example.com'): string =>
  slackNotes({ ...SLACK, ...o }, { publicUrl }).join('\n');

describe('what sotto check says of Slack', () => {
  it('is always which of its settings a promise rests on, also before there are any of ours', () => {
    for (const said of [notes(), slackNotes(undefined, null).join('\n'), notesOf(null).join('\n')]) {
      expect(said).toContain('message retention, Discovery, legal holds');
      expect(said).toContain('"Message Editing"');
      expect(said).toContain('no strong sign-in');
    }
  });

  it('is that an organisation stands for workspaces that nobody named', () => {
    expect(notes()).not.toContain('every workspace');
    expect(notes({ teamIds: ['E0ACME0000', 'T0SOTTO000'] })).toContain('E0ACME0000 in SLACK_TEAM_IDS stands for every');
  });

  it('is that an address in a workspace says who somebody is', () => {
    expect(notes()).not.toContain('e-mail');
    expect(notes({ emailVerifiedTeams: ['T0SOTTO000'] })).toContain(
      'somebody in T0SOTTO000 is in Entra, or whose a sign-in is where Slack alone knows people, rests on',
    );
  });

  it('is whether what Slack sends is signed, and can be tried from here', () => {
    expect(notes()).not.toMatch(/signed|SOTTO_PUBLIC_URL/);
    expect(notes({ mode: 'socket' })).toContain('Nothing that comes from Slack is signed');
    expect(notes({}, null)).toContain('SOTTO_PUBLIC_URL is not set');
    expect(notes({ mode: 'socket' }, null)).not.toContain('SOTTO_PUBLIC_URL is not set');
  });

  it('is how long a token is good, and what is lost with the store', () => {
    expect(notes()).toContain('does not end by itself');
    const byOAuth = notes({ oauth: { clientId: '1.2', rotate: false } });
    expect(byOAuth).toContain('lie sealed in the store');
    expect(byOAuth).not.toContain('twelve hours');
    expect(notes({ oauth: { clientId: '1.2', rotate: true } })).toContain('Slack lets nobody switch that off');
  });

  it('is nothing where Slack is off', () => {
    const read = readConfig({
      SOTTO_VAULT: 'files:/vault',
      SOTTO_DIRECTORY: 'file:/people.yaml',
      SOTTO_BACKENDS: '/backends',
      TEAMS_APP_ID: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
      TEAMS_TENANT_IDS: '1f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
    });
    if (!read.ok) throw new Error(read.findings.join('\n'));
    expect(notesOf(read.config).join('\n')).not.toMatch(/Slack/);
  });
});
