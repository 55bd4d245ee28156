/** Where one can ask on the stage. Null: the private chat with the bot. */
export const CHANNELS = { direct: null, channel: 'C0GENERAL0', shared: 'C0SHARED00' } as const;

export type StagePlace = keyof typeof CHANNELS;
