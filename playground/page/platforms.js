/** The two chats that the page shows beside each other, in this order. */
export const PLATFORMS = ['slack', 'teams'];

/** As people call them, in any language. */
export const NAMES = { slack: 'Slack', teams: 'Teams' };

/** @template T @param {(platform: string) => T} make @returns {{slack: T, teams: T}} */
export const forEach = (make) => ({ slack: make('slack'), teams: make('teams') });

/** Below this there is room for one of them at a time. */
export const NARROW = matchMedia('(max-width: 47.49rem)');
