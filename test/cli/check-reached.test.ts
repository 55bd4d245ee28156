import { describe, expect, it } from '@jest/globals';
import { unreached } from '../../src/cli/check-reached.ts';

const at = (baseUrl: string, network: 'public' | 'private' = 'public') =>
  unreached([{ name: 'hr', baseUrl, hosts: [new URL(baseUrl).hostname], network }]);

describe('what check says of a system’s address', () => {
  it('is nothing where it can be called, or where a name will tell', () => {
    for (const base of ['https://hr.example.com', 'http://127.0.0.1:3978', 'http://localhost:1', 'https://1.1.1.1'])
      expect([base, at(base)]).toEqual([base, []]);
    expect(at('https://10.1.2.3', 'private')).toEqual([]);
  });

  it('is how to mend it where nothing is ever called', () => {
    for (const base of ['https://10.1.2.3', 'https://[fd00::7]'])
      expect([base, at(base)]).toEqual([base, [expect.stringContaining('network: private')]]);
    for (const base of ['https://169.254.169.254', 'https://[fe80::1]'])
      expect([base, at(base, 'private')]).toEqual([base, [expect.stringContaining('nothing is ever called')]]);
  });
});
