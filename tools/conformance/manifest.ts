/** The Slack manifest, held against Slack's own JSON Schema and, which no schema does, against what the adapter uses. Teams' schemas come with a package, and a test uses them. */
import Fastify, { type FastifyInstance } from 'fastify';
import { lintSlackManifest } from '../../src/cli/manifest/lint-slack.ts';
import { slackVariants } from '../../test/cli/manifest/support.ts';
import type { Report } from './report.ts';
import { readJson, type Shape } from './shapes.ts';

interface Fault {
  readonly instancePath: string;
  readonly message?: string;
  readonly params: unknown;
}

/** Validates bodies by a schema and answers with the faults. The http framework has a validator; none of its leniencies is wanted. */
const createValidator = (schema: Shape): FastifyInstance => {
  const app = Fastify({
    ajv: {
      customOptions: {
        allErrors: true,
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        strict: false,
      },
    },
  });
  app.post('/', { schema: { body: schema }, attachValidation: true }, async ({ validationError }) =>
    ((validationError?.validation ?? []) as readonly Fault[]).map(
      ({ instancePath, message, params }) => `${instancePath || '/'} ${message ?? ''} ${JSON.stringify(params)}`,
    ),
  );
  return app;
};

export const checkManifest = async ({
  folder,
  report,
}: {
  readonly folder: string;
  readonly report: Report;
}): Promise<void> => {
  const validator = createValidator(readJson(`${folder}/manifest.schema.2.0.0.json`));
  const faultsOf = async (payload: object): Promise<readonly string[]> =>
    (await validator.inject({ method: 'POST', url: '/', payload })).json();
  for (const { name, manifest } of slackVariants()) {
    report.check(`manifest, ${name}: satisfies Slack’s schema`, await faultsOf(manifest as object));
    report.check(`manifest, ${name}: no scope, event or address too many or too few`, lintSlackManifest(manifest));
  }
  const [first] = slackVariants();
  const manifest = (first?.manifest ?? {}) as object;
  const found = await faultsOf({ ...manifest, setting: {} });
  report.check(
    'manifest: the schema is applied, and finds a key that is none',
    found.some((fault) => fault.includes('setting')) ? [] : ['it did not'],
  );
  await validator.close();
};
