#!/usr/bin/env node
// Verifies audit logs of Sotto by their public formats alone: RFC 6962, and C2SP tlog-tiles, signed-note, tlog-checkpoint and tlog-proof.
// It shares no code with Sotto and needs nothing but Node 20 or later. How it is used, and what it cannot show: README.md beside it.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const bad = (why) => {
  throw new Error(why);
};
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);
// The root to which an inclusion proof leads: RFC 6962, 2.1.1.
const rootByProof = (index, size, leaf, proof) => {
  if (size === 1) return proof.length === 0 ? leaf : bad('the proof is too long');
  const [top, rest, split] = [proof.at(-1), proof.slice(0, -1), 2 ** (Math.ceil(Math.log2(size)) - 1)];
  if (top === undefined) bad('the proof is too short');
  if (index < split) return nodeHash(rootByProof(index, split, leaf, rest), top);
  return nodeHash(top, rootByProof(index - split, size - split, leaf, rest));
};
const base64 = (text) => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : bad('base64 is not spelt as it must be');
};
// A key is given as NAME+ID+KEY (signed-note), or as a file of public keys in PEM, which count for every name.
const idOf = (name, x) => sha256(Buffer.from(`${name}\n\x01`), Buffer.from(x, 'base64url')).toString('hex', 0, 4);
const keyOf = (name, key) => ({ name, key, x: key.export({ format: 'jwk' }).x });
const PEM = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;
const keysIn = (bytes) => (String(bytes).match(PEM) ?? []).map((pem) => keyOf(null, createPublicKey(pem)));
const keysOf = (given) => {
  const [, name, id, body] = /^([^\s+]+)\+([0-9a-f]{8})\+(AQ?[A-Za-z0-9+/]+)$/.exec(given) ?? [];
  if (name === undefined) return keysIn(readFileSync(given));
  const x = base64(body).toString('base64url', 1);
  if (idOf(name, x) !== id) bad(`the id of the key ${name} is not its own`);
  return [keyOf(name, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }))];
};
// A checkpoint, and which of the keys signed it. A signature that names one of them and is not its own spoils it.
const NOTE = /^(([^\n]+)\n(0|[1-9]\d{0,14})\n([^\n]+)\n)\n((?:\u2014 [^\s+]+ [^\s]+\n)+)$/;
const openNote = (bytes, keys, from) => {
  const [note, text, origin, size, root, lines] = NOTE.exec(bytes.toString('utf8')) ?? bad(`${from} is no checkpoint`);
  if (!Buffer.from(note).equals(bytes)) bad(`${from} is no checkpoint`);
  let signer = null;
  for (const [, name, signature] of lines.matchAll(/\u2014 (\S+) (\S+)\n/g)) {
    const signed = base64(signature);
    for (const one of name === origin ? keys : []) {
      if ((one.name ?? name) !== name || idOf(name, one.x) !== signed.toString('hex', 0, 4)) continue;
      if (!verify(null, Buffer.from(text), one.key, signed.subarray(4))) bad(`a signature of ${from} is wrong`);
      signer ??= one;
    }
  }
  if (signer === null) bad(`no key that is known signed ${from}`);
  return { origin, size: Number(size), root: base64(root), signer, from };
};
// Entries behind their lengths. A journal has notes as well: a length of 0 says that one follows, behind a length of its own.
const readEntries = (bytes, onNote = () => bad('an entry is empty')) => {
  const entries = [];
  let at = 0;
  const next = () => {
    const start = at + 2;
    at = start > bytes.length ? start : start + bytes.readUInt16BE(at);
    return at <= bytes.length ? bytes.subarray(start, at) : bad('its end is not whole');
  };
  while (at < bytes.length) {
    const found = next();
    if (found.length > 0) entries.push(found);
    else onNote(next(), entries.length);
  }
  return entries;
};
const pathOf = (kind, index, width) => {
  const digits = String(index).padStart(3 * Math.ceil(String(index).length / 3), '0');
  return `tile/${kind}/${digits.replace(/\d{3}(?=\d)/g, 'x$&/')}${width < 256 ? `.p/${width}` : ''}`;
};
const journalsOf = (folder) => (existsSync(join(folder, 'journal')) ? readdirSync(join(folder, 'journal')).sort() : []);

