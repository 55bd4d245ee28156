import { SottoError } from '../../core/errors.ts';
import { readJson } from './lint.ts';
import { lintSlackManifest } from './lint-slack.ts';
import { lintTeamsManifest } from './lint-teams.ts';
import { slackManifest } from './slack.ts';
import { readAppId, teamsPackage } from './teams.ts';
import { packageVersion, readPublicUrl } from './templates.ts';

/** Stands for what is not set yet. */
const EXAMPLE = { publicUrl: 'https://sotto.example.com', appId: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0' };

/** Whatever keeps the text from being a manifest that Slack takes. */
export const lintSlackText = (text: string): readonly string[] => {
  const read = readJson('manifest/slack/manifest.json', Buffer.from(text));
  return 'finding' in read ? [read.finding] : lintSlackManifest(read.value);
};

/** Both manifests as they would be made for these settings; what the settings lack is taken from an example. */
export const lintManifests = (o: {
  readonly publicUrl: string | null;
  readonly appId: string | null;
  /** `TEAMS_TARGETED`. */
  readonly targeted: boolean;
  /** Whether Slack is the directory. */
  readonly groups: boolean;
}): readonly string[] => {
  try {
    const publicUrl = readPublicUrl(o.publicUrl ?? EXAMPLE.publicUrl);
    const appId = readAppId(o.appId ?? EXAMPLE.appId);
    return [
      ...[
        ...new Set(
          [publicUrl, null].flatMap((at) => lintSlackText(slackManifest({ publicUrl: at, groups: o.groups }))),
        ),
      ].map((finding) => `Slack: ${finding}`),
      ...lintTeamsManifest(teamsPackage({ publicUrl, appId, version: packageVersion(), targeted: o.targeted })).map(
        (finding) => `Teams: ${finding}`,
      ),
    ];
  } catch (error) {
    if (error instanceof SottoError) return [error.message];
    throw error;
  }
};
