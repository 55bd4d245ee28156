/** Where one can ask on the stage, on either platform: the private chat with the bot, a group chat, a channel, one shared with another company. */
export const STAGE_PLACES = ['direct', 'group', 'channel', 'shared'] as const;
export type StagePlace = (typeof STAGE_PLACES)[number];
