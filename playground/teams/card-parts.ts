/** What all of an Adaptive Card is made of. */
import type { Json } from './types.ts';

export const textAt = (from: Json, key: string): string => {
  const value = from[key];
  return typeof value === 'string' ? value : '';
};

/** A property that is none of these; null: there is none. */
export const only = (from: Json, keys: readonly string[]): string | null => {
  const extra = Object.keys(from).find((key) => !keys.includes(key));
  return extra === undefined ? null : `unknown property ${extra}`;
};

/** Words as a client shows them. */
export interface Shown {
  readonly text: string;
  readonly small: boolean;
  readonly links: readonly string[];
  readonly pings: readonly string[];
}

/** What the subset of markdown that cards read makes of a text: its signs go, its links lead somewhere, one break is a blank. */
export const markdown = (source: string): Omit<Shown, 'small'> => {
  const links: string[] = [];
  const pings: string[] = [];
  const text = source
    .replace(/<at>([^<>]{0,200})<\/at>/g, (_, name: string) => {
      pings.push(name);
      return `@${name}`;
    })
    .replace(/\[([^[\]]{0,500})\]\(([^()\s]{0,2000})\)/g, (_, label: string, target: string) => {
      links.push(target);
      return label;
    })
    .replace(/(\*\*|__)([^*_\n]{1,500})\1/g, '$2')
    .replace(/([*_])([^*_\n]{1,500})\1/g, '$2')
    .replace(/^[-*+] /gm, '• ')
    .replace(/([^\n])\n(?=[^\n])/g, '$1 ');
  return { text, links, pings };
};
