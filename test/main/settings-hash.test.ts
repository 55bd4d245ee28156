import { describe, expect, it } from '@jest/globals';
import { type Config, readConfig } from '../../src/config.ts';
import { settingsHash } from '../../src/main/settings-hash.ts';

const ENV = {
  SOTTO_DATA: '/srv/sotto',
  SOTTO_VAULT: 'files:/srv/secrets',
  SOTTO_DIRECTORY: 'file:/srv/people.yaml',
  SOTTO_BACKENDS: '/srv/backends',
  SLACK_APP_ID: 'A0SOTTO000',
  SLACK_TEAM_IDS: 'T0SOTTO000',
};

const configOf = (env: Readonly<Record<string, string>>): Config => {
  const read = readConfig(env);
  if (!read.ok) throw new Error(read.findings.join('\n'));
  return read.config;
};
const hashOf = (env: Readonly<Record<string, string>>): string => settingsHash(configOf(env));

describe('the hash of the settings', () => {
  it('is the same however they are ordered, and where a default is spelt out', () => {
    expect(hashOf(ENV)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf(Object.fromEntries(Object.entries(ENV).toReversed()))).toBe(hashOf(ENV));
    expect(hashOf({ ...ENV, PORT: '3978', SOTTO_TRANSCRIPT_HOURS: '24' })).toBe(hashOf(ENV));
  });

  it('is another one once a setting is', () => {
    const changed = [
      { PORT: '3979' },
      { SOTTO_TRANSCRIPT_HOURS: '23' },
      { SLACK_TEAM_IDS: 'T0SOTTO000,T0SOTTO001' },
      { SOTTO_DATA: '/srv/other' },
      { SOTTO_LOG: 'debug' },
    ].map((change) => {
      const read = readConfig({ ...ENV, ...change });
      return read.ok ? settingsHash(read.config) : `refused ${Object.keys(change).join()}`;
    });
    expect(new Set([...changed, hashOf(ENV)]).size).toBe(changed.length + 1);
  });

  it('takes any number, also one that canonical JSON would not spell', () => {
    const config = configOf(ENV);
    expect(settingsHash({ ...config, warnMs: 0.5 })).not.toBe(settingsHash({ ...config, warnMs: 1 }));
  });
});
