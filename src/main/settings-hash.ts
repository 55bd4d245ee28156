/** The settings in force, by a hash that stands in the audit log: whoever asks later whether it was run as it should have been compares. */
import { hash } from 'node:crypto';
import { canonicalJson } from '../adapters/audit-log/canonical.ts';
import type { Config } from '../config.ts';

/** JSON has more than one spelling for a fraction, and canonical JSON none. */
const spelt = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) ? String(value) : value;

/**
 * SHA-256 (hex) over the canonical JSON of what the settings came to, defaults and all: the same however they were ordered or spelt. Secrets are never in settings,
 * only their names. What stood in the environment word by word is left out, since it says nothing more.
 */
export const settingsHash = (config: Config): string => {
  const { settings: _, ...effective } = config;
  return hash('sha256', canonicalJson(JSON.parse(JSON.stringify(effective, spelt))));
};
