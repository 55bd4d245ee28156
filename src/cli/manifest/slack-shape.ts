/** The keys and lengths of Slack's manifests, version 2 (facts: Slack section 8); what Sotto has no use for is left unread. */
import { z } from 'zod';

const url = z.string().max(3_000);
const scopes = z.array(z.string().max(50)).max(255).optional();
const events = z.array(z.string().max(50)).max(100).optional();
const on = z.boolean().optional();
const unread = z.unknown().optional();

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const range = z
  .string()
  .regex(new RegExp(`^${octet}(?:\\.${octet}){3}(?:/(?:3[0-2]|[12]?[0-9]))?$`), 'it must be an IPv4 address or range');

export const slackShape = z.strictObject({
  _metadata: z.strictObject({ major_version: z.int().optional(), minor_version: z.int().optional() }).optional(),
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().min(1).max(140).optional(),
    long_description: z.string().min(175).max(4_000).optional(),
    background_color: z
      .string()
      .regex(/^#(?:[0-9a-fA-F]{3}){1,2}$/, 'it must be a colour such as #12696b')
      .optional(),
  }),
  features: z
    .strictObject({
      app_home: z
        .strictObject({ home_tab_enabled: on, messages_tab_enabled: on, messages_tab_read_only_enabled: on })
        .optional(),
      bot_user: z
        .strictObject({
          display_name: z
            .string()
            .max(80)
            .regex(/^[a-z0-9._-]+$/, 'it must have small letters, digits, dots, dashes and underscores only'),
          always_online: on,
        })
        .optional(),
      slash_commands: z
        .array(
          z.strictObject({
            command: z.string().min(2).max(32).startsWith('/'),
            description: z.string().min(1).max(2_000),
            url: url.optional(),
            usage_hint: z.string().max(1_000).optional(),
            should_escape: on,
          }),
        )
        .max(50)
        .optional(),
      shortcuts: z
        .array(
          z.strictObject({
            name: z.string().min(1).max(24),
            type: z.enum(['message', 'global']),
            callback_id: z.string().min(1).max(255),
            description: z.string().min(1).max(150),
          }),
        )
        .max(10)
        .optional(),
      unfurl_domains: z.array(z.string()).max(5).optional(),
      assistant_view: unread,
      agent_view: unread,
      functions: unread,
      workflow_steps: unread,
    })
    .optional(),
  oauth_config: z
    .strictObject({
      redirect_urls: z.array(url).max(1_000).optional(),
      scopes: z.strictObject({ bot: scopes, user: scopes, bot_optional: scopes, user_optional: scopes }).optional(),
      token_management_enabled: on,
      pkce_enabled: on,
    })
    .optional(),
  settings: z
    .strictObject({
      event_subscriptions: z
        .strictObject({
          request_url: url.optional(),
          bot_events: events,
          user_events: events,
          metadata_subscriptions: unread,
        })
        .optional(),
      interactivity: z
        .strictObject({
          is_enabled: z.boolean(),
          request_url: url.optional(),
          message_menu_options_url: url.optional(),
        })
        .optional(),
      org_deploy_enabled: on,
      socket_mode_enabled: on,
      token_rotation_enabled: on,
      allowed_ip_address_ranges: z.array(range).max(50).optional(),
      incoming_webhooks: unread,
      is_hosted: on,
      siws_links: unread,
      function_runtime: z.string().optional(),
      hermes_app_type: z.string().optional(),
      is_mcp_enabled: on,
    })
    .optional(),
  functions: unread,
  workflows: unread,
  datastores: unread,
  outgoing_domains: unread,
  types: unread,
  external_auth_providers: unread,
  mcp_servers: unread,
  app_directory: unread,
});

export type SlackManifest = z.infer<typeof slackShape>;
