/** The stores as a later version of Sotto would open them: with one step more, which only adds something. */
import { type SchemaStep, schemaSteps } from '../../src/adapters/redis/schema.ts';
import { createRedisStore } from '../../src/adapters/redis/store.ts';
import { migrations } from '../../src/adapters/sqlite/schema.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import type { openStore } from '../../src/main/opening.ts';

/** On Redis: a mark of its own in every place that holds work. */
export const nextStep = (needs: number): SchemaStep => ({
  needs,
  bring: async ({ connection, keys }) => {
    const tags = await connection.ask('list the places', 'SMEMBERS', keys.all('tags'));
    for (const tag of Array.isArray(tags) ? tags : [])
      await connection.ask('mark a place', 'SETNX', `${keys.base(`${tag}`)}mark`, 'next');
  },
});

/** On the embedded store: a column that the present version does not know. */
export const NEXT_MIGRATION = "ALTER TABLE inbox ADD COLUMN note TEXT NOT NULL DEFAULT ''";

const NEEDS = { beside: Math.max(...schemaSteps.map(({ needs }) => needs)), alone: schemaSteps.length + 1 } as const;

export const newerStore =
  (newer: keyof typeof NEEDS): typeof openStore =>
  async ({ store, tools }) =>
    store.kind === 'sqlite'
      ? createSqliteStore({ path: store.path, migrations: [...migrations, NEXT_MIGRATION] })
      : createRedisStore({ url: store.url, log: tools.log, schema: [...schemaSteps, nextStep(NEEDS[newer])] });
