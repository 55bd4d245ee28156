import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Status, Subcommand } from '../cli.ts';
import { SottoError } from '../core/errors.ts';
import type { Receipt } from '../core/orders/types.ts';
import { askRunning, giveOrder, ORDER_OPTIONS } from './order.ts';
import { draftInWords, listInWords, versionsInWords } from './restrict/printing.ts';
import { FIELD_OPTIONS, fieldValues, readRestrictionFile } from './restrict/reading.ts';
import { type Draft, draftShape, historyShape, listShape } from './restrict/shapes.ts';
import { tryOut } from './restrict/trying.ts';

const OPTIONS = {
  ...ORDER_OPTIONS,
  ...FIELD_OPTIONS,
  file: { type: 'string' },
  template: { type: 'string' },
  hours: { type: 'string' },
  why: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
} as const;

const parsed = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
type Values = ReturnType<typeof parsed>['values'];

/** Options that say what to do with the order, not what is restricted. */
const BESIDE: readonly string[] = ['json', 'no-wait', 'why', 'dry-run'];

export const restrict: Subcommand = {
  summary: 'what HR restricts: list, add, change, lift, suspend, roll back; approve a pack',
  help: [
    'sotto restrict [--json]                    what is in force, what waits',
    'sotto restrict history [--json]            versions: who, when, why',
    'sotto restrict add --topic T… | --intent ID… [--title TEXT] [FIELDS] --why TEXT',
    'sotto restrict add --template NAME [FIELDS] --why TEXT     one that the pack holds ready',
    'sotto restrict add --file FILE.yaml --why TEXT             in the shape of a pack’s restrictions/*.yaml',
    'sotto restrict change ID FIELDS --why TEXT | change ID --file FILE.yaml --why TEXT',
    'sotto restrict lift ID --why TEXT',
    'sotto restrict suspend ID --hours N --why TEXT             break-glass: 1 to 4 hours, everybody of HR is told',
    'sotto restrict resume ID --why TEXT                        ends that before its time',
    'sotto restrict roll-back VERSION --why TEXT',
    'sotto restrict approve-pack --why TEXT                     the pack as it is now, where Sotto is closed because of it',
    'FIELDS: --topic, --intent; --for GROUP… (nobody but these is touched), --except GROUP…; --place direct|group|channel|shared…,',
    '--country DE…; --from DAY, --until DAY (2026-12-31: that whole day, UTC); --title; --words-en, --words-de (of the refusal),',
    '--contact-en, --contact-de (goes on "Please ask …"), --rights-en, --rights-de. Each list may be given several times, or with commas.',
    'An empty text (--until "") takes away what stands there. Topics and groups are those of the pack.',
    'Prints first what it means, what an employee will read, what would have come out otherwise in the last 30 days (nobody is shown in a',
    'group of fewer than five), and who can still ask. --dry-run: that alone; nothing is ordered.',
    'Then a one-time code. What permits nobody anything more is confirmed by one person of HR (SOTTO_HR) or an operator, who sends the',
    'code to the bot in private chat within ten minutes. Anything else, and a pack, by two different people of HR: each sends the code,',
    'is shown the difference, and sends it again; or types it on the page beside it, reads the difference and confirms. --no-wait: print both and end.',
    '--json: of add and the like {"draft","tried"} first, then the two lines of every order ({"id","code",…}, {"ok","says","data"}).',
    'Needs a running Sotto on the same SOTTO_DATA. Status 0: done; 1: not done, not confirmed in time, or not known; 2: nothing was ordered.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parsed(args);
    const [verb = 'list', id, ...more] = positionals;
    if (more.length > 0) throw wrongUse();
    if (verb === 'list' && id === undefined) {
      only(values, 'json');
      const list = await askRunning({ path: '/restrict', shape: listShape });
      console.log(values.json ? JSON.stringify(list) : listInWords(list));
      return 0;
    }
    if (verb === 'history' && id === undefined) {
      only(values, 'json');
      const { versions } = await askRunning({ path: '/restrict/history', shape: historyShape });
      console.log(values.json ? JSON.stringify({ versions }) : versionsInWords(versions));
      return 0;
    }
    return change(wantedOf(verb, id, values), values);
  },
};

const wrongUse = (): SottoError =>
  new SottoError('usage', 'That is no way to restrict anything. "sotto restrict --help" shows each one.');

/** Refuses with code `usage` an option that means nothing there, so that none is passed over in silence. */
const only = (values: Values, ...names: readonly string[]): void => {
  const defaults: readonly unknown[] = [undefined, false];
  const [strange] = Object.entries(values).filter(
    ([name, value]) => !names.includes(name) && !defaults.includes(value),
  );
  if (strange !== undefined)
    throw new SottoError('usage', `--${strange[0]} means nothing there. See "sotto restrict --help".`);
};

