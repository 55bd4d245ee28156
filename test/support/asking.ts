/** Requests over https, whose certificate is checked against an authority of the test's own. */
import { type Agent, type RequestOptions, request } from 'node:https';
import type { TLSSocket } from 'node:tls';

export interface Answered {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Of the certificate that was shown. */
  readonly serial: string;
  readonly body: string;
}

export interface Asked extends Pick<RequestOptions, 'method' | 'headers' | 'servername'> {
  /** PEM. */
  readonly ca: string;
  readonly body?: string | Buffer;
  readonly agent?: Agent | false;
}

export const askOver = (url: string, o: Asked): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const { body, ...options } = o;
    const asked = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      const serial = (response.socket as TLSSocket).getPeerCertificate().serialNumber ?? '';
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          serial,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
