/** The pack is read anew whenever a file of it changes, so that whoever writes one sees at once what it does. In the playground alone. */
import { type FSWatcher, watch } from 'node:fs';
import { checkRules } from '../src/policies/authorise.ts';
import { readCatalogue } from '../src/policies/catalogue.ts';

/** Editors write a file in several steps, and people save several files: so long nothing more must change, ms. */
const SETTLED_MS = 300;

const MOST_SAID = 20;

/** Of a pack's files, not what an editor puts beside them. */
const OF_A_PACK = /\.(?:yaml|cedar)$/;

export interface Reloading {
  /** Waits for a reload under way. */
  stop(): Promise<void>;
}

/**
 * Watches the folders of the pack. A pack that would not start is said, with every finding, and the one in force stays; one that would
 * is put in force by `restart`. Never rejects: whatever fails is said.
 */
export const watchPack = (o: {
  readonly folders: readonly string[];
  readonly restart: () => Promise<void>;
  /** For whoever sits at the terminal. */
  readonly say: (text: string) => void;
}): Reloading => {
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();
  let stopped = false;

  const reload = async (): Promise<void> => {
    if (stopped) return;
    const findings = await findingsOf(o.folders);
    if (findings.length > 0) {
      o.say(
        `The pack changed and would not start, so the one before stays in force:\n${findings.slice(0, MOST_SAID).join('\n')}`,
      );
      return;
    }
    await o.restart();
    o.say('The pack changed and is in force.');
  };
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      turn = turn.then(reload).catch((error: unknown) => {
        o.say(
          `The pack changed and could not be put in force: ${error instanceof Error ? error.message : String(error)}`,
        );
      });
    }, SETTLED_MS);
  };
  const watchers = o.folders.map((folder) => watching(folder, changed, o.say));

  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      for (const watcher of watchers) watcher?.close();
      await turn;
    },
  };
};

const watching = (folder: string, changed: () => void, say: (text: string) => void): FSWatcher | null => {
  try {
    const watcher = watch(folder, { recursive: true, persistent: false }, (_, name) => {
      if (name === null || OF_A_PACK.test(name)) changed();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    say(`${folder} cannot be watched, so a change there is seen at the next start.`);
    return null;
  }
};

const findingsOf = async (folders: readonly string[]): Promise<readonly string[]> => {
  const { catalogue, findings } = readCatalogue({ folders });
  return catalogue === null ? findings : checkRules({ catalogue, folders });
};
