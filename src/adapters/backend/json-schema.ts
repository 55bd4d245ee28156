/** The shape of a description as JSON Schema, so that editors complete it and say what is wrong while one writes. */
import { z } from 'zod';
import { backend } from './describing/backend.ts';

/** Of the file, in a folder of schemas. */
export const BACKEND_SCHEMA = 'backend.schema.json';

/** Draft 7, which editors know best; as it stands in the file. What the parts must agree in is for `sotto check` to find. */
export const backendSchema = (): string => {
  const schema = z.toJSONSchema(backend, { target: 'draft-7', io: 'input' });
  return `${JSON.stringify({ ...schema, title: 'A system of record behind the answers: a file of SOTTO_BACKENDS' }, null, 2)}\n`;
};
