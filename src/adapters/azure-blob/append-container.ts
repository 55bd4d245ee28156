/** The few calls by which append blobs of a container are written and looked at, each with a deadline and a bound. */
import { within } from '../bounded/waiting.ts';
import { type BlobCredential, containerClient, md5 } from './container.ts';
import { Damaged } from './faults.ts';

/** One call, ms: shorter than an answer would wait for it. */
const CALL_MS = 4_000;

/** Names that a list gives; a blob a day for a hundred years is fewer. */
const MOST_NAMES = 50_000;
const PAGE = 5_000;

export interface Appended {
  /** Its bytes by now, which is where the next block goes. */
  readonly end: number;
  /** Blocks by now; Azure takes 50,000. */
  readonly blocks: number;
}

export interface AppendContainer {
  /** Only where there is none of that name. */
  create(name: string, signal: AbortSignal): Promise<void>;
  /** Only where the blob is `at` bytes long, so that a call that comes late, or twice, adds nothing. */
  append(
    o: { readonly name: string; readonly bytes: Buffer; readonly at: number },
    signal: AbortSignal,
  ): Promise<Appended>;
  /** `sealed`: nothing can be added to it any more, or it is no append blob. */
  look(name: string, signal: AbortSignal): Promise<Appended & { readonly sealed: boolean }>;
  /** So many bytes from there on, or those that there are. */
  read(
    o: { readonly name: string; readonly from: number; readonly most: number },
    signal: AbortSignal,
  ): Promise<Buffer>;
  /** In the order of their names, 50,000 at most. */
  names(prefix: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Whether the container has a time-based retention policy. Whether that lets append blobs grow only an attempt tells. */
  retains(signal: AbortSignal): Promise<boolean>;
}

export const createAppendContainer = (o: {
  readonly url: string;
  readonly credential: BlobCredential;
  readonly ca?: string | undefined;
  readonly callMs?: number | undefined;
}): AppendContainer => {
  const client = containerClient(o);
  const call = <T>(outer: AbortSignal, work: (abortSignal: AbortSignal) => Promise<T>): Promise<T> =>
    within({ ms: o.callMs ?? CALL_MS, outer }, work);

  return {
    create: (name, outer) =>
      call(outer, async (abortSignal) => {
        const headers = { blobContentType: 'application/x-ndjson' };
        await client
          .getAppendBlobClient(name)
          .create({ abortSignal, conditions: { ifNoneMatch: '*' }, blobHTTPHeaders: headers });
      }),

    append: ({ name, bytes, at }, outer) =>
      call(outer, async (abortSignal) => {
        const answer = await client.getAppendBlobClient(name).appendBlock(bytes, bytes.length, {
          abortSignal,
          conditions: { appendPosition: at },
          // Azure refuses what does not arrive as it was sent.
          transactionalContentMD5: md5(bytes),
        });
        return { end: at + bytes.length, blocks: answer.blobCommittedBlockCount ?? 0 };
      }),

    look: (name, outer) =>
      call(outer, async (abortSignal) => {
        const seen = await client.getBlobClient(name).getProperties({ abortSignal });
        const sealed = seen.isSealed === true || seen.blobType !== 'AppendBlob';
        return { end: seen.contentLength ?? 0, blocks: seen.blobCommittedBlockCount ?? 0, sealed };
      }),

    read: ({ name, from, most }, outer) =>
      call(outer, async (abortSignal) => {
        const blob = client.getBlobClient(name);
        const { readableStreamBody: body } = await blob.download(from, most, { abortSignal, maxRetryRequests: 0 });
        if (body === undefined) throw new Damaged();
        const chunks: Buffer[] = [];
        let size = 0;
        for await (const chunk of body) {
          const bytes = Buffer.from(chunk);
          size += bytes.length;
          if (size > most) throw new Damaged();
          chunks.push(bytes);
        }
        return Buffer.concat(chunks);
      }),

    names: async (prefix, outer) => {
      const names: string[] = [];
      let from: string | undefined;
      do {
        const page = await call(outer, async (abortSignal) => {
          const pages = client
            .listBlobsFlat({ prefix, abortSignal })
            .byPage({ maxPageSize: PAGE, ...(from === undefined ? {} : { continuationToken: from }) });
          const next = await pages.next();
          return next.done === true ? null : next.value;
        });
        names.push(...(page?.segment.blobItems.map(({ name }) => name) ?? []));
        from = page?.continuationToken === '' ? undefined : page?.continuationToken;
      } while (from !== undefined && names.length < MOST_NAMES);
      return names.slice(0, MOST_NAMES).toSorted();
    },

    retains: (outer) =>
      call(outer, async (abortSignal) => {
        const { hasImmutabilityPolicy } = await client.getProperties({ abortSignal });
        return hasImmutabilityPolicy === true;
      }),
  };
};