// Reads one log from its first entry to its last. What is not as it must be ends that with a sentence.
const readLog = (folder, given, since) => {
  const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile();
  const read = (path) => (isFile(join(folder, path)) ? readFileSync(join(folder, path)) : null);
  const keys = [...given, ...keysIn(read('public-key.pem') ?? '')];
  const [fresh, missing, pruned] = [new Map(), [], []];
  const checkpoint = read('checkpoint');
  const notes = checkpoint === null ? [] : [openNote(checkpoint, keys, 'checkpoint')];
  const published = notes[0]?.size ?? 0;
  for (const name of journalsOf(folder)) {
    const [first, from] = [Number(name), `journal/${name}`];
    let signed = 0;
    const entries = readEntries(read(from) ?? bad(`${from} is no file`), (bytes, count) => {
      notes.push(openNote(bytes, keys, from));
      if (notes.at(-1).size !== first + count || count === signed) bad(`${from}: a batch is not as long as is signed`);
      signed = count;
    });
    if (signed < entries.length || fresh.has(first)) bad(`${from}: its end is not signed`);
    for (const [at, entry] of entries.entries()) fresh.set(first + at, entry);
  }
  const { origin, size, root } = notes.toSorted((a, b) => a.size - b.size).at(-1) ?? bad('there is no log');
  if (notes.some((one) => one.origin !== origin)) bad('its checkpoints are of different logs');
  if (!notes.some((one) => one.size === size && given.includes(one.signer))) bad('no key given signed its end');
  if (since?.origin === origin) notes.push(since);
  if (notes.at(-1).size > size) bad(`it has ${size} entries and had ${notes.at(-1).size}: it was cut`);
  // Hashes of every whole subtree, by its height: what tiles hold, and what roots are made of.
  const levels = [Buffer.alloc(32 * size)];
  const at = (level, index, width = 1) => levels[level].subarray(32 * index, 32 * (index + width));
  const add = (entry, index) => {
    const { seq, entry: what } = JSON.parse(entry.toString('utf8'));
    if (seq !== index) bad(`entry ${index} says that it is entry ${seq}`);
    if (!(fresh.get(index) ?? entry).equals(entry)) bad(`entry ${index} is another one in the journal`);
    if (what.kind === 'pruned') pruned.push({ origin: what.origin ?? origin, upTo: what.upTo });
    leafHash(entry).copy(at(0, index));
  };
  // What is partial in this tree may lie there as a whole by now, and begins with the same.
  const look = (kind, index, width) => {
    const [path, part] = [pathOf(kind, index, width), read(pathOf(kind, index, width))];
    return { path, units: part === null ? 256 : width, bytes: part ?? read(pathOf(kind, index, 256)) };
  };
  const tileOf = (level, index, width) => {
    const { path, units, bytes } = look(level, index, width);
    return bytes?.length === 32 * units ? bytes.subarray(0, 32 * width) : bad(`${path} is not there as a whole`);
  };
  for (let from = 0; from < published; from += 256) {
    const width = Math.min(256, published - from);
    const { path, units, bytes } = look('entries', from / 256, width);
    const entries = bytes === null ? [] : readEntries(bytes);
    if (bytes === null) missing.push(from + tileOf(0, from / 256, width).copy(at(0, from, width)) / 32);
    else if (entries.length !== units) bad(`${path} holds ${entries.length} entries`);
    for (const [index, entry] of entries.slice(0, width).entries()) add(entry, from + index);
  }
  for (let index = published; index < size; index++) add(fresh.get(index) ?? bad(`entry ${index} is missing`), index);
  for (let level = 0; levels[level].length > 0; level++) {
    const all = level % 8 === 0 ? Math.floor(published / 2 ** level) : 0;
    for (let from = 0; from < all; from += 256) {
      const tile = tileOf(level / 8, from / 256, Math.min(256, all - from));
      if (!tile.equals(at(level, from, tile.length / 32))) bad(`tile ${level / 8}/${from / 256} has other hashes`);
    }
    levels.push(Buffer.alloc(32 * Math.floor(levels[level].length / 64)));
    for (let index = 0; 32 * index < levels[level + 1].length; index++)
      nodeHash(at(level, 2 * index), at(level, 2 * index + 1)).copy(at(level + 1, index));
  }
  for (const note of notes) {
    let found = null;
    for (let [level, left] = [0, note.size]; left > 0; level++, left = Math.floor(left / 2))
      if (left % 2 === 1) found = found === null ? at(level, left - 1) : nodeHash(at(level, left - 1), found);
    if (!note.root.equals(found ?? sha256())) bad(`its first ${note.size} entries are not those of ${note.from}`);
  }
  const gone = `${256 * missing.length} of them gone on record`;
  return { origin, missing, pruned, text: `${origin}, ${size} entries, ${gone}; root ${root.toString('base64')}` };
};

