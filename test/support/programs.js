import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Programs that some suites drive. A suite names its program: `NAME.chromium.test.ts`, `NAME.redis.test.ts`, `NAME.azurite.test.ts`; `mount` is to be root and allowed to mount. */
const PROGRAMS = {
  chromium: { isThere: () => existsSync('/usr/bin/chromium'), install: () => installDebian('chromium') },
  redis: { isThere: () => existsSync('/usr/bin/redis-server'), install: () => installDebian('redis-server') },
  testssl: { isThere: () => existsSync('/usr/bin/testssl'), install: () => installDebian('testssl.sh') },
  sslscan: { isThere: () => existsSync('/usr/bin/sslscan'), install: () => installDebian('sslscan') },
  linux: {
    isThere: () => process.platform === 'linux',
    install: () => 'no other system shows the memory of a process',
  },
  mount: { isThere: () => mayMount(), install: () => 'not root on Linux with loop devices, mkfs.ext4 and fsfreeze' },
  azurite: { isThere: () => isInstalled('azurite'), install: () => installPackage('azurite') },
};

/** All suites: nothing is installed for suites that are not there. */
const suites = () => globSync('**/*.test.ts', { cwd: join(import.meta.dirname, '..'), exclude: ['**/node_modules'] });

/**
 * Gets the programs that the suites need (apt, as root on Debian; npm) and returns those that cannot be had, each with its reason.
 * @returns {Promise<readonly {program: string, why: string}[]>}
 */
export const missingPrograms = async () => {
  const missing = [];
  const all = suites();
  for (const [program, { isThere, install }] of Object.entries(PROGRAMS)) {
    if (isThere() || !all.some((suite) => suite.endsWith(`.${program}.test.ts`))) continue;
    const why = install();
    if (!isThere()) missing.push({ program, why: why ?? 'it is missing after the install' });
  }
  return missing;
};

/** CAP_SYS_ADMIN, which root in a container lacks. */
const MOUNTS = 1n << 21n;

const mayMount = () =>
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  (BigInt(`0x${/^CapEff:\t([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0}`) & MOUNTS) !==
    0n &&
  ['/dev/loop-control', '/usr/sbin/mkfs.ext4', '/usr/sbin/fsfreeze'].every((path) => existsSync(path));

let listsAreNew = false;

const installDebian = (name) => {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) return `not Debian: install ${name} by hand`;
  if (process.getuid?.() !== 0) return `not root: run "apt-get install ${name}" first`;
  const options = { stdio: 'ignore', timeout: 600_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  // Once is enough for all of them.
  if (!listsAreNew) spawnSync('apt-get', ['update'], options);
  listsAreNew = true;
  const { status } = spawnSync('apt-get', ['install', '-y', '--no-install-recommends', name], options);
  return status === 0 ? null : `"apt-get install ${name}" ended with status ${status}`;
};

/** The folder of a package that is too heavy for the product's own tree, with a lock of its own. */
const folderOf = (name) => join(import.meta.dirname, '..', name);
const read = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));

/** npm writes the hidden lock at the end of an install, so that one which was cut short does not count. */
const isInstalled = (name) => {
  const folder = folderOf(name);
  const hidden = join(folder, 'node_modules', '.package-lock.json');
  const entry = `node_modules/${name}`;
  return (
    existsSync(hidden) &&
    read(hidden).packages[entry]?.version === read(folder, 'package-lock.json').packages[entry]?.version
  );
};

const installPackage = (name) => {
  const options = { stdio: 'ignore', timeout: 300_000, shell: process.platform === 'win32' };
  const args = ['ci', '--prefix', folderOf(name), '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', args, options);
  return status === 0 ? null : `"npm ci --prefix test/${name}" ended with status ${status}`;
};
