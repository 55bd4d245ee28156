/** What lies beside a Teams manifest: icons of the right size, and every language complete. */
import { z } from 'zod';
import type { Locale } from '../../core/types.ts';
import { lintShape, readJson } from './lint.ts';
import type { TeamsPackage } from './teams.ts';
import { sayings, type TeamsManifest } from './teams-shape.ts';

/** The languages that Sotto answers in. */
const SPOKEN = ['en', 'de'] as const satisfies readonly Locale[];

/** What begins a PNG, up to and with its header's name: the signature, the header's length (13) and "IHDR". */
const PNG_START = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** Kinds of colour that have an opacity: grey with, and red, green and blue with. */
const WITH_OPACITY: readonly number[] = [4, 6];

interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly colour: number;
}

/** Null: it is no PNG. */
const pngHeader = (bytes: Uint8Array): PngHeader | null => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < PNG_START.length + 13 || !buffer.subarray(0, PNG_START.length).equals(PNG_START)) return null;
  return { width: buffer.readUInt32BE(16), height: buffer.readUInt32BE(20), colour: buffer.readUInt8(25) };
};

export const lintTeamsFiles = (files: TeamsPackage, manifest: TeamsManifest): readonly string[] => {
  const { icons, localizationInfo } = manifest;
  const named = [
    'manifest.json',
    icons.color,
    icons.outline,
    ...localizationInfo.additionalLanguages.map((l) => l.file),
  ];
  return [
    ...lintIcon(files, { path: 'icons.color', file: icons.color, size: 192, seeThrough: false }),
    ...lintIcon(files, { path: 'icons.outline', file: icons.outline, size: 32, seeThrough: true }),
    ...lintLanguages(files, manifest),
    ...[...files.keys()]
      .filter((name) => !named.includes(name))
      .map((name) => `${name} is in the package and the manifest does not name it. Leave it out.`),
  ];
};

const lintIcon = (
  files: TeamsPackage,
  o: { readonly path: string; readonly file: string; readonly size: number; readonly seeThrough: boolean },
): readonly string[] => {
  const bytes = files.get(o.file);
  if (bytes === undefined) return [`${o.path} names ${o.file}, which the package does not have. Add it.`];
  const header = pngHeader(bytes);
  if (header === null) return [`${o.file} is not a PNG, and Teams takes nothing else. Save it as one.`];
  return [
    ...(header.width === o.size && header.height === o.size
      ? []
      : [
          `${o.file} is ${header.width} by ${header.height} pixels, and Teams wants ${o.size} by ${o.size} there. Draw it so.`,
        ]),
    ...(o.seeThrough && !WITH_OPACITY.includes(header.colour)
      ? [`${o.file} has no opacity, and Teams wants white on nothing there. Save it with an alpha channel.`]
      : []),
  ];
};

const lintLanguages = (files: TeamsPackage, manifest: TeamsManifest): readonly string[] => {
  const { defaultLanguageTag, additionalLanguages } = manifest.localizationInfo;
  const tags = [defaultLanguageTag, ...additionalLanguages.map(({ languageTag }) => languageTag)];
  return [
    ...tags
      .filter((tag, at) => tags.indexOf(tag) !== at)
      .map((tag) => `localizationInfo names "${tag}" twice. Name each language once.`),
    ...SPOKEN.filter((locale) => !tags.includes(locale)).map(
      (locale) => `localizationInfo lacks "${locale}", in which Sotto answers too. Add its file.`,
    ),
    ...additionalLanguages.flatMap(({ file }) => lintLanguage(files, file, sayings(manifest))),
  ];
};

const lintLanguage = (files: TeamsPackage, file: string, wanted: ReadonlyMap<string, number>): readonly string[] => {
  const bytes = files.get(file);
  if (bytes === undefined) return [`localizationInfo names ${file}, which the package does not have. Add it.`];
  const read = readJson(file, bytes);
  if ('finding' in read) return [read.finding];
  const parsed = z.record(z.string(), z.string()).safeParse(read.value);
  if (!parsed.success) return lintShape(parsed.error).map((finding) => `${file}: ${finding}`);
  const { $schema: _, ...texts } = parsed.data;
  return [
    ...[...wanted.keys()]
      .filter((key) => (texts[key] ?? '').trim() === '')
      .map((key) => `${file} lacks "${key}", which people of that language would read in another. Add it.`),
    ...Object.entries(texts).flatMap(([key, text]) => {
      const longest = wanted.get(key);
      if (longest === undefined)
        return [`${file} has "${key}", which the manifest does not say. Mend the key or take it away.`];
      return text.length > longest
        ? [`${file} has ${text.length} characters at "${key}", and Teams takes ${longest}. Shorten it.`]
        : [];
    }),
  ];
};
