/**
 * Descriptions of one's own on a stage, over the sample's: a system on this machine is called as it is described; any other is answered for
 * by the responses that are recorded beside its description, so that nobody plays with what is real.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { parse, stringify } from 'yaml';
import { firstPosition } from '../../src/adapters/backend/calling/paging.ts';
import type { Described, Descriptions } from '../../src/adapters/backend/described.ts';
import { secretsOf } from '../../src/adapters/backend/describing/read.ts';
import { readDescriptions, readPlaces } from '../../src/adapters/backend/description.ts';
import { type Recorded, readRecordedPages } from '../../src/adapters/backend/recorded.ts';
import { walked } from '../../src/adapters/backend/trying-pages.ts';
import { SottoError } from '../../src/core/errors.ts';

const HERE = ['127.0.0.1', 'localhost', '[::1]'];

/** Names the operation to the stand-in: a recorded response answers whatever it is asked with. */
const OPERATION = 'x-recorded-operation';

export interface OwnBackends {
  readonly descriptions: Descriptions;
  /** Answers for systems that are not on this machine. */
  routes(app: FastifyInstance): void;
  /** Writes the descriptions as they are played into a folder in which the sample's lies already. */
  write(o: { readonly into: string; readonly base: string }): void;
}

type Shape = Record<string, unknown> & {
  backend: string;
  baseUrl: string;
  operations: Record<string, { readonly pages?: object }>;
};

/** Refuses with code `settings` where a description is wrong. */
export const ownBackends = (folder: string): OwnBackends => {
  const descriptions = readDescriptions(folder);
  /** As many as are recorded: the others are nowhere to be had, and it is said that there may be more. */
  const playedPages = (name: string, { pages }: { readonly pages?: object }): { readonly pages?: object } => {
    const described = descriptions.operations.get(name);
    if (pages === undefined || described === undefined) return {};
    return { pages: { ...pages, most: readRecordedPages(folder, described).length } };
  };
  const played = (text: string, base: string): Shape => {
    const shape = parse(text) as Shape;
    // Nobody reports to a Sotto that is played with.
    const { hooks: _, ...rest } = shape;
    if (HERE.includes(new URL(shape.baseUrl).hostname)) return { ...rest } as Shape;
    const { auth: _1, signIn: _2, hosts: _3, network: _4, lookup: _5, ...bare } = rest;
    const operations = Object.fromEntries(
      Object.entries(shape.operations).map(([name, operation]) => [
        name,
        { ...operation, ...playedPages(name, operation), headers: { [OPERATION]: name } },
      ]),
    );
    return { ...bare, baseUrl: `${base}/standin/recorded`, operations } as Shape;
  };
  return {
    descriptions,
    routes: (app) =>
      void app.all('/standin/recorded/*', async (request, reply) => {
        const described = descriptions.operations.get(String(request.headers[OPERATION]));
        const recorded = described === undefined ? null : pageAsked(folder, described, request.query);
        return recorded?.how === 'read'
          ? reply.type('application/json').send(JSON.stringify(recorded.body))
          : reply.code(503).send({ error: 'nothing is recorded' });
      }),
    write: ({ into, base }) => {
      const sample = parse(readFileSync(join(into, 'hr.yaml'), 'utf8')) as Shape;
      const kept = Object.entries(sample.operations).filter(([name]) => !descriptions.operations.has(name));
      writeFileSync(
        join(into, 'hr.yaml'),
        stringify({ ...sample, backend: 'sample-hr', operations: Object.fromEntries(kept) }),
        { mode: 0o600 },
      );
      for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml')))
        writeFileSync(
          join(into, `own-${file}`),
          stringify(played(readFileSync(join(folder, file), 'utf8'), base), { aliasDuplicateObjects: false }),
          { mode: 0o600 },
        );
    },
  };
};

/** The recorded page that is asked for, by what the one before it says of it; the first where nothing says which. */
const pageAsked = (folder: string, described: Described, query: unknown): Recorded | null => {
  const pages = readRecordedPages(folder, described);
  const { parameter = '' } = described.pages ?? {};
  const asked = new URLSearchParams(query as Record<string, string>).get(parameter);
  if (asked === null || asked === firstPosition(described.pages).value) return pages[0] ?? null;
  const bodies = pages.flatMap((page) => (page.how === 'read' ? [page.body] : []));
  const before = walked(described, bodies).findIndex((next) => next.how === 'on' && next.position.value === asked);
  return before < 0 ? null : (pages[before + 1] ?? null);
};

/** What systems on this machine ask for; nothing else is called. `from`: the folder of SOTTO_VAULT; null: there is none. */
export const ownSecrets = (o: {
  readonly folder: string;
  readonly from: string | null;
  readonly into: string;
}): void => {
  const here = readPlaces(o.folder).filter(({ data }) => HERE.includes(new URL(data.baseUrl).hostname));
  for (const name of here.flatMap(({ data }) => secretsOf({ ...data, hooks: {} }))) {
    try {
      if (o.from === null) throw new Error('no vault');
      writeFileSync(join(o.into, name), readFileSync(join(o.from, name)), { mode: 0o600 });
    } catch (cause) {
      throw new SottoError(
        'usage',
        `The description needs the secret "${name}". Put it into a folder, a file of that name, and name the folder: SOTTO_VAULT=files:DIR.`,
        { cause },
      );
    }
  }
};
