// Appends without end and prints what was acknowledged, until it is killed. Arguments: folder, prefix of the questions' ids.
import { createAuditLog } from '../../src/adapters/audit-log/audit-log.ts';

const [, , folder, prefix] = process.argv;
let pem = '';
for await (const chunk of process.stdin) pem += chunk;

const signingKey = { current: pem, accepted: [pem] };
const log = await createAuditLog({ folder, origin: 'one', signingKey, clock: { now: () => Date.now() } });

let asked = 0;
const appender = async () => {
  for (;;) {
    const question = `${prefix}${asked++}`;
    const { index } = await log.append({ kind: 'undeliverable', at: Date.now(), question, code: 'gone' });
    process.stdout.write(`${index} ${question} ok\n`);
  }
};
await Promise.all(Array.from({ length: 16 }, appender));
