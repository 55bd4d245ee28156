/** What every command shares that talks to the running Sotto: it hands over an order, prints its code, waits, prints what came of it. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { codeOfFetch } from '../adapters/bounded/failure.ts';
import { askControl } from '../adapters/control/client.ts';
import type { Status } from '../cli.ts';
import { dataFolder, environment } from '../config.ts';
import { SottoError } from '../core/errors.ts';
import { type Order, type Receipt, receiptShape } from '../core/orders/types.ts';
import { safely } from '../core/safely.ts';

/** For `parseArgs`. */
export const ORDER_OPTIONS = {
  json: { type: 'boolean', default: false },
  'no-wait': { type: 'boolean', default: false },
} as const;

/** For the help of every command that gives an order. */
export const ORDER_HELP = [
  'Prints a one-time code. An operator (a person of the group SOTTO_OPERATORS) sends it to the bot in private chat, on Slack or Teams,',
  'or types it on the page whose address is printed beside it, within ten minutes; then it is done, and what came of it is printed here.',
  '--no-wait: print the code and end. The page is there where people can sign in (OIDC_ISSUER).',
  '--json: two lines, {"id","code","until","needed","says","page"} at once and {"ok","says","data"} in the end; "page" may be null.',
  'Needs a running Sotto on the same SOTTO_DATA. Status 0: done; 1: not done, not confirmed in time, or not known; 2: nothing was ordered.',
].join('\n');

const LOOK_EVERY_MS = 500;

/** It is asked for so long after its code ended: a confirmation in the last moment is still executed, and so tried again, ms. */
const AFTERWARDS_MS = 10 * 60_000;

const placedShape = z.object({
  id: z.string(),
  code: z.string(),
  until: z.number(),
  needed: z.number(),
  says: z.string(),
  page: z.string().nullable(),
});

const stateShape = z.object({
  state: z.enum(['waiting', 'confirmed', 'done', 'burnt', 'expired']),
  confirmations: z.number(),
  needed: z.number(),
  receipt: receiptShape.nullable(),
});

const errorShape = z.object({ error: z.string() });

/** What the running Sotto answers. Refuses with code `usage`, in its own words, where it refuses. */
export const askRunning = async <T>(o: {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly shape: z.ZodType<T>;
}): Promise<T> => {
  const { method = 'GET', path, body, shape } = o;
  const answered = await askControl({ folder: dataFolder(environment()), method, path, body });
  const refused = safely(errorShape, answered.body);
  if (refused.success) throw new SottoError('usage', refused.data.error);
  const parsed = safely(shape, answered.body);
  if (!parsed.success)
    throw new SottoError(
      'usage',
      'The running Sotto is of another version than this command. Run the command of its version.',
    );
  return parsed.data;
};

/** Who must send the code, as it is said. */
interface Whose {
  readonly one: string;
  readonly several: string;
}

const OPERATORS: Whose = { one: 'an operator', several: 'operators' };

/** Whether nothing listens there: no Sotto runs on this SOTTO_DATA. */
export const nobodyRuns = (error: unknown): boolean => {
  const code = error instanceof SottoError && error.cause !== undefined ? codeOfFetch(error.cause) : '';
  return code === 'ENOENT' || code === 'ECONNREFUSED';
};

/**
 * Status 0: done (or placed, with `wait` false); 1: not done, nobody confirmed it in time, or nobody can say what came of it. Refuses
 * with code `usage` where no Sotto runs on this SOTTO_DATA, or it does not take the order; never once the code is printed.
 */
