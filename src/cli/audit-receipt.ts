/** What the audit log says came of a forgetting, for whoever holds a receipt against it. */
import { join } from 'node:path';
import type { Verified } from '../adapters/audit-log/examine.ts';
import { receiptIn } from '../adapters/audit-log/receipts.ts';
import type { Status } from '../cli.ts';
import type { ReceiptEntry } from '../core/audit.ts';
import { count } from '../core/orders/words.ts';

/** `results`: of every log, as `verify` found it. */
export const printReceipt = async (o: {
  readonly folder: string;
  readonly number: string;
  readonly results: readonly (Pick<Verified, 'ok'> & { readonly origin: string })[];
  readonly json: boolean;
}): Promise<Status> => {
  for (const { origin, ok } of o.results) {
    const receipt = await receiptIn({ folder: join(o.folder, origin), number: o.number });
    if (receipt === null) continue;
    console.log(o.json ? JSON.stringify({ origin, sound: ok, receipt }) : lines({ origin, ok, receipt }).join('\n'));
    return ok ? 0 : 1;
  }
  if (o.json) console.log(JSON.stringify({ receipt: null }));
  else
    console.log(
      `No log in ${o.folder} has a receipt ${o.number}. Another machine of the same Sotto may have done it: look there.`,
    );
  return 1;
};

const lines = (o: { readonly origin: string; readonly ok: boolean; readonly receipt: ReceiptEntry }): string[] => {
  const { origin, ok, receipt: it } = o;
  const own = it.target === it.by;
  return [
    `Receipt ${it.order}, ${new Date(it.at).toISOString()}, on ${own ? 'the person\u2019s own word' : 'an operator\u2019s order'} (${it.by}).`,
    `Removed through the platform: ${count(it.removed, 'message')} asked for, ${it.gone} gone by then.`,
    `Shredded: ${count(it.questions, 'question')}, ${count(it.transcripts, 'transcript')}, ${count(it.references, 'address', 'addresses')} of chats, ${count(it.signIns, 'sign-in')}, ${count(it.donations, 'phrase')}, ${count(it.decisions, 'policy request')} without words, ${count(it.marks, 'mark')} that they were told how it works.`,
    `Still held by legal holds then: ${it.held}. Left for another time: ${it.left}.`,
    ok
      ? `The log ${origin} that says so is sound.`
      : `The log ${origin} that says so is NOT sound: "sotto audit verify" names the entry.`,
  ];
};
