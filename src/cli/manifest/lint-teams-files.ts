/** What lies beside a Teams manifest: icons of the right size, and every language complete. */
import { z } from 'zod';
import { safely } from '../../core/safely.ts';
import type { Locale } from '../../core/types.ts';
import { lintShape, readJson } from './lint.ts';
import { decodePng, type Pixels } from './png.ts';
import type { TeamsPackage } from './teams.ts';
import { sayings, type TeamsManifest } from './teams-shape.ts';

/** The languages that Sotto answers in. */
const SPOKEN = ['en', 'de'] as const satisfies readonly Locale[];

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
  const decoded = decodePng(bytes);
  if ('fault' in decoded) return [`${o.file} ${decoded.fault}.`];
  const { pixels } = decoded;
  return [
    ...(pixels.width === o.size && pixels.height === o.size
      ? []
      : [
          `${o.file} is ${pixels.width} by ${pixels.height} pixels, and Teams wants ${o.size} by ${o.size} there. Draw it so.`,
        ]),
    ...(o.seeThrough ? lintOutline(o.file, pixels) : lintGround(o.file, pixels)),
  ];
};

/** Teams lays it on its own ground, and paints it: white, or nothing. */
const lintOutline = (file: string, { opacity, rgba }: Pixels): readonly string[] => {
  if (!opacity)
    return [`${file} has no opacity, and Teams wants white on nothing there. Save it with an alpha channel.`];
  let [seen, unseen, coloured] = [false, false, false];
  for (let at = 0; at < rgba.length; at += 4) {
    if (rgba[at + 3] === 0) unseen = true;
    else if (rgba[at] !== 255 || rgba[at + 1] !== 255 || rgba[at + 2] !== 255) coloured = true;
    if (rgba[at + 3] === 255) seen = true;
  }
  return [
    ...(coloured ? [`${file} has another colour than white, and Teams would not show it. Draw it in white.`] : []),
    ...(seen && unseen ? [] : [`${file} is all one, so nobody would see a sign. Draw it in white on nothing.`]),
  ];
};

/** Its own ground, to the edge: Teams rounds its corners, and shows what is behind where there is none. */
const lintGround = (file: string, { rgba }: Pixels): readonly string[] => {
  for (let at = 3; at < rgba.length; at += 4)
    if (rgba[at] !== 255)
      return [`${file} is seen through in places, and Teams wants a ground there. Fill it to the edge.`];
  return [];
};

const lintLanguages = (files: TeamsPackage, manifest: TeamsManifest): readonly string[] => {
  const { defaultLanguageTag, additionalLanguages } = manifest.localizationInfo;
  const tags = [defaultLanguageTag, ...additionalLanguages.map(({ languageTag }) => languageTag)];
  return [
    ...additionalLanguages.flatMap(({ file }) => lintLanguageSchema(files, file, manifest)),
    ...tags
      .filter((tag, at) => tags.indexOf(tag) !== at)
      .map((tag) => `localizationInfo names "${tag}" twice. Name each language once.`),
    ...SPOKEN.filter((locale) => !tags.includes(locale)).map(
      (locale) => `localizationInfo lacks "${locale}", in which Sotto answers too. Add its file.`,
    ),
    ...additionalLanguages.flatMap(({ file }) => lintLanguage(files, file, sayings(manifest))),
  ];
};

/** Teams reads a language by the schema that it names. */
const lintLanguageSchema = (
  files: TeamsPackage,
  file: string,
  { manifestVersion }: TeamsManifest,
): readonly string[] => {
  const bytes = files.get(file);
  const read = bytes === undefined ? null : readJson(file, bytes);
  if (read === null || 'finding' in read) return [];
  const parsed = safely(z.looseObject({ $schema: z.string() }), read.value);
  return parsed.success &&
    parsed.data.$schema.endsWith(`/teams/v${manifestVersion}/MicrosoftTeams.Localization.schema.json`)
    ? []
    : [`${file} does not name the schema of languages of version ${manifestVersion} in $schema. Let it name that.`];
};

const lintLanguage = (files: TeamsPackage, file: string, wanted: ReadonlyMap<string, number>): readonly string[] => {
  const bytes = files.get(file);
  if (bytes === undefined) return [`localizationInfo names ${file}, which the package does not have. Add it.`];
  const read = readJson(file, bytes);
  if ('finding' in read) return [read.finding];
  const parsed = safely(z.record(z.string(), z.string()), read.value);
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
