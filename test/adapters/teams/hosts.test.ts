import { describe, expect, it } from '@jest/globals';
import { allowedHosts } from '../../../src/adapters/teams/service-hosts.ts';

const mayCall = allowedHosts(['127.0.0.1:4000', 'Connector.example']);

describe('R8 where the bot’s token may go', () => {
  it.each([
    'https://smba.trafficmanager.net/amer/a1b2c3d4/',
    'https://smba.trafficmanager.net',
    'https://webchat.botframework.com/',
    'https://smba.infra.gcc.teams.microsoft.com/teams',
    'https://smba.infra.gov.teams.microsoft.us/gov',
    'https://connector.example/x',
    'https://connector.example:8443/x',
    'http://127.0.0.1:4000/amer/',
  ])('allows %s', (url) => {
    expect(mayCall(url)).toBe(true);
  });

  it.each([
    '',
    'nonsense',
    'http://smba.trafficmanager.net/amer/',
    'https://other.trafficmanager.net/',
    'https://smba.trafficmanager.net.evil.example/',
    'https://evilbotframework.com/',
    'https://botframework.com.evil.example/',
    'https://smba.trafficmanager.net:8443/',
    'https://user:pass@smba.trafficmanager.net/',
    'https://smba.trafficmanager.net@evil.example/',
    'https://evil.example/#smba.trafficmanager.net',
    'https://169.254.169.254/',
    'http://connector.example/x',
    'http://127.0.0.1:4001/',
    'http://localhost:4000/',
    'file:///etc/passwd',
    `https://smba.trafficmanager.net/${'x'.repeat(5_000)}`,
  ])('refuses %s', (url) => {
    expect(mayCall(url)).toBe(false);
  });
});
