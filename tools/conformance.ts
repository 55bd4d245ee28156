/**
 * `npm run conformance [-- FOLDER]`: holds the stand-ins and the Slack manifest against the platforms' own shapes, schema,
 * method reference and recorded webhooks, where that folder stands beside the project. A stand-in that is laxer than the
 * platform hides every other fault. Prints each check; ends with `N passed, N failed` and status 1 where one failed.
 * Without the folder: status 0.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkManifest } from './conformance/manifest.ts';
import { createReport } from './conformance/report.ts';
import { checkSlack } from './conformance/slack.ts';
import { checkTeams } from './conformance/teams.ts';

const main = async (): Promise<number> => {
  const folder = process.argv[2] ?? fileURLToPath(new URL('../../shared/data', import.meta.url));
  if (!existsSync(folder)) {
    console.log(
      `Nothing was checked: there is no ${folder}. It holds the platforms' official shapes and is not part of the project.`,
    );
    return 0;
  }
  const report = createReport((line) => console.log(line));
  await checkSlack({ folder: `${folder}/slack`, report });
  await checkTeams({ folder: `${folder}/teams`, report });
  await checkManifest({ folder: `${folder}/slack`, report });
  const { passed, failed } = report.end();
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
};

process.exitCode = await main();
