import Fastify from 'fastify';
import { type ChatPageOptions, createChatPage } from '../../../playground/chat-page.ts';

export interface ServedPage {
  readonly url: string;
  close(): Promise<void>;
}

/** The page on a port of its own, on a server that reads every body as bytes, as the product's server does. */
export const servePage = async ({
  port = 0,
  ...options
}: ChatPageOptions & { readonly port?: number }): Promise<ServedPage> => {
  const app = Fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  createChatPage(options).routes(app);
  const url = await app.listen({ host: '127.0.0.1', port });
  return { url, close: () => app.close() };
};
