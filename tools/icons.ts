/** Draws the icons of the Teams app: `node tools/icons.ts` after a change in tools/icons/. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { colourIcon, outlineIcon } from './icons/draw.ts';
import { pngOf } from './icons/png.ts';

const folder = fileURLToPath(new URL('../manifest/teams/', import.meta.url));
writeFileSync(`${folder}color.png`, pngOf(colourIcon()));
writeFileSync(`${folder}outline.png`, pngOf(outlineIcon()));
