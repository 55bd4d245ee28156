/** What Slack refuses before anything happens: tokens, scopes, arguments, blocks, limits. Stricter than the real one is fine; laxer hides faults. */
import { z } from 'zod';

/** Scopes the manifest asks for; a method that needs another is refused. */
export const SCOPES: readonly string[] = ['chat:write', 'im:history', 'app_mentions:read', 'users:read', 'commands'];

/** The scope that each method needs; null: none. A method that is not here is unknown. */
export const METHODS: Readonly<
  Record<string, { readonly scope: string | null; readonly limit: 'tier3' | 'post' | 'special' }>
> = {
  'auth.test': { scope: null, limit: 'special' },
  'chat.postMessage': { scope: 'chat:write', limit: 'post' },
  'chat.postEphemeral': { scope: 'chat:write', limit: 'special' },
  'chat.update': { scope: 'chat:write', limit: 'tier3' },
  'chat.delete': { scope: 'chat:write', limit: 'tier3' },
  'conversations.history': { scope: 'im:history', limit: 'tier3' },
};

const plainText = z.strictObject({
  type: z.literal('plain_text'),
  text: z.string().min(1).max(3_000),
  emoji: z.boolean().optional(),
});
const mrkdwn = z.strictObject({
  type: z.literal('mrkdwn'),
  text: z.string().min(1).max(3_000),
  verbatim: z.boolean().optional(),
});
const textObject = z.discriminatedUnion('type', [plainText, mrkdwn]);
const blockId = z.string().max(255).optional();

const button = z.strictObject({
  type: z.literal('button'),
  action_id: z.string().min(1).max(255),
  text: plainText.extend({ text: z.string().min(1).max(75) }),
  value: z.string().max(2_000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: z.string().max(75).optional(),
});

const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('section'), text: textObject, block_id: blockId, expand: z.boolean().optional() }),
  z.strictObject({ type: z.literal('context'), elements: z.array(textObject).min(1).max(10), block_id: blockId }),
  z.strictObject({ type: z.literal('divider'), block_id: blockId }),
  z
    .strictObject({ type: z.literal('actions'), elements: z.array(button).min(1).max(25), block_id: blockId })
    .refine(({ elements }) => new Set(elements.map(({ action_id }) => action_id)).size === elements.length),
]);

export const blocksSchema = z.array(block).max(50);

/** Calls of the last minute a method, posts of the last seconds a channel. */
export const createLimits = (now: () => number): { wait(method: string, channel: string): number } => {
  const calls = new Map<string, number[]>();
  const within = (key: string, windowMs: number, most: number): number => {
    const at = now();
    const recent = (calls.get(key) ?? []).filter((time) => time > at - windowMs);
    if (recent.length >= most) return Math.max(1, Math.ceil(((recent[0] ?? at) + windowMs - at) / 1_000));
    calls.set(key, [...recent, at]);
    return 0;
  };
  return {
    /** Seconds to wait; 0: go on. */
    wait: (method, channel) => {
      const limit = METHODS[method]?.limit;
      if (limit === 'tier3') return within(method, 60_000, 50);
      if (limit === 'post') return within(`post ${channel}`, 5_000, 5);
      return within(method, 60_000, 100);
    },
  };
};
