/**
 * The tables, as a list of steps that is only ever added to: step n brings a file from version n-1 to n
 * (`PRAGMA user_version`). A step that was released is never edited.
 */

/** "Sott", so that we recognise our own files (`PRAGMA application_id`). */
export const applicationId = 0x536f7474;

const first = `
  -- What was accepted and has not ended. The oldest of each conversation is its head, and only heads can be claimed.
  -- free_at: when the row can be claimed. Waiting: when it was accepted or released until; claimed: when the lease lapses.
  CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL,
    tenant TEXT NOT NULL,
    account TEXT NOT NULL,
    inbound TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    counts TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    head INTEGER NOT NULL,
    free_at INTEGER NOT NULL,
    lease TEXT,
    outbox_key TEXT,
    reply TEXT,
    placeholder INTEGER,
    expires_ms INTEGER,
    ref TEXT,
    posting INTEGER
  ) STRICT;
  CREATE INDEX inbox_order ON inbox (conversation, seq);
  CREATE INDEX inbox_heads ON inbox (free_at, seq) WHERE head = 1;
  CREATE INDEX inbox_claimed ON inbox (seq) WHERE lease IS NOT NULL;

  -- Ids of what has ended, without words: what repeats are known by.
  CREATE TABLE ended (
    id TEXT PRIMARY KEY,
    end TEXT NOT NULL,
    at INTEGER NOT NULL,
    until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX ended_until ON ended (until);

  CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    until INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX conversations_until ON conversations (until);

  -- score: when it can be claimed (its deadline, a retry, or the end of a lease).
  CREATE TABLE expiries (
    member TEXT PRIMARY KEY,
    score INTEGER NOT NULL,
    remove_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    leased INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX expiries_score ON expiries (score);

  CREATE TABLE counters (
    key TEXT NOT NULL,
    window_ms INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    current INTEGER NOT NULL,
    previous INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (key, window_ms)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX counters_until ON counters (until);

  CREATE TABLE grants (
    person TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX grants_until ON grants (until);

  CREATE TABLE restrictions (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE restrictions_version (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL) STRICT;
  INSERT INTO restrictions_version (one, version) VALUES (1, 0);

  CREATE TABLE origins (origin TEXT PRIMARY KEY, size INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

const second = `
  -- A log belongs to a data folder (home; '' until one leases it), and is written by whoever leases it (holder; '': nobody).
  ALTER TABLE origins ADD COLUMN home TEXT NOT NULL DEFAULT '';
  ALTER TABLE origins ADD COLUMN holder TEXT NOT NULL DEFAULT '';
  ALTER TABLE origins ADD COLUMN leased_until INTEGER NOT NULL DEFAULT 0;

  -- Where chats can be reached, sealed.
  CREATE TABLE chat_references (
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (tenant, key)
  ) STRICT;
  CREATE INDEX chat_references_until ON chat_references (until);
`;

/** What is kept of people, so that it is found by whose it is. */
const people = `
  -- Whose a state is, so that it is found for a hold, for an export, or to be forgotten: the account, and keyed hashes.
  ALTER TABLE conversations ADD COLUMN tenant TEXT NOT NULL DEFAULT '';
  ALTER TABLE conversations ADD COLUMN account TEXT NOT NULL DEFAULT '';
  ALTER TABLE conversations ADD COLUMN about TEXT NOT NULL DEFAULT '';

  -- The account whose own chat it is; '' for what is nobody's.
  ALTER TABLE chat_references ADD COLUMN owner TEXT NOT NULL DEFAULT '';
  CREATE INDEX chat_references_owner ON chat_references (tenant, owner) WHERE owner <> '';
