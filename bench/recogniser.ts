/**
 * How good the recogniser of the pack that ships is on sentences that nothing was learnt from, plain and disguised; what it costs; and
 * the same learner on the public CLINC150 where that stands beside the project. Beside it two libraries that learn from the same rows.
 */
import { loadCatalogue } from '../src/policies/catalogue.ts';
import { packFolders } from '../src/policies/pack.ts';
import type { Bench } from './figure.ts';
import { beside } from './recogniser/beside.ts';
import { clincFigures } from './recogniser/clinc.ts';
import { costs } from './recogniser/cost.ts';
import { evasionColumns, evasionFigures, evasionTable } from './recogniser/evasion.ts';
import {
  attackFigures,
  attackRow,
  guardRows,
  guardTable,
  guardTableFigures,
  type See,
} from './recogniser/guard-table.ts';
import { seenIn } from './recogniser/outcome.ts';
import { peers as installedPeers } from './recogniser/peers.ts';

/** A round of so many seconds shows that it works: Sotto alone, and little of CLINC150. */
const SHORT_SECONDS = 2;

let tables = '';

export const bench: Bench = async ({ seconds }) => {
  const short = seconds <= SHORT_SECONDS;
  const peers = short ? [] : installedPeers();
  const catalogue = loadCatalogue({ folders: packFolders(null) });
  const { recogniser, figures } = costs({ catalogue, seconds });
  const see: See = (text) => seenIn(recogniser.recognise({ text, locale: 'en' }));
  const rows = guardRows(see);
  const attacked = attackRow(see);
  const columns = evasionColumns(see);
  const others = await beside({ catalogue, peers, restrictedShare: rows[0]?.restricted ?? 0 });
  tables = [guardTable([...rows, attacked, ...others.rows]), evasionTable([...columns, ...others.columns])].join('\n');
  return [
    ...guardTableFigures(rows),
    ...attackFigures(attacked),
    ...evasionFigures(columns),
    ...figures,
    ...(await clincFigures({ short, peers })),
  ];
};

/** The tables, in full. */
export const appendix = (): string => tables;
