/** RSA keys of the stand-in's vault: wrapping and unwrapping as the REST interface has it, and as strict. */
import {
  constants,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRight } from './vault-types.ts';

interface Version {
  readonly id: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  enabled: boolean;
}

export interface VaultKeys {
  /** Adds a version of a key and gives its id. */
  make(name: string): string;
  /** Also back on. */
  disable(name: string, version: string, disabled?: boolean): void;
  takeAway(name: string): void;
  /** Unwraps that were done. */
  unwraps(): number;
}

const RSA_BITS = 2_048;

export const serveKeys = (o: {
  readonly app: FastifyInstance;
  /** What the request is refused with was sent; null: it may go on. */
  readonly stopped: (request: FastifyRequest, reply: FastifyReply, right: KeyRight) => FastifyReply | null;
  readonly baseOf: (request: FastifyRequest) => string;
  readonly offend: (offence: string) => void;
}): VaultKeys => {
  const keys = new Map<string, Version[]>();
  let unwraps = 0;
  const find = (name: string, version: string): Version | undefined =>
    version === '' ? keys.get(name)?.at(-1) : keys.get(name)?.find(({ id }) => id === version);
  const refuse = (reply: FastifyReply, status: number, code: string, message: string, inner?: string): FastifyReply =>
    reply
      .code(status)
      .send({ error: { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) } });
  const missing = (reply: FastifyReply, name: string): FastifyReply =>
    refuse(reply, 404, 'KeyNotFound', `A key with (name/id) ${name} was not found in this key vault.`);

  o.app.get<{ Params: { name: string; version: string } }>('/keys/:name/:version', async (request, reply) => {
    const over = o.stopped(request, reply, 'getKey');
    if (over !== null) return over;
    const { name, version } = request.params;
    const key = find(name, version);
    if (key === undefined) return missing(reply, name);
    const { n, e } = key.publicKey.export({ format: 'jwk' });
    return {
      key: { kid: `${o.baseOf(request)}/keys/${name}/${key.id}`, kty: 'RSA', key_ops: ['wrapKey', 'unwrapKey'], n, e },
      attributes: { enabled: key.enabled, created: 1_700_000_000, updated: 1_700_000_000 },
    };
  });

  for (const doing of ['wrapKey', 'unwrapKey'] as const) {
    o.app.post<{ Params: { name: string; version: string } }>(
      `/keys/:name/:version/${doing.toLowerCase()}`,
      async (request, reply) => {
        const over = o.stopped(request, reply, doing);
        if (over !== null) return over;
        const { name, version } = request.params;
        const body: unknown = request.body;
        const fields = typeof body === 'object' && body !== null ? new Map(Object.entries(body)) : new Map();
        const [alg, value] = [fields.get('alg'), fields.get('value')];
        if (fields.size !== 2 || typeof alg !== 'string' || typeof value !== 'string' || !/^[\w-]+$/.test(value)) {
          o.offend(`a body of ${doing} that is not alg and value`);
          return refuse(reply, 400, 'BadParameter', 'Property has invalid value.');
        }
        if (alg !== 'RSA-OAEP-256') {
          o.offend(`algorithm ${alg}`);
          return refuse(reply, 400, 'BadParameter', 'Key and signing algorithm are incompatible.');
        }
        const key = find(name, version);
        if (key === undefined) return missing(reply, name);
        if (!key.enabled)
          return refuse(reply, 403, 'Forbidden', `Operation ${doing} is not allowed on a disabled key.`, 'KeyDisabled');
        const options = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
        const bytes = Buffer.from(value, 'base64url');
        try {
          const result =
            doing === 'wrapKey'
              ? publicEncrypt({ key: key.publicKey, ...options }, bytes)
              : privateDecrypt({ key: key.privateKey, ...options }, bytes);
          if (doing === 'unwrapKey') unwraps += 1;
          return { kid: `${o.baseOf(request)}/keys/${name}/${key.id}`, value: result.toString('base64url') };
        } catch {
          return refuse(reply, 400, 'BadParameter', 'The parameter is incorrect.');
        }
      },
    );
  }

  return {
    make: (name) => {
      const id = randomBytes(16).toString('hex');
      const pair = generateKeyPairSync('rsa', { modulusLength: RSA_BITS });
      keys.set(name, [...(keys.get(name) ?? []), { id, ...pair, enabled: true }]);
      return id;
    },
    disable: (name, version, disabled = true) => {
      const key = find(name, version);
      if (key === undefined) throw new Error(`There is no version ${version} of the key ${name}.`);
      key.enabled = !disabled;
    },
    takeAway: (name) => {
      keys.delete(name);
    },
    unwraps: () => unwraps,
  };
};