const needed = (id: string | undefined, what: string): string => {
  if (id !== undefined) return id;
  throw new SottoError('usage', `It does not say ${what}. "sotto restrict" and "sotto restrict history" print them.`);
};

const number = (text: string | undefined, what: string): number => {
  if (text !== undefined && /^\d{1,9}$/.test(text)) return Number(text);
  throw new SottoError('usage', `It does not say ${what}, in whole numbers.`);
};

/** What is sent to the running Sotto, which reads it strictly. */
const wantedOf = (verb: string, id: string | undefined, values: Values): Readonly<Record<string, unknown>> => {
  const fields = Object.keys(FIELD_OPTIONS);
  switch (verb) {
    case 'add': {
      if (id !== undefined) throw wrongUse();
      if (values.file !== undefined) {
        only(values, ...BESIDE, 'file');
        return { kind: 'add-input', input: readRestrictionFile(values.file) };
      }
      only(values, ...BESIDE, ...fields, 'template');
      return { kind: 'add', template: values.template ?? null, values: titled(values) };
    }
    case 'change': {
      const which = needed(id, 'which restriction');
      if (values.file !== undefined) {
        only(values, ...BESIDE, 'file');
        return { kind: 'change-input', id: which, input: readRestrictionFile(values.file) };
      }
      only(values, ...BESIDE, ...fields);
      return { kind: 'change', id: which, values: fieldValues(values) };
    }
    case 'lift':
      only(values, ...BESIDE);
      return { kind: 'lift', id: needed(id, 'which restriction') };
    case 'suspend':
      only(values, ...BESIDE, 'hours');
      return {
        kind: 'suspend',
        id: needed(id, 'which restriction'),
        hours: number(values.hours, 'for how many --hours'),
      };
    case 'resume':
      only(values, ...BESIDE);
      return { kind: 'resume', id: needed(id, 'which restriction') };
    case 'roll-back':
      only(values, ...BESIDE);
      return { kind: 'roll-back', version: number(id, 'to which version') };
    case 'approve-pack':
      only(values, ...BESIDE);
      if (id !== undefined) throw wrongUse();
      return { kind: 'pack' };
    default:
      throw wrongUse();
  }
};

/** One that has no title is called by what it forbids. */
const titled = (values: Values): ReturnType<typeof fieldValues> => {
  const given = fieldValues(values);
  if (values.title !== undefined || values.template !== undefined) return given;
  const forbids = [...(values.topic ?? []), ...(values.intent ?? [])].join(', ');
  return { ...given, title: [forbids.slice(0, 80)] };
};

const change = async (wanted: Readonly<Record<string, unknown>>, values: Values): Promise<Status> => {
  if (values.why === undefined || values.why.trim() === '')
    throw new SottoError(
      'usage',
      'It does not say why. Say so with --why TEXT: it is kept with the version, and read by whoever confirms it.',
    );
  const body = { wanted, why: values.why };
  const draft = await askRunning({ method: 'POST', path: '/restrict/draft', body, shape: draftShape });
  const exactly = { id: draft.id, hash: draft.hash };
  const drop = async (): Promise<void> => {
    await askRunning({ method: 'POST', path: '/restrict/drop', body: exactly, shape: z.object({}) }).catch(
      () => undefined,
    );
  };
  try {
    await shown(draft, values);
  } catch (error) {
    await drop();
    throw error;
  }
  if (values['dry-run']) {
    await drop();
    return 0;
  }
  return giveOrder({
    order: { path: '/restrict/order', body: exactly },
    whose: { one: 'a person of HR, or an operator,', several: 'people of HR' },
    json: values.json,
    wait: !values['no-wait'],
    received: async (receipt: Receipt) => {
      if (!receipt.ok) await drop();
      return receipt;
    },
  });
};

/** Before anybody is asked to confirm it. */
const shown = async (draft: Draft, values: Values): Promise<void> => {
  if (!values.json) console.log(`${draftInWords(draft)}\n`);
  const tried = await tryOut(draft, values.json ? null : process.stdout).catch((error: unknown) => {
    // What it means stands above all the same, and break-glass must not wait for it.
    if (!(error instanceof SottoError)) throw error;
    return { dryRun: null, reach: null, says: [error.message] };
  });
  if (values.json)
    console.log(JSON.stringify({ draft, tried: { dryRun: tried.dryRun, reach: tried.reach, says: tried.says } }));
  else console.log(`${tried.says.join('\n\n')}\n`);
};