`;

/** Orders of the operators. */
const orders = `
  -- confirmations: JSON. keep_until: NULL while it is to be executed. free_at: when it can be claimed.
  CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    needed INTEGER NOT NULL,
    confirmations TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    keep_until INTEGER,
    free_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    lease TEXT,
    receipt TEXT,
    turn INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- One row. given: the turn of the order whose confirmations were complete last. switched: of the last that paused or ended a pause.
  CREATE TABLE turns (one INTEGER PRIMARY KEY CHECK (one = 1), given INTEGER NOT NULL, switched INTEGER NOT NULL) STRICT;
  INSERT INTO turns (one, given, switched) VALUES (1, 0, 0);

  -- One row while Sotto is paused.
  CREATE TABLE paused (one INTEGER PRIMARY KEY CHECK (one = 1), since INTEGER NOT NULL, by TEXT NOT NULL) STRICT;

  CREATE TABLE holds (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
    by TEXT NOT NULL,
    hashes TEXT NOT NULL DEFAULT ''
  ) STRICT, WITHOUT ROWID;

  -- The last holds that were lifted.
  CREATE TABLE lifted (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE) STRICT;
  -- version: of the restrictions, as the recall made it.
  CREATE TABLE recalls (
    id TEXT PRIMARY KEY,
    intent TEXT,
    topic TEXT,
    since INTEGER,
    version INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** What leaves, so that it is found again by what it is about, shared out by tenant, and counted by why it would not go. */
const expiriesOfThird = `
  -- lane: platform|tenant, as the member begins. leaves: 'remove', or 'forget' for what stays in the chat. code: of the last failure.
  ALTER TABLE expiries ADD COLUMN lane TEXT NOT NULL DEFAULT '';
  ALTER TABLE expiries ADD COLUMN about TEXT;
  ALTER TABLE expiries ADD COLUMN leaves TEXT NOT NULL DEFAULT 'remove';
  ALTER TABLE expiries ADD COLUMN again TEXT;
  ALTER TABLE expiries ADD COLUMN code TEXT;
  UPDATE expiries SET lane = substr(member, 1,
    instr(member, '|') + instr(substr(member, instr(member, '|') + 1), '|') - 1);
  DROP INDEX expiries_score;
  CREATE INDEX expiries_lane ON expiries (lane, score);
  ALTER TABLE inbox ADD COLUMN about TEXT;
  ALTER TABLE inbox ADD COLUMN again TEXT;
`;

/** States of the inbox. */
const parkedAndDead = `
  -- parked: 1 while it waits for somebody; then it stands apart from its conversation, as a head of its own that is free at
  -- parked_until. parked_for: what it was parked for, kept after that.
  ALTER TABLE inbox ADD COLUMN parked INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE inbox ADD COLUMN parked_until INTEGER;
  ALTER TABLE inbox ADD COLUMN parked_for TEXT;
  ALTER TABLE inbox ADD COLUMN person TEXT;
  ALTER TABLE inbox ADD COLUMN what TEXT;
  ALTER TABLE inbox ADD COLUMN failure TEXT;
  DROP INDEX inbox_order;
  CREATE INDEX inbox_turns ON inbox (conversation, seq) WHERE parked = 0;
  CREATE INDEX inbox_parked ON inbox (parked_until) WHERE parked = 1;
  CREATE INDEX inbox_people ON inbox (person) WHERE parked = 1;

  -- Set aside after too many attempts: the words, sealed, until their time is over.
  CREATE TABLE dead (
    id TEXT PRIMARY KEY,
    conversation TEXT NOT NULL,
    tenant TEXT NOT NULL,
    account TEXT NOT NULL,
    inbound TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    counts TEXT NOT NULL,
    code TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    died_at INTEGER NOT NULL,
    until INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX dead_until ON dead (until);
`;

/** What values are hashed by where they must be recognised and not read. */
const hashKeys = `
  -- value: sealed. In the order in which they were made.
  CREATE TABLE hash_keys (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, value TEXT NOT NULL) STRICT;
`;

/** One row once a backup was taken or put back. restored: JSON; NULL: it came out of none, or all that follows is done. */
const backups = `
  CREATE TABLE backups (one INTEGER PRIMARY KEY CHECK (one = 1), lineage TEXT NOT NULL, restored TEXT) STRICT;
`;

/** How restrictions came to be, what may become one, and what was approved. */
const restricting = `
  -- hash: of the whole policy where the restrictions were changed last; NULL: nobody said.
  ALTER TABLE restrictions_version ADD COLUMN hash TEXT;

  -- id: of the restriction; NULL: of the pack alone. detail: sealed.
  CREATE TABLE restriction_changes (
    version INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    id TEXT,
    change TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;

  -- body: sealed.
  CREATE TABLE proposals (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    until INTEGER NOT NULL
  ) STRICT;

  -- One row once a pack was approved. by: JSON.
  CREATE TABLE pins (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    pack TEXT NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;

  -- Policy requests of questions, without words. owner: a keyed hash. value: sealed.
  CREATE TABLE decisions (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    owner TEXT NOT NULL,
    value TEXT NOT NULL
  ) STRICT;
  CREATE INDEX decisions_at ON decisions (at, seq);
  CREATE INDEX decisions_owner ON decisions (owner);
`;

/** Phrases that their authors gave. owner: a keyed hash. value: sealed. */
const donated = `
  CREATE TABLE donations (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    owner TEXT NOT NULL,
    value TEXT NOT NULL
  ) STRICT;
  CREATE INDEX donations_at ON donations (at, seq);
`;

/** Who was told what is told once. owner: a keyed hash. until: whoever tells it has so long; NULL: it was told. */
const marked = `
  CREATE TABLE marks (owner TEXT PRIMARY KEY, at INTEGER NOT NULL, until INTEGER) STRICT, WITHOUT ROWID;
`;

/** Where the bot is installed. value: sealed. mark: a keyed hash. holder: whoever renews or shreds it, until leased_until. */
const installed = `
  CREATE TABLE installations (
    seq INTEGER PRIMARY KEY,
    platform TEXT NOT NULL,
    tenant TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    value TEXT NOT NULL,
    mark TEXT NOT NULL,
    at INTEGER NOT NULL,
    ends_at INTEGER,
    renew_at INTEGER,
    code TEXT NOT NULL,
    purging INTEGER NOT NULL,
    holder TEXT NOT NULL DEFAULT '',
    leased_until INTEGER NOT NULL DEFAULT 0,
    UNIQUE (platform, tenant)
  ) STRICT;

  -- One row. It rises with every change of the two tables beside it.
  CREATE TABLE installations_version (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL) STRICT;
  INSERT INTO installations_version (one, version) VALUES (1, 0);

  -- Workspaces within an organisation that installed the bot as a whole.
  CREATE TABLE installation_links (
    platform TEXT NOT NULL,
    tenant TEXT NOT NULL,
    within TEXT NOT NULL,
    PRIMARY KEY (platform, tenant)
  ) STRICT, WITHOUT ROWID;

  -- What may be used once.
  CREATE TABLE spent (what TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/**
 * Strong sign-ins, and what leads to one. owner: a keyed hash. value: sealed. key: a keyed hash of what must be brought back. What an older version
 * kept of sign-ins was not sealed; nobody there could give one but the playground.
 */
const signingIn = `
  DROP TABLE grants;
  CREATE TABLE sealed_grants (owner TEXT NOT NULL UNIQUE, value TEXT NOT NULL, until INTEGER NOT NULL) STRICT;
  CREATE INDEX sealed_grants_until ON sealed_grants (until);

  CREATE TABLE sign_ins (
    key TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    value TEXT NOT NULL,
    until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sign_ins_owner ON sign_ins (owner);
  CREATE INDEX sign_ins_until ON sign_ins (until);
`;

/** By what sealed names of people open. owner: a keyed hash. value: sealed. */
const naming = `
  CREATE TABLE name_keys (owner TEXT NOT NULL UNIQUE, value TEXT NOT NULL) STRICT;
`;

/** That somebody looked at what is kept or logged of a person. owner: a keyed hash. */
const looked = `
  CREATE TABLE looks (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    at INTEGER NOT NULL,
    what TEXT NOT NULL,
    entries INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX looks_owner ON looks (owner);
`;

/** What became of each write to a system of record. owner: a keyed hash, or empty. value: sealed, or empty. */
const writing = `
  CREATE TABLE writes (
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    tried_at INTEGER NOT NULL,
    code TEXT,
    value TEXT NOT NULL
  ) STRICT;
  CREATE INDEX writes_owner ON writes (owner, at);
  CREATE INDEX writes_at ON writes (at);
`;

const third = [expiriesOfThird, parkedAndDead, orders, people].join('\n');

export const migrations: readonly string[] = [
  first,
  second,
  third,
  hashKeys,
  backups,
  restricting,
  donated,
  marked,
  installed,
  signingIn,
  naming,
  looked,
  writing,
];
