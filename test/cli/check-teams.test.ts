import { describe, expect, it } from '@jest/globals';
import { notesOf } from '../../src/cli/check-notes.ts';
import { teamsNotes } from '../../src/cli/check-teams.ts';
import { readConfig, type TeamsConfig } from '../../src/config.ts';

const OWN = '1f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';
const PARTNER = '2f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';

const configOf = (env: Readonly<Record<string, string>>) => {
  const read = readConfig({
    SOTTO_VAULT: 'files:/vault',
    SOTTO_DIRECTORY: 'file:/people.yaml',
    SOTTO_BACKENDS: '/backends',
    ...env,
  });
  if (!read.ok) throw new Error(read.findings.join('\n'));
  return read.config;
};

const teamsOf = (env: Readonly<Record<string, string>> = {}): TeamsConfig => {
  const { teams } = configOf({
    TEAMS_APP_ID: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
    TEAMS_TENANT_IDS: OWN,
    ...env,
  });
  if (teams === null) throw new Error('Teams is off');
  return teams;
};

const notes = (
  env: Readonly<Record<string, string>> = {},
  publicUrl: string | null = 'https://sotto.example.com',
): string => teamsNotes(teamsOf(env), { publicUrl }).join('\n');

describe('what sotto check says of Teams', () => {
  it('is always which promise rests on whom, also before there are any settings', () => {
    for (const said of [notes(), teamsNotes(undefined, null).join('\n'), notesOf(null).join('\n')]) {
      expect(said).toContain('an open dialog stays until it is closed');
      expect(said).toContain('shows the placeholder');
      expect(said).toContain('taken out of');
      expect(said).toContain('no strong sign-in');
    }
  });

  it('is who besides the bot’s own tenant may write to it', () => {
    expect(notes()).not.toContain('TEAMS_TENANT_IDS');
    expect(notes({ TEAMS_TENANT_IDS: `${OWN},${PARTNER}` })).toContain(
      `${PARTNER} in TEAMS_TENANT_IDS is a tenant beside the bot’s own (${OWN})`,
    );
  });

  it('is what can be copied and what ends, of each way to prove the bot', () => {
    expect(notes()).toContain('copies teams-app-password');
    expect(notes({ TEAMS_CREDENTIAL: 'certificate' })).toContain('copies teams-app-certificate');
    expect(notes({ TEAMS_CREDENTIAL: 'managed-identity' })).not.toMatch(/copies|ends/);
  });

  it('is what single sign-on does not prove, where there is any', () => {
    expect(notes()).not.toContain('TEAMS_OAUTH_CONNECTION');
    expect(notes({ TEAMS_OAUTH_CONNECTION: 'sso' })).toContain('and no more');
  });

  it('is that messages for one pair of eyes are Teams’ own doing, where they were asked for', () => {
    expect(notes()).not.toContain('TEAMS_TARGETED');
    expect(notes({ TEAMS_TARGETED: 'yes' })).toMatch(/preview.*--targeted/);
  });

  it('is whether what Teams sends can be tried from here', () => {
    expect(notes()).not.toContain('SOTTO_PUBLIC_URL');
    expect(notes({}, null)).toContain('SOTTO_PUBLIC_URL is not set');
  });

  it('is nothing where Teams is off', () => {
    const config = configOf({ SLACK_APP_ID: 'A0SOTTO000', SLACK_TEAM_IDS: 'T0SOTTO000' });
    expect(notesOf(config).join('\n')).not.toMatch(/Teams/);
  });
});
