/** The shapes of a pack's files as JSON Schema, so that editors complete them and say what is wrong while one writes. */
import { z } from 'zod';
import { examplesFile } from './examples.ts';
import { restrictionShape } from './restriction-form.ts';
import { backgroundFile, groupsFile, topicFile } from './topic-file.ts';

/** By the name of the file in `shapes/`; what each is for stands in its title. */
const SHAPES: Readonly<Record<string, { readonly title: string; readonly shape: z.ZodType }>> = {
  topic: { title: 'A topic of a Sotto pack: intents/TOPIC.yaml', shape: topicFile },
  background: { title: 'What people say that is about none of the intents: background.yaml', shape: backgroundFile },
  groups: { title: 'Groups that rules may name beside those that every pack has: groups.yaml', shape: groupsFile },
  restriction: { title: 'A restriction that stands ready: restrictions/ID.yaml', shape: restrictionShape },
  examples: { title: 'Who asks what, and what must come of it: examples/*.yaml', shape: examplesFile },
};

/** Draft 7, which editors know best; text as it stands in a file, by file name. */
export const jsonSchemas = (): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(SHAPES).map(([name, { title, shape }]) => {
      const schema = z.toJSONSchema(shape, { target: 'draft-7', io: 'input' });
      return [`${name}.schema.json`, `${JSON.stringify({ ...schema, title }, null, 2)}\n`];
    }),
  );
