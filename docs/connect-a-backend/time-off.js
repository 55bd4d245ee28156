// A small system to practise on: it knows two people, asks for a key, and listens on this machine alone.
import { createServer } from 'node:http';

const KEY = 'a-key-to-practise-with';
const BALANCES = {
  'evan@example.com': { days_left: 11.5, days_a_year: 28, days_planned: 5 },
  'erin@example.com': { days_left: 3, days_a_year: 30, days_planned: 0 },
};

createServer((request, response) => {
  const answer = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const [, email] = /^\/employees\/([^/]+)\/balance$/.exec(request.url ?? '') ?? [];
  if (request.headers['x-api-key'] !== KEY) return answer(401, { error: 'no good key' });
  const employee = decodeURIComponent(email ?? '');
  const balance = Object.hasOwn(BALANCES, employee) ? BALANCES[employee] : undefined;
  if (request.method !== 'GET' || balance === undefined) return answer(404, { error: 'nothing there' });
  return answer(200, {
    data: { employee, ...balance, changed: '2026-11-02T08:30:00Z', home_address: '1 Sample Street' },
  });
}).listen(18231, '127.0.0.1', () => console.log('listening on http://127.0.0.1:18231'));
