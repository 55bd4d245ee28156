// Signs a report as Standard Webhooks asks, to try a webhook by hand: node sign.js SECRET-FILE BODY-FILE prints the headers for curl.
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [secretFile, bodyFile] = process.argv.slice(2);
const secret = Buffer.from(readFileSync(secretFile, 'utf8').trim().replace(/^whsec_/, ''), 'base64');
const id = randomUUID();
const timestamp = Math.floor(Date.now() / 1000);
const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(readFileSync(bodyFile)).digest('base64');
console.log(`webhook-id: ${id}\nwebhook-timestamp: ${timestamp}\nwebhook-signature: v1,${mac}`);
