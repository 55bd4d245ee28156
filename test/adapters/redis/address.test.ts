import { describe, expect, it } from '@jest/globals';
import { addressOf } from '../../../src/adapters/redis/address.ts';

describe('the address of Redis', () => {
  it('is read with its port, database and user, or with what is usual', () => {
    expect(addressOf({ url: 'redis://store.example' })).toEqual({ host: 'store.example', port: 6379, db: 0 });
    expect(addressOf({ url: 'redis://sotto@[::1]:7000/3' })).toEqual({
      host: '::1',
      port: 7000,
      db: 3,
      username: 'sotto',
    });
  });

  it('with TLS is verified against the name of the host, or the name that is given', () => {
    const tls = {
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ciphers: expect.not.stringMatching(/CBC|SHA256:AES|(?:^|:)AES|:ECDHE-[A-Z]+-AES\d+-SHA/),
    };
    expect(addressOf({ url: 'rediss://store.example:6380' })).toMatchObject({
      tls: { ...tls, servername: 'store.example' },
    });
    const named = addressOf({ url: 'rediss://10.0.0.1', tls: { servername: 'store.example', ca: 'PEM' } });
    expect(named).toMatchObject({ tls: { ...tls, servername: 'store.example', ca: 'PEM' } });
    expect(addressOf({ url: 'rediss://10.0.0.1' }).tls).toEqual(tls);
  });

  it('is refused where it cannot be used, without being quoted', () => {
    for (const url of [
      '',
      'redis',
      'redis://',
      'http://store.example',
      'redis://:hunter2@store.example',
      'redis://user:hunter2@store.example',
      'redis://store.example/hunter2',
      'redis://store.example/1/2',
      'redis://store.example?password=hunter2',
      'redis://store.example:hunter2',
    ]) {
      const read = () => addressOf({ url });
      expect(read).toThrow(expect.objectContaining({ code: 'settings' }));
      expect(read).not.toThrow(/hunter2/);
    }
    expect(() => addressOf({ url: 'redis://store.example', tls: {} })).toThrow(/TLS/);
  });
});
