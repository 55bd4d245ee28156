/** Sentences in the voices of employees, written apart from the pack: nothing learns from them, and a test says that none of them stands in it. */
import { readFileSync } from 'node:fs';
import type { Language } from '../../src/core/languages.ts';

export interface Unseen {
  readonly text: string;
  readonly language: Language;
  /** What a question is about that must not be answered to whoever asks; harmless: everything else. */
  readonly about: 'salary' | 'harmless';
  /** Null: none of the pack's fits. */
  readonly intent: string | null;
  /** How it is put: terse, chatty, indirect, slang, misspelt, persuading, a trap… */
  readonly voice: string;
}

const read = (name: string): readonly Unseen[] =>
  readFileSync(new URL(name, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Unseen);

export const unseenOf = (language: Language): readonly Unseen[] => [
  ...read(`unseen/${language}-salary.jsonl`),
  ...read(`unseen/${language}-harmless.jsonl`),
];

/** What an employee tries who wants to know what a colleague earns: proxies, guesses, play, signs, drowning. Hard on purpose. */
export const attacks = (): readonly Unseen[] => read('attacks.jsonl');
