/** A container's few calls, each with a deadline and a bound: list, read, write, remove, look. */
import { createHash } from 'node:crypto';
import {
  type BlockBlobUploadOptions,
  ContainerClient,
  logger,
  newPipeline,
  type StoragePipelineOptions,
} from '@azure/storage-blob';
import { within } from '../bounded/waiting.ts';
import { Damaged, Foreign } from './faults.ts';

/** What the vendor's client takes as a credential; the one of `adapters/azure` fits. */
export type BlobCredential = Extract<
  NonNullable<Parameters<typeof newPipeline>[0]>,
  { getToken(scopes: string | string[], options?: object): unknown }
>;

/** The same in all of Azure's clouds. */
const SCOPE = 'https://storage.azure.com/.default';

/** Azure gives 5,000 a page at most. */
const PAGE = 5_000;

/** A call that moves no content, ms. */
const CALL_MS = 10_000;

/** One that does has so much more for each MiB, ms: a slow line takes half of that. */
const PER_MIB_MS = 1_000;

export interface BlobSeen {
  readonly name: string;
  readonly bytes: number;
  /** Sorts by age; null: the account keeps no versions, or they were not asked for. */
  readonly version: string | null;
}

export interface BlobPage {
  readonly blobs: readonly BlobSeen[];
  /** Null: this was the last one. */
  readonly next: string | null;
}

export interface Kept {
  /** Base64; null: Azure does not say. */
  readonly md5: string | null;
  /** Until when nobody may change or delete it, ms since the epoch, and nobody may shorten that; null: it is not locked. */
  readonly lockedUntil: number | null;
}

export interface Container {
  /** `versions`: older ones too, also of what was deleted. */
  page(
    o: { readonly prefix: string; readonly from: string | null; readonly versions: boolean },
    signal: AbortSignal,
  ): Promise<BlobPage>;
  /** `too-large`: it has more than `mostBytes`, which are not fetched. */
  read(
    o: { readonly name: string; readonly version: string | null; readonly mostBytes: number },
    signal: AbortSignal,
  ): Promise<Buffer | 'too-large'>;
  /** Only where there is none of that name. `lockUntil`: in one and the same call, so that it is never there unlocked. */
  create(
    o: { readonly name: string; readonly bytes: Buffer; readonly lockUntil: number | null },
    signal: AbortSignal,
  ): Promise<void>;
  remove(name: string, signal: AbortSignal): Promise<void>;
  look(name: string, signal: AbortSignal): Promise<Kept>;
  /** Whether single blobs can be locked in it. */
  locks(signal: AbortSignal): Promise<boolean>;
}

/** The vendor's client: attempts are counted by whoever asks, nobody is redirected, and nothing is printed. */
export const containerClient = (o: {
  readonly url: string;
  readonly credential: BlobCredential;
  readonly ca?: string | undefined;
}): ContainerClient => {
  // Its loggers print requests where AZURE_LOG_LEVEL says so: they get nowhere to write to.
  for (const one of Object.values(logger)) one.log = () => undefined;
  const options: StoragePipelineOptions & Readonly<Record<string, unknown>> = {
    // Attempts are counted by whoever asks, and Blob Storage redirects nobody.
    retryOptions: { maxTries: 1 },
    redirectOptions: { handleRedirects: false, maxRetries: 0 },
    ...(o.ca === undefined ? {} : { tlsOptions: { ca: o.ca } }),
  };
  return new ContainerClient(o.url, newPipeline(forStorageOnly(o.credential), options));
};

