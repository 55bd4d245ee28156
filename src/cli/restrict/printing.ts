/** What `sotto restrict` prints, for people. */
import { closedSentence } from '../closed.ts';
import type { Draft, List, Version } from './shapes.ts';

const time = (at: number | string): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

export const listInWords = ({ closed, inForce, waiting, templates, now }: List): string => {
  const suspended = (until: string | null): string =>
    until === null || Date.parse(until) <= now ? '' : ` (suspended until ${time(until)})`;
  return [
    ...(closed === null ? [] : [closedSentence(closed), '']),
    inForce.length === 0 ? 'Nothing is restricted by HR.' : 'In force:',
    ...inForce.flatMap(({ restriction: { id, title, suspendedUntil }, sentence }) => [
      `  ${id}  ${title}${suspended(suspendedUntil)}`,
      `    ${sentence}`,
    ]),
    ...(waiting.length === 0 ? [] : ['', 'Waits for a second person of HR, who approves it in a private chat:']),
    ...waiting.flatMap(({ sentence, by, why, until }) => [
      `  ${sentence}`,
      `    ${by === null ? '' : `Proposed by ${by}, until ${time(until)}. `}Why: ${why}`,
    ]),
    ...(templates.length === 0
      ? []
      : ['', `Ready to be switched on (--template): ${templates.map(({ id }) => id).join(', ')}.`]),
  ].join('\n');
};

const DEEDS: Readonly<Record<string, string>> = {
  published: 'added',
  changed: 'changed',
  lifted: 'lifted',
  suspended: 'suspended',
  'rolled-back': 'rolled back',
  approved: 'pack approved',
};

export const versionsInWords = (versions: readonly Version[]): string =>
  versions.length === 0
    ? 'Nothing was changed so far.'
    : versions
        .flatMap(({ version, at, change, id, by, approvedBy, why, sentence }) => [
          `${version}  ${time(at)}  ${DEEDS[change] ?? change}${id === null ? '' : ` ${id}`}${by === null ? '' : `, by ${by}`}${approvedBy === null ? '' : `, approved by ${approvedBy}`}`,
          `    ${sentence}`,
          `    Why: ${why}`,
        ])
        .join('\n');

const indented = (text: string): string => text.replaceAll(/^/gm, '  ');

export const draftInWords = ({ sentence, reply, difference, weaker, hash }: Draft): string =>
  [
    sentence.en,
    '',
    difference,
    ...(reply === null
      ? []
      : ['', 'An employee will read (en):', indented(reply.en), 'An employee will read (de):', indented(reply.de)]),
    '',
    weaker
      ? `This permits more than is permitted now, or cannot be proved not to: two different people of HR confirm exactly this (${hash.slice(0, 12)}).`
      : 'This permits nobody anything more: one person of HR, or an operator, confirms it.',
  ]
    .filter((line, at, lines) => line !== '' || lines[at - 1] !== '')
    .join('\n');
