/** How much every store keeps of where the bot is installed. */
import type { InstallationState } from './store-ports.ts';

/** Workspaces, organisations and tenants, those that took the bot away among them. Every process has them all in memory. */
export const MOST_INSTALLATIONS = 1_000;

/** Workspaces of organisations. */
export const MOST_LINKS = 10_000;

/** What was used once and must not be used again, at a time. */
export const MOST_SPENT = 1_000;

export const INSTALLATION_STATES: readonly InstallationState[] = ['installed', 'parked', 'gone'];

export const PLATFORM_NAMES = ['slack', 'teams'] as const;
