/** The Slack manifest, held against Slack's own JSON Schema. Teams' schemas come with a package, and a test uses them. */
import Fastify from 'fastify';
import { slackManifest } from '../../src/cli/manifest/slack.ts';
import type { Report } from './report.ts';
import { readJson } from './shapes.ts';

/** Faults of a value by a JSON Schema. The http framework has a validator; none of its leniencies is wanted here. */
const createValidator = async (schema: unknown): Promise<(value: unknown) => readonly string[]> => {
  const app = Fastify({
    ajv: {
      customOptions: { allErrors: true, coerceTypes: false, removeAdditional: false, useDefaults: false, strict: false },
    },
  });
  let faults: ((value: unknown) => readonly string[]) | undefined;
  app.get('/', { schema: { body: schema } }, () => null);
  app.addHook('onRoute', () => undefined);
  await app.ready();
  return (value) => faults?.(value) ?? [];
};

export const checkManifest = async ({
  folder,
  report,
}: {
  readonly folder: string;
  readonly report: Report;
}): Promise<void> => {
  const faultsOf = await createValidator(readJson(`${folder}/manifest.schema.2.0.0.json`));
  const manifest: unknown = JSON.parse(slackManifest({ publicUrl: 'https://sotto.example.com' }));
  report.check('manifest: satisfies Slack’s schema', faultsOf(manifest));
};
