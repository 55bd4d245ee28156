import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Debian programs that some suites drive. A suite names its program: `NAME.chromium.test.ts`, `NAME.redis.test.ts`. */
const PROGRAMS = {
  chromium: { path: '/usr/bin/chromium', package: 'chromium' },
  redis: { path: '/usr/bin/redis-server', package: 'redis-server' },
  testssl: { path: '/usr/bin/testssl', package: 'testssl.sh' },
  sslscan: { path: '/usr/bin/sslscan', package: 'sslscan' },
};

/** True where a suite of that program exists; nothing is installed for suites that are not there. */
const wanted = (program) =>
  readdirSync(join(import.meta.dirname, '..'), { recursive: true }).some((file) =>
    String(file).endsWith(`.${program}.test.ts`),
  );

/**
 * Gets the programs that the suites need (apt, as root on Debian) and returns those that cannot be had, each with its reason.
 * @returns {Promise<readonly {program: string, why: string}[]>}
 */
export const missingPrograms = async () => {
  const missing = [];
  for (const [program, { path, package: name }] of Object.entries(PROGRAMS)) {
    if (!wanted(program) || existsSync(path)) continue;
    const why = install(name);
    if (!existsSync(path)) missing.push({ program, why: why ?? `${path} is missing after the install` });
  }
  return missing;
};

const install = (name) => {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) return `not Debian: install ${name} by hand`;
  if (process.getuid?.() !== 0) return `not root: run "apt-get install ${name}" first`;
  const options = { stdio: 'ignore', timeout: 600_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update'], options);
  const { status } = spawnSync('apt-get', ['install', '-y', '--no-install-recommends', name], options);
  return status === 0 ? null : `"apt-get install ${name}" ended with status ${status}`;
};