const prove = (file, entry, keys) => {
  const [head, index, ...rest] = readFileSync(file, 'utf8').split(/\n(?:extra .*\n)?/);
  const end = rest.indexOf('');
  if (head !== 'c2sp.org/tlog-proof@v1' || !/^index (0|[1-9]\d{0,14})$/.test(index) || end < 0) bad('it is no proof');
  const { origin, size, root } = openNote(Buffer.from(rest.slice(end + 1).join('\n')), keys, 'its checkpoint');
  const [number, proof] = [Number(index.slice(6)), rest.slice(0, end).map(base64)];
  if (number >= size) bad('the entry lies behind the checkpoint');
  if (!rootByProof(number, size, leafHash(readFileSync(entry)), proof).equals(root)) bad('it proves another entry');
  return [{ text: `this is entry ${number} of the first ${size} of ${origin}` }];
};
// A log that is written may be published while it is read: then it is read once more.
const attempt = (folder, keys, since, tries = 5) => {
  const stateOf = () =>
    [...journalsOf(folder), statSync(join(folder, 'checkpoint'), { throwIfNoEntry: false })?.mtimeMs].join();
  const before = stateOf();
  try {
    return { folder, ...readLog(folder, keys, since) };
  } catch ({ message }) {
    return tries > 0 && before !== stateOf() ? attempt(folder, keys, since, tries - 1) : { folder, why: message };
  }
};
const verifyLogs = (folder, keys, note) => {
  const since = note === undefined ? null : openNote(readFileSync(note), keys, 'the checkpoint given');
  const isLog = ['checkpoint', 'journal', 'tile'].some((name) => existsSync(join(folder, name)));
  const folders = isLog ? [folder] : readdirSync(folder).map((name) => join(folder, name));
  const logs = folders.map((one) => attempt(one, keys, since));
  if (since && logs.every(({ origin, why }) => !why && origin !== since.origin))
    logs.push({ why: 'its log is missing' });
  for (const log of logs) {
    const told = logs.flatMap(({ pruned }) => pruned ?? []).filter(({ origin }) => origin === log.origin);
    const stray = log.missing?.find((end) => told.every(({ upTo }) => upTo < end));
    if (stray !== undefined) log.why = `entries before ${stray} are gone, and it is not on record that they were to go`;
  }
  const twice = logs.find(({ origin }, at) => origin && logs.findIndex((one) => one.origin === origin) < at);
  if (twice) logs.push({ why: `two folders hold the log ${twice.origin}` });
  return logs;
};

process.on('uncaughtException', ({ message }) => {
  console.log(`BAD ${message}`);
  process.exit(message.startsWith('usage') ? 2 : 1);
});
const options = { since: { type: 'string' }, proof: { type: 'string' }, entry: { type: 'string' } };
const { values: asked, positionals } = parseArgs({ options, allowPositionals: true });
const folder = asked.proof === undefined ? positionals.shift() : null;
const keys = positionals.flatMap(keysOf);
if (keys.length === 0) bad('usage: verify.mjs FOLDER KEY… [--since NOTE], or KEY… --proof FILE --entry FILE');
const found = folder === null ? prove(asked.proof, asked.entry, keys) : verifyLogs(folder, keys, asked.since);
for (const one of found) console.log(`${one.why ? 'BAD' : 'ok '} ${one.folder ?? ''}: ${one.why ?? one.text}`);
process.exitCode = found.length === 0 || found.some(({ why }) => why) ? 1 : 0;
