/** Why a Sotto that runs answers nobody, and how to mend it. */
import type { ClosedBy } from '../core/pinning.ts';

interface Sentence {
  readonly what: string;
  readonly why: string;
  readonly mend: string;
}

const SENTENCES: Readonly<Record<ClosedBy, Sentence>> = {
  pack: {
    what: 'Sotto answers nobody: its pack (SOTTO_POLICIES, or the one that ships) is not the one that was approved.',
    why: 'It is not proved that it permits nobody anything more.',
    mend: 'Put the approved pack back and restart; or let two people of HR approve this one: "sotto restrict approve-pack", or "restrictions" in their private chats.',
  },
  restrictions: {
    what: 'Sotto answers nobody: what stands in the store is not what HR put there, as the audit log has it.',
    why: 'The store is an older copy, or was changed by another hand, so something that HR restricted may be missing.',
    mend: 'Bring back the store that belongs to this audit log; or let HR look at what is restricted, put right what is missing, and two of them approve it: "sotto restrict approve-pack".',
  },
  'audit-lost': {
    what: 'Sotto answers nobody: an audit log that must be there is gone, or shorter than it was.',
    why: 'It told what Sotto did, so nobody goes on without it silently. Whoever asks is told that Sotto is paused; what is due to be removed is removed, and orders are taken.',
    mend: 'Bring its folder back from a copy, and Sotto answers again within seconds; or, where there is none, let an operator put on record that it is lost: "sotto audit lost" prints what is missed.',
  },
};

export const closedParts = (why: ClosedBy): Sentence => SENTENCES[why];

export const closedSentence = (why: ClosedBy): string => {
  const { what, why: because, mend } = SENTENCES[why];
  return `${what} ${because} ${mend}`;
};
