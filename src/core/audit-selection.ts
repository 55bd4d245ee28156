/** Which entries of the audit log somebody asked for. What follows from a question that is meant is meant as well: what was shown, what failed, what left. */

export interface Wanted {
  /** Of one person, under every key; null: of whomever. */
  readonly fingerprints: readonly string[] | null;
  readonly topic: string | null;
  /** Empty: all. */
  readonly kinds: readonly string[];
  /** ms since the epoch: from then on, and before then. */
  readonly since: number | null;
  readonly until: number | null;
}

type Entry = Readonly<Record<string, unknown>>;

export interface Selection {
  /** Whether entries must be learnt from before any is taken: it is about a person or a topic, and what follows from a question names neither. */
  readonly learns: boolean;
  /** Remembers what belongs to what is meant. Two rounds over all logs learn it all, whichever process wrote what. */
  learn(entry: Entry): void;
  /** Whether it is meant; it is learnt from as well. */
  takes(entry: Entry): boolean;
  /** Whether there was more to remember than is: then what follows from the oldest questions may be missing. */
  forgets(): boolean;
}

/** Questions and messages that are remembered, some 100 bytes each. */
const MOST_REMEMBERED = 500_000;

const holds = (value: unknown, wanted: ReadonlySet<unknown>): boolean =>
  Array.isArray(value) ? value.some((each) => wanted.has(each)) : wanted.has(value);

/** By the hash of a person: whoever asked, whom it was about, whom something was done to, and who did or confirmed it. */
const namesOne = (entry: Entry, wanted: ReadonlySet<unknown>): boolean =>
  Object.values(entry).some((value) => holds(value, wanted));

const namesTopic = ({ kind, topics, topic, on, target }: Entry, wanted: string): boolean =>
  (Array.isArray(topics) && topics.includes(wanted)) ||
  (kind === 'export' && topic === wanted) ||
  (on === 'topic' && target === wanted);

export const createSelection = (wanted: Wanted): Selection => {
  const { topic, kinds, since, until } = wanted;
  const people = wanted.fingerprints === null ? null : new Set<unknown>(wanted.fingerprints);
  const learns = people !== null || topic !== null;
  const remembered = new Set<string>();
  let forgot = false;

  const remember = (of: 'question' | 'message', value: unknown): void => {
    if (typeof value !== 'string') return;
    remembered.add(`${of} ${value}`);
    if (remembered.size <= MOST_REMEMBERED) return;
    forgot = true;
    const oldest = remembered.values().next();
    if (oldest.done === false) remembered.delete(oldest.value);
  };
  const knows = (of: 'question' | 'message', value: unknown): boolean =>
    typeof value === 'string' && remembered.has(`${of} ${value}`);

  const isMeant = (entry: Entry): boolean => {
    if (!learns) return true;
    const { question, channel, message, as } = entry;
    const named = (people === null || namesOne(entry, people)) && (topic === null || namesTopic(entry, topic));
    const place = typeof channel === 'string' && typeof message === 'string' ? `${channel} ${message}` : null;
    const follows = knows('question', question) || knows('message', place);
    if (!named && !follows) return false;
    // An order names the message that its code stood in as its question: nothing follows from that.
    if (entry['order'] === undefined) remember('question', question);
    remember('message', place);
    remember('question', as);
    return true;
  };

  return {
    learns,
    learn: (entry) => void isMeant(entry),
    takes: (entry) => {
      const meant = isMeant(entry);
      const { kind, at } = entry;
      if (!meant || (kinds.length > 0 && !kinds.some((each) => each === kind))) return false;
      if (since === null && until === null) return true;
      return typeof at === 'number' && at >= (since ?? at) && at < (until ?? Number.POSITIVE_INFINITY);
    },
    forgets: () => forgot,
  };
};