export const giveOrder = async (o: {
  readonly order: Order | { readonly path: string; readonly body: unknown };
  /** Who confirms it; default: operators. */
  readonly whose?: Whose;
  /** Two lines of JSON: the order with its code at once, then what came of it. */
  readonly json: boolean;
  readonly wait: boolean;
  /** Where what is said goes; default: standard output. */
  readonly print?: (text: string) => void;
  /** What to do with what came of it before it is printed; default: nothing. Whatever it gives is printed. */
  readonly received?: (receipt: Receipt) => Receipt | Promise<Receipt>;
  /** A sentence for where it may have been done and what came of it is not heard. */
  readonly lost?: string;
  /** So often in a row it is asked in vain what came of it; default: for half a minute. */
  readonly mostTries?: number;
}): Promise<Status> => {
  const print = o.print ?? console.log;
  const at = 'path' in o.order ? o.order : { path: '/order', body: o.order };
  const placed = await askRunning({ method: 'POST', ...at, shape: placedShape });
  const { id, code, until, needed, says, page } = placed;
  if (o.json) print(JSON.stringify({ id, code, until: new Date(until).toISOString(), needed, says, page }));
  else print(inWords({ code, until, needed, says, page, whose: o.whose ?? OPERATORS }));
  if (!o.wait) return 0;
  const receipt = await receiptOf({ id, until, mostTries: o.mostTries ?? MOST_TRIES }).catch(() =>
    unheard({ id, until, lost: o.lost }),
  );
  const last = await (o.received ?? ((received) => received))(receipt);
  if (o.json) print(JSON.stringify(last));
  else print(`\n${last.says.join('\n')}`);
  return last.ok ? 0 : 1;
};

const inWords = (o: {
  readonly code: string;
  readonly until: number;
  readonly needed: number;
  readonly says: string;
  readonly page: string | null;
  readonly whose: Whose;
}): string =>
  [
    o.says,
    '',
    `  ${o.code}`,
    ...(o.page === null ? [] : [`  ${o.page}`]),
    '',
    o.needed === 1
      ? `Nothing happens yet: ${o.whose.one} must send this code to the bot in a private chat, on Slack or Teams${orThere(o.page)}.`
      : `Nothing happens yet: ${o.needed} different ${o.whose.several} must send this code to the bot, each in a private chat, on Slack or Teams${orThere(o.page)}.`,
    `It counts once, until ${timeOfDay(o.until)}. Sent where others can read it, it counts no more.`,
  ].join('\n');

const orThere = (page: string | null): string => (page === null ? '' : ', or sign in on that page and type it there');

const notDone = (...says: readonly string[]): Receipt => ({ ok: false, says: [...says], data: {} });

/** Somebody may have confirmed it, or may still. */
const unheard = (o: { readonly id: string; readonly until: number; readonly lost: string | undefined }): Receipt =>
  notDone(
    'The running Sotto does not answer any more, so what came of the order is not known here.',
    `The code was given and counts until ${timeOfDay(o.until)}. Whether it was done is in the audit log: "kind":"order","order":"${o.id}".`,
    ...(o.lost === undefined ? [] : [o.lost]),
  );

const timeOfDay = (at: number): string => `${new Date(at).toISOString().slice(11, 16)} UTC`;

const receiptOf = async (o: {
  readonly id: string;
  readonly until: number;
  readonly mostTries: number;
}): Promise<Receipt> => {
  while (Date.now() < o.until + AFTERWARDS_MS) {
    const { state, receipt } = await askAgain(o);
    if (receipt !== null) return receipt;
    if (state === 'expired') return notDone('Nobody confirmed it in time, so nothing was done. Give the order again.');
    if (state === 'burnt')
      return notDone('Its code was sent where others could read it, so nothing was done. Give the order again.');
    await pause(LOOK_EVERY_MS);
  }
  return notDone(`It was confirmed and is not done yet. The log of the running Sotto says more; the order is ${o.id}.`);
};

/** A Sotto that is being restarted is waited for. */
const askAgain = async ({
  id,
  mostTries,
}: {
  readonly id: string;
  readonly mostTries: number;
}): Promise<z.infer<typeof stateShape>> => {
  for (let tries = 1; ; tries++) {
    try {
      return await askRunning({ path: `/order/${id}`, shape: stateShape });
    } catch (error) {
      if (tries >= mostTries) throw error;
      await pause(LOOK_EVERY_MS);
    }
  }
};

const MOST_TRIES = 60;
