import { describe, expect, it } from '@jest/globals';
import { whatPrints } from '../../src/config/logging.ts';
import { readConfig } from '../../src/config.ts';

const BASE = {
  SOTTO_VAULT: 'files:/vault',
  SOTTO_DIRECTORY: 'file:/people.yaml',
  SOTTO_BACKENDS: '/backends',
  SLACK_APP_ID: 'A0SOTTO000',
  SLACK_TEAM_IDS: 'T0SOTTO000',
};

const findings = (env: Readonly<Record<string, string>>): string => {
  const read = readConfig({ ...BASE, ...env });
  return read.ok ? '' : read.findings.join('\n');
};

describe('the level of the log', () => {
  it('is info unless the settings say otherwise', () => {
    const level = (env: Readonly<Record<string, string>>) => {
      const read = readConfig({ ...BASE, ...env });
      return read.ok ? read.config.logLevel : read.findings;
    };
    expect(level({})).toBe('info');
    expect(level({ SOTTO_LOG_LEVEL: '' })).toBe('info');
    for (const one of ['debug', 'info', 'warn', 'error']) expect(level({ SOTTO_LOG_LEVEL: one })).toBe(one);
  });

  it.each(['silent', 'trace', 'DEBUG', 'x'.repeat(900)])('cannot be %s', (level) => {
    const said = findings({ SOTTO_LOG_LEVEL: level });
    expect(said).toContain('It is one of debug, info, warn, error');
    expect(said.length).toBeLessThan(250);
  });
});

describe('what would print past the log', () => {
  it.each(['NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'DEBUG', 'AZURE_LOG_LEVEL'])('keeps Sotto from starting: %s', (name) => {
    const said = findings({ [name]: 'a-value-that-is-not-repeated' });
    expect(said).toMatch(new RegExp(`^${name} is set, by which .* Unset it; SOTTO_LOG_LEVEL=debug tells more`));
    expect(said).not.toContain('repeated');
    expect(findings({ [name]: ' ' })).toBe('');
  });

  it('is not what other programs take for yes and no', () => {
    for (const value of ['0', '1', 'no', 'off', 'False', 'true', 'YES']) expect(findings({ DEBUG: value })).toBe('');
    expect(findings({ DEBUG: '*' })).not.toBe('');
  });

  it.each([
    '--inspect',
    '--inspect-brk=0.0.0.0:9229',
    '--inspect_port=1',
    '--heapsnapshot-signal=SIGUSR2',
    '--heapsnapshot-near-heap-limit=3',
    '--heap-prof',
    '--report-on-fatalerror',
    '--report_uncaught_exception',
    '--trace-uncaught',
    '--tls-keylog=/tmp/keys',
    '--trace-tls',
    '--abort-on-uncaught-exception',
  ])('keeps Sotto from starting where Node itself opens its memory: %s', (option) => {
    const [name = ''] = option.replaceAll('_', '-').split('=');
    expect(findings({ NODE_OPTIONS: `--max-old-space-size=400  ${option}` })).toContain(`Node runs with ${name}, by`);
    expect(whatPrints({}, ['--enable-source-maps', option]).join()).toContain(`Node runs with ${name}, by`);
    // What follows may be anything, a path with somebody's name in it for one.
    expect(whatPrints({}, [option]).join()).not.toMatch(/0\.0\.0\.0|\/tmp\/keys/);
  });

  it('is nothing else', () => {
    const usual = ['--max-old-space-size=400', '--disable-sigusr1', '--enable-source-maps', '--expose-gc', '-e', 'x'];
    expect(whatPrints({ NODE_OPTIONS: usual.join(' '), NODE_ENV: 'production', LOG_LEVEL: 'debug' }, usual)).toEqual(
      [],
    );
  });
});
