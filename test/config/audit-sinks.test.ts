import { describe, expect, it } from '@jest/globals';
import { readAuditSinks } from '../../src/config/audit-sinks.ts';
import { createReading, type Environment } from '../../src/config/findings.ts';

const read = (env: Environment) => {
  const { reading, findings } = createReading(env);
  return { sinks: readAuditSinks(reading), findings };
};

describe('where the audit log goes', () => {
  it('is nowhere unless it is said', () => {
    expect(read({})).toEqual({
      sinks: { copy: null, stream: null, syslogTls: { caFile: null, client: null } },
      findings: [],
    });
  });

  it('is a container, and a receiver of syslog on its usual port in OCSF', () => {
    const { sinks, findings } = read({
      SOTTO_AUDIT_COPY: 'https://acme.blob.core.windows.net/sotto-audit/',
      SOTTO_AUDIT_STREAM: 'syslog+tls://siem.example.com',
      SOTTO_SYSLOG_CERT: '/a',
      SOTTO_SYSLOG_KEY: '/b',
    });
    expect(findings).toEqual([]);
    expect(sinks).toEqual({
      copy: { kind: 'azure-blob', url: 'https://acme.blob.core.windows.net/sotto-audit', unsafeStandIn: false },
      stream: { host: 'siem.example.com', port: 6514, format: 'ocsf' },
      syslogTls: { caFile: null, client: { certFile: '/a', keyFile: '/b' } },
    });
  });

  it.each([
    ['syslog+tls://siem.example.com:7000', { host: 'siem.example.com', port: 7_000 }],
    ['syslog+tls://10.0.0.1', { host: '10.0.0.1', port: 6_514 }],
    ['syslog+tls://[2001:db8::1]:7000/', { host: '2001:db8::1', port: 7_000 }],
  ])('is %s', (value, address) => {
    expect(read({ SOTTO_AUDIT_COPY: value })).toMatchObject({
      sinks: { copy: { kind: 'syslog', ...address } },
      findings: [],
    });
  });

  it.each([
    'syslog+tls://',
    'syslog+tls://user:word@siem.example.com',
    'syslog+tls://siem.example.com/path',
    'syslog+tls://siem.example.com?x=1',
    'syslog+tls://siem.example.com:0',
    'syslog+tls://siem.example.com:99999',
    'syslog+tls://a b',
    'udp://siem.example.com',
    'https://siem.example.com',
  ])('is never %s', (value) => {
    const { sinks, findings } = read({ SOTTO_AUDIT_STREAM: value });
    expect(sinks.stream).toBeNull();
    expect(findings).toHaveLength(1);
    expect(findings.join()).not.toContain('user:word');
  });

  it('is a stand-in only where the identity is one as well', () => {
    const env = { SOTTO_AUDIT_COPY: 'https://127.0.0.1:10000/devstoreaccount1/copies' };
    expect(read(env).findings.join()).toContain('a token of the real Entra would be sent to it');
    expect(read({ ...env, AZURE_AUTHORITY_HOST: 'https://localhost:1' })).toMatchObject({
      sinks: { copy: { unsafeStandIn: true } },
      findings: [],
    });
  });
});
