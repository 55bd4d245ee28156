import { GENERAL, SHARED } from './slack/workspace.ts';

/** Where one can ask on the stage. Null: the private chat with the bot. */
export const CHANNELS = { direct: null, channel: GENERAL, shared: SHARED } as const;

export type StagePlace = keyof typeof CHANNELS;