export const createContainer = (o: {
  readonly url: string;
  readonly credential: BlobCredential;
  readonly ca?: string | undefined;
  readonly callMs?: number | undefined;
  readonly pageSize?: number | undefined;
}): Container => {
  const client = containerClient(o);
  const callMs = o.callMs ?? CALL_MS;
  const transferMs = (bytes: number): number => callMs + Math.ceil((bytes * PER_MIB_MS) / 2 ** 20);
  const call = <T>(outer: AbortSignal, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    within({ ms, outer }, work);

  return {
    page: ({ prefix, from, versions }, outer) =>
      call(outer, callMs, async (abortSignal) => {
        const pages = client
          .listBlobsFlat({ prefix, includeVersions: versions, abortSignal })
          .byPage({ maxPageSize: o.pageSize ?? PAGE, ...(from === null ? {} : { continuationToken: from }) });
        const page = await pages.next();
        if (page.done === true) return { blobs: [], next: null };
        const { segment, continuationToken } = page.value;
        const blobs = segment.blobItems.map(({ name, versionId, properties }) => ({
          name,
          bytes: properties.contentLength ?? 0,
          version: versions ? (versionId ?? null) : null,
        }));
        return { blobs, next: continuationToken === undefined || continuationToken === '' ? null : continuationToken };
      }),

    read: async ({ name, version, mostBytes }, outer) => {
      const newest = client.getBlobClient(name);
      const blob = version === null ? newest : newest.withVersion(version);
      const answer = await call(outer, callMs, (abortSignal) =>
        blob.download(0, undefined, { abortSignal, maxRetryRequests: 0 }),
      );
      const { readableStreamBody: body, contentLength, contentMD5 } = answer;
      if (body === undefined || contentLength === undefined) throw new Damaged();
      // Ends the connection, so that the rest is not fetched either.
      const end = (): void => void ('destroy' in body && typeof body.destroy === 'function' && body.destroy());
      if (contentLength > mostBytes) {
        end();
        return 'too-large';
      }
      const whole = await call(outer, transferMs(contentLength), (signal) => {
        signal.addEventListener('abort', end);
        return readWhole(body, mostBytes);
      }).finally(end);
      if (whole === 'too-large') return whole;
      const sum = contentMD5 === undefined ? null : Buffer.from(contentMD5).toString('base64');
      if (sum !== null && sum !== md5(whole).toString('base64')) throw new Damaged();
      return whole;
    },

    create: ({ name, bytes, lockUntil }, outer) =>
      call(outer, transferMs(bytes.length), async (abortSignal) => {
        const sum = md5(bytes);
        const how: BlockBlobUploadOptions & { readonly transactionalContentMD5: Uint8Array } = {
          abortSignal,
          conditions: { ifNoneMatch: '*' },
          blobHTTPHeaders: { blobContentType: 'application/octet-stream', blobContentMD5: sum },
          // Azure refuses what does not arrive as it was sent.
          transactionalContentMD5: sum,
          ...(lockUntil === null
            ? {}
            : { immutabilityPolicy: { expiriesOn: new Date(lockUntil), policyMode: 'Locked' as const } }),
        };
        await client.getBlockBlobClient(name).upload(bytes, bytes.length, how);
      }),

    remove: (name, outer) =>
      call(outer, callMs, async (abortSignal) => {
        await client.getBlobClient(name).delete({ abortSignal });
      }),

    look: (name, outer) =>
      call(outer, callMs, async (abortSignal) => {
        const seen = await client.getBlobClient(name).getProperties({ abortSignal });
        // The service writes the mode as it was set, the vendor's client in lower case.
        const locked = String(seen.immutabilityPolicyMode).toLowerCase() === 'locked';
        return {
          md5: seen.contentMD5 === undefined ? null : Buffer.from(seen.contentMD5).toString('base64'),
          lockedUntil: locked ? (seen.immutabilityPolicyExpiresOn?.getTime() ?? null) : null,
        };
      }),

    locks: (outer) =>
      call(outer, callMs, async (abortSignal) => {
        const { isImmutableStorageWithVersioningEnabled } = await client.getProperties({ abortSignal });
        return isImmutableStorageWithVersioningEnabled === true;
      }),
  };
};

const readWhole = async (body: NodeJS.ReadableStream, mostBytes: number): Promise<Buffer | 'too-large'> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > mostBytes) return 'too-large';
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
};

export const md5 = (bytes: Buffer): Buffer => createHash('md5').update(bytes).digest();

/**
 * Whoever answers as the storage can challenge for a token of whatever it names, and the vendor's client would fetch that one: here it
 * gets one for storage, in our own tenant, or none. The client also keeps tokens a second time and asks for them every three seconds
 * while Azure gives none; to one that seems to have ended it does neither, and the credential's own cache answers at once.
 */
const forStorageOnly = (credential: BlobCredential): BlobCredential => ({
  getToken: async (scopes, options) => {
    if ([scopes].flat().some((scope) => scope !== SCOPE)) throw new Foreign();
    const { abortSignal } = options ?? {};
    const given = await credential.getToken(SCOPE, abortSignal === undefined ? {} : { abortSignal });
    return given === null ? null : { token: given.token, expiresOnTimestamp: 0 };
  },
});
