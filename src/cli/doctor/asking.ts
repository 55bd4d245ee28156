/** How the running Sotto is asked, for `sotto doctor`. */
import type { z } from 'zod';
import { askControl } from '../../adapters/control/client.ts';
import { codeOf } from '../../core/errors.ts';
import { safely } from '../../core/safely.ts';
import { type Line, sentence } from './line.ts';

type Asked<T> =
  | { readonly kind: 'told'; readonly value: T }
  | { readonly kind: 'nobody'; readonly says: string }
  | { readonly kind: 'refused'; readonly says: string };

/** What the running Sotto answers. */
export const ask = async <T>(folder: string, path: string, shape: z.ZodType<T>): Promise<Asked<T>> => {
  try {
    const { status, body } = await askControl({ folder, method: 'GET', path });
    const parsed = safely(shape, body);
    if (status === 200 && parsed.success) return { kind: 'told', value: parsed.data };
    return {
      kind: 'refused',
      says: `The running Sotto did not say how it stands (${path}, ${status}), or is of another version than this command. Run the command of its version, and look at its log.`,
    };
  } catch (error) {
    return { kind: 'nobody', says: error instanceof Error ? error.message : codeOf(error) };
  }
};

/** What was told, or the line that it was not. */
export const told = async <T>(
  folder: string,
  path: string,
  shape: z.ZodType<T>,
  lines: (value: T) => readonly Line[],
): Promise<readonly Line[]> => {
  const asked = await ask(folder, path, shape);
  if (asked.kind === 'told') return lines(asked.value);
  return [sentence('running', asked.says)];
};
