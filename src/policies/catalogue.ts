import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Intent, Language, Sentences, Topic } from '../core/types.ts';
import { agreementFindings, topicFindings } from './catalogue-checks.ts';
import type { Pack } from './contents.ts';
import { type Finding, findingsError, findingText } from './findings.ts';
import { asIntent, asSentences, asTopic, backgroundFile, groupsFile, topicFile } from './topic-file.ts';
import { readShaped } from './yaml-file.ts';

/** More files than this in one folder are not a pack. */
const MOST_FILES = 200;

/** Null: the folder cannot be read. */
const namesIn = (folder: string): readonly string[] | null => {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch {
    return null;
  }
};

/** The files of one folder that are read, and findings on those that look as if they should be. */
const filesOf = (
  folder: string,
  findings: Finding[],
): { readonly topics: readonly string[]; readonly has: (name: string) => boolean } => {
  const found = (file: string, what: string, mend: string): void => void findings.push({ file, place: '', what, mend });
  const top = namesIn(folder) ?? [];
  const inside = top.includes('intents') ? namesIn(join(folder, 'intents')) : [];
  if (top.length === 0) {
    found(folder, 'The folder is missing, empty or not readable.', 'Name a folder that holds a pack.');
  }
  if (inside === null) {
    found(
      join(folder, 'intents'),
      'The folder cannot be read.',
      'Check that it is a folder and that this account may read it.',
    );
    return { topics: [], has: (name) => top.includes(name) };
  }
  for (const name of [...top, ...inside.map((it) => join('intents', it))].filter((it) => it.endsWith('.yml'))) {
    found(join(folder, name), 'The file would not be read.', 'Let its name end in .yaml.');
  }
  const topics = inside.filter((name) => name.endsWith('.yaml'));
  if (topics.length > MOST_FILES) {
    found(join(folder, 'intents'), `There are more than ${MOST_FILES} files.`, 'Join topics.');
  }
  return { topics: topics.slice(0, MOST_FILES), has: (name) => top.includes(name) };
};

/** A guard only learns: a later folder's file of the topic that says nothing of it must not blunt it. */
const joined = (earlier: Topic['guard'] | undefined, later: Topic['guard']): Topic['guard'] => {
  const both = (language: Language): readonly string[] => [
    ...new Set([...(earlier?.[language] ?? []), ...(later[language] ?? [])]),
  ];
  return { en: both('en'), de: both('de'), fr: both('fr'), es: both('es') };
};

interface Gathered {
  readonly pack: Pack;
  readonly findings: readonly Finding[];
}

const gather = (folders: readonly string[]): Gathered => {
  const findings: Finding[] = [];
  const hash = createHash('sha256');
  const topics = new Map<string, Topic>();
  const intents = new Map<string, Intent>();
  /** The file that a topic or intent was last written in, for findings about several files. */
  const sources = new Map<string, string>();
  const groups = new Set<string>();
  let background: Sentences = { en: [], de: [] };

  for (const [index, folder] of folders.entries()) {
    const files = filesOf(folder, findings);
    // Lengths stand before the content, so that no two packs that differ hash alike.
    const read = <T>(name: string, shape: z.ZodType<T>) =>
      readShaped({
        path: join(folder, name),
        shape,
        findings,
        take: (bytes) => hash.update(`${index}/${name.length}:${name}${bytes.length}:`).update(bytes),
      });

    const here = new Set<string>();
    for (const name of files.topics) {
      const file = read(`intents/${name}`, topicFile);
      if (file === null) continue;
      const path = join(folder, 'intents', name);
      const topic = asTopic(file.value);
      if (here.has(topic.id)) {
        const what = `The topic "${topic.id}" has a second file in this folder.`;
        findings.push({ file: path, place: file.place(['topic']), what, mend: 'Join the two.' });
        continue;
      }
      here.add(topic.id);
      const own = Object.entries(file.value.intents).map(([id, entry]) => asIntent(topic.id, id, entry));
      findings.push(
        ...topicFindings({
          file: path,
          place: file.place,
          topic,
          intents: own,
          slotsOf: (id) => file.value.intents[id]?.slots ?? {},
        }),
      );
      topics.set(topic.id, { ...topic, guard: joined(topics.get(topic.id)?.guard, topic.guard) });
      sources.set(topic.id, path);
      for (const intent of own) {
        intents.set(intent.id, intent);
        sources.set(intent.id, path);
      }
    }
    if (files.has('background.yaml')) {
      const file = read('background.yaml', backgroundFile);
      if (file !== null) background = asSentences(file.value);
    }
    if (files.has('groups.yaml')) for (const group of read('groups.yaml', groupsFile)?.value ?? []) groups.add(group);
  }

  const pack = { hash: hash.digest('hex'), topics, intents, background, groups: [...groups].sort() };
  findings.push(...agreementFindings({ pack, folders, fileOf: (id) => sources.get(id) ?? '' }));
  return { pack, findings };
};

/**
 * Reads a pack: `intents/*.yaml`, `background.yaml` and `groups.yaml` of each folder in order. A later folder is laid over
 * the earlier ones: a topic or an intent of the same id replaces, background replaces, groups and the sentences of a topic's guard add up. Every finding is
 * returned, a line each and not only the first; the catalogue is null where there is one. Throws nothing that a file's
 * content can cause.
 */
export const readCatalogue = (o: {
  readonly folders: readonly string[];
}): { readonly catalogue: Pack | null; readonly findings: readonly string[] } => {
  const { pack, findings } = gather(o.folders);
  return { catalogue: findings.length === 0 ? pack : null, findings: findings.map(findingText) };
};

/** Reads a pack, or refuses with code `pack-invalid` and a message that lists all findings. */
export const loadCatalogue = (o: { readonly folders: readonly string[] }): Pack => {
  const { pack, findings } = gather(o.folders);
  if (findings.length === 0) return pack;
  throw findingsError('pack-invalid', 'The pack cannot be used, so nothing was started.', findings);
};
