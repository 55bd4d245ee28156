/** Where the bot is installed: a hash for each, their names in a set, and one number that rises with every change. */
import type { Installations, KeptInstallation } from '../../core/ports.ts';
import { packParts, unpackParts, whole } from '../../core/stored.ts';
import {
  INSTALLATION_STATES,
  MOST_INSTALLATIONS,
  MOST_LINKS,
  MOST_SPENT,
  PLATFORM_NAMES,
} from '../../core/stored-installations.ts';
import type { PlatformName } from '../../core/types.ts';
import type { Connection } from './connection.ts';
import * as scripts from './installation-scripts.ts';
import type { Keys } from './keys.ts';
import { listOf, numberOf, textOf, textOrNull, wordOf } from './replies.ts';

interface Which {
  readonly platform: PlatformName;
  readonly tenant: string;
}

/** What the hashes of installations begin with. */
export const INSTALLATION = 'installation:';

const nameOf = ({ platform, tenant }: Which): string => packParts([platform, tenant]);

export const whichOf = (name: string): Which => {
  const [platform, tenant = ''] = unpackParts(name);
  return { platform: wordOf(platform, PLATFORM_NAMES), tenant };
};

const numberOrNothing = (text: string): number | null => (text === '' ? null : numberOf(text));
const textOfNumber = (value: number | null): string => (value === null ? '' : String(whole(value)));

/** Of the values of `scripts.FIELDS`; null: there is none. */
const installationOf = (name: string, values: unknown): KeptInstallation | null => {
  const [state, ...rest] = listOf(values);
  if (textOrNull(state) === null) return null;
  const [version, value, mark, at, ends, renew, code, purging] = rest.map(textOf);
  return {
    ...whichOf(name),
    state: wordOf(state, INSTALLATION_STATES),
    version: numberOf(version),
    value: value ?? '',
    mark: mark ?? '',
    at: numberOf(at),
    endsAt: numberOrNothing(ends ?? ''),
    renewAt: numberOrNothing(renew ?? ''),
    code: code ?? '',
    purging: purging === '1',
  };
};

export const createInstallations = ({ connection, keys }: { connection: Connection; keys: Keys }): Installations => {
  const [names, version, links] = ['installations', 'installations-version', 'installation-links'].map(keys.all) as [
    string,
    string,
    string,
  ];
  const three = (which: Which): readonly string[] => [keys.all(INSTALLATION + nameOf(which)), names, version];

  return {
    version: async () => numberOf((await connection.ask('look at the installations', 'GET', version)) ?? '0'),
    all: async () => {
      const call = { what: 'read the installations', keys: [names, version, links], args: [keys.all(INSTALLATION)] };
      const [now, rows, linked] = listOf(await connection.run(scripts.all, call));
      const flat = listOf(linked).map(textOf);
      return {
        version: numberOf(now),
        installations: listOf(rows).flatMap((row) => {
          const [name, values] = listOf(row);
          const installation = installationOf(textOf(name), values);
          return installation === null ? [] : [installation];
        }),
        links: flat.flatMap((name, at) => (at % 2 === 0 ? [{ ...whichOf(name), within: flat[at + 1] ?? '' }] : [])),
      };
    },
    find: async (which) => {
      const [row = ''] = three(which);
      const values = await connection.ask('find an installation', 'HMGET', row, ...scripts.FIELDS);
      return installationOf(nameOf(which), values);
    },
    install: async ({ platform, tenant, value, endsAt, renewAt, now }) => {
      const which = { platform, tenant };
      const args = [nameOf(which), MOST_INSTALLATIONS, value, textOfNumber(endsAt), textOfNumber(renewAt), whole(now)];
      const call = { what: 'keep an installation', keys: three(which), args };
      return wordOf(await connection.run(scripts.install, call), ['installed', 'full', 'purging']);
    },
    end: async ({ platform, tenant, mark, code, now }) => {
      const which = { platform, tenant };
      const args = [nameOf(which), MOST_INSTALLATIONS, mark, code, whole(now)];
      const call = { what: 'end an installation', keys: three(which), args };
      return wordOf(await connection.run(scripts.end, call), ['ended', 'already', 'full']);
    },
    turn: async ({ platform, tenant, seen, to, code, now }) => {
      const call = {
        what: 'park an installation',
        keys: three({ platform, tenant }),
        args: [seen, to, code, whole(now)],
      };
      return wordOf(await connection.run(scripts.turn, call), ['turned', 'changed']);
    },
    purged: async ({ platform, tenant, seen }) => {
      const call = { what: 'note what was shredded', keys: three({ platform, tenant }), args: [seen] };
      return wordOf(await connection.run(scripts.purged, call), ['purged', 'changed']);
    },
    forget: async ({ platform, tenant, seen }) => {
      const which = { platform, tenant };
      const call = { what: 'forget an installation', keys: three(which), args: [seen, nameOf(which)] };
      return wordOf(await connection.run(scripts.forget, call), ['forgotten', 'changed']);
    },
    lease: async ({ platform, tenant, holder, now, leaseMs }) => {
      const [row = ''] = three({ platform, tenant });
      const args = [holder, whole(now), whole(now + leaseMs)];
      const call = { what: 'take an installation in hand', keys: [row], args };
      return wordOf(await connection.run(scripts.lease, call), ['leased', 'busy', 'gone']);
    },
    release: async ({ platform, tenant, holder }) => {
      const [row = ''] = three({ platform, tenant });
      await connection.run(scripts.release, { what: 'let go of an installation', keys: [row], args: [holder] });
    },
    replace: async ({ platform, tenant, seen, holder, value, endsAt, renewAt, now }) => {
      const args = [seen, holder, value, textOfNumber(endsAt), textOfNumber(renewAt), whole(now)];
      const call = { what: 'keep a new credential', keys: three({ platform, tenant }), args };
      return wordOf(await connection.run(scripts.replace, call), ['replaced', 'changed']);
    },
    link: async ({ platform, tenant, within }) => {
      const args = [nameOf({ platform, tenant }), within, MOST_LINKS];
      const call = { what: 'keep whose a workspace is', keys: [links, version], args };
      return wordOf(await connection.run(scripts.link, call), ['linked', 'full']);
    },
    spend: async ({ what, until, now }) => {
      const args = [what, whole(until), whole(now), MOST_SPENT];
      const call = { what: 'note that something was used', keys: [keys.all('spent')], args };
      return wordOf(await connection.run(scripts.spend, call), ['spent', 'again', 'full']);
    },
  };
};
