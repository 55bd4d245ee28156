import { describe, expect, it } from '@jest/globals';
import { compose, type Service } from './files.ts';

const { sotto, redis } = compose.services;
const services: readonly (readonly [string, Service])[] = [
  ['sotto', sotto],
  ['redis', redis],
];

describe('compose.yaml', () => {
  it('has these services, networks and volumes, so that what is held below is all there is', () => {
    expect(Object.keys(compose.services)).toEqual(['sotto', 'redis']);
    expect(compose.networks).toEqual({ inside: { internal: true }, outside: {} });
    expect(Object.keys(compose.volumes)).toEqual(['data', 'redis']);
  });

  it.each(services)('gives %s no more than it needs', (_, service) => {
    expect(service.read_only).toBe(true);
    expect(service.user).toMatch(/^[1-9][0-9]*:[1-9][0-9]*$/);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.cap_add).toBeUndefined();
    expect(service.privileged).toBeUndefined();
    expect(service.network_mode).toBeUndefined();
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.tmpfs).toEqual([expect.stringMatching(/^\/tmp:size=\d+m,.*noexec,nosuid,nodev$/)]);
    expect(Object.keys(service.deploy?.resources.limits ?? {})).toEqual(['cpus', 'memory', 'pids']);
    expect(service.logging?.options).toMatchObject({ 'max-size': '10m', 'max-file': '5' });
  });

  it('keeps Redis where nobody outside can reach it', () => {
    expect(redis.networks).toEqual(['inside']);
    expect(redis.ports).toBeUndefined();
    expect(sotto.environment).toMatchObject({
      SOTTO_STORE: 'redis://redis:6379',
      SOTTO_REDIS_PLAIN: 'private-network',
    });
  });

  it('starts Sotto once Redis is ready', () => {
    expect(redis.healthcheck?.test.join(' ')).toContain('redis-cli ping');
    expect(sotto.depends_on).toEqual({ redis: { condition: 'service_healthy' } });
  });

  it('publishes Sotto on this machine alone, and leaves room for a second one', () => {
    expect(sotto.ports).toEqual([`127.0.0.1:\${SOTTO_PORTS:-3978}:3978`]);
    expect(sotto.container_name).toBeUndefined();
    expect(sotto.environment).toMatchObject({ SOTTO_HOST: '0.0.0.0', SOTTO_BEHIND_PROXY: 'yes' });
  });

  it('brings secrets as files of a folder that cannot be written to, and none in the environment', () => {
    expect(sotto.environment).toMatchObject({ SOTTO_VAULT: 'files:/run/sotto/secrets' });
    expect(sotto.volumes).toContainEqual({
      type: 'bind',
      source: './secrets',
      target: '/run/sotto/secrets',
      read_only: true,
      bind: { create_host_path: false },
    });
    const names = Object.keys(sotto.environment ?? {}).join(' ');
    expect(names).not.toMatch(/SECRET|TOKEN|PASSWORD|KEY/);
  });

  it('writes to named volumes only', () => {
    for (const [, { volumes = [] }] of services) {
      const writable = volumes.filter((volume) => typeof volume === 'string' || volume['read_only'] !== true);
      expect(writable).toEqual([expect.stringMatching(/^(data|redis):\/data$/)]);
    }
  });
});
