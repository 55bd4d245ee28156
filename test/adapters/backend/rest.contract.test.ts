import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { createBackendStandIn } from '../../../playground/backend/stand-in.ts';
import { createRestBackend } from '../../../src/adapters/backend/rest.ts';
import { SAMPLE_BACKENDS, SAMPLE_HR_DATA } from '../../../src/policies/pack.ts';
import { backendContract } from '../../contracts/backend.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-backend-'));
const apps: FastifyInstance[] = [];
afterAll(async () => {
  for (const app of apps) await app.close();
  rmSync(folder, { recursive: true, force: true });
});

backendContract('the REST backend', async () => {
  const standIn = createBackendStandIn({ dataFile: SAMPLE_HR_DATA });
  const app = Fastify({ forceCloseConnections: true });
  apps.push(app);
  standIn.routes(app);
  const base = await app.listen({ host: '127.0.0.1', port: 0 });
  const own = mkdtempSync(join(folder, 'hr-'));
  const description = readFileSync(join(SAMPLE_BACKENDS, 'hr.yaml'), 'utf8')
    .replace(/^baseUrl: .*$/m, `baseUrl: ${base}/standin/backend`)
    .replace(/^timeoutMs: .*$/m, 'timeoutMs: 300');
  writeFileSync(join(own, 'hr.yaml'), description);
  return {
    backend: createRestBackend({ folder: own }),
    fail: (fault) => standIn.fail(fault),
    asked: () => standIn.requests().map(({ operation }) => operation),
  };
});
