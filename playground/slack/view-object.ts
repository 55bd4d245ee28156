import type { Entered } from './entered.ts';
import type { Json } from './types.ts';
import type { ViewContent } from './view-rules.ts';

/** A view as Slack's answers and payloads carry it. A page of the bot's own has no title. */
export const viewObject = (o: {
  readonly id: string;
  readonly hash: string;
  readonly content: ViewContent;
  readonly entered: Entered;
  readonly appId: string;
  readonly teamId: string;
  readonly botId: string;
  /** Below this one; default: none. */
  readonly previous?: string | null;
  /** The lowest; default: this one. */
  readonly root?: string;
}): Json => ({
  id: o.id,
  team_id: o.teamId,
  type: o.content.type,
  blocks: o.content.blocks,
  private_metadata: o.content.privateMetadata,
  callback_id: o.content.callbackId,
  state: { values: o.entered },
  hash: o.hash,
  ...(o.content.title === null ? {} : { title: o.content.title }),
  clear_on_close: o.content.clearOnClose,
  notify_on_close: false,
  close: o.content.close,
  submit: o.content.submit,
  previous_view_id: o.previous ?? null,
  root_view_id: o.root ?? o.id,
  app_id: o.appId,
  external_id: o.content.externalId,
  app_installed_team_id: o.teamId,
  bot_id: o.botId,
});
