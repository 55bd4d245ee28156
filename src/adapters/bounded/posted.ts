/** A form that a browser sent to a page of ours, and whether it was a page of ours that it was sent from. */

/** Fields of a form that nobody of ours has more of. */
const MOST_FIELDS = 10;

/**
 * The fields of a body in `application/x-www-form-urlencoded`, with the bytes bounded by the route. Null: it is of another type, not UTF-8, holds a field twice or too many.
 */
export const postedFields = (o: {
  readonly contentType: string | undefined;
  readonly body: Buffer;
}): ReadonlyMap<string, string> | null => {
  const [type = ''] = (o.contentType ?? '').split(';', 1);
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') return null;
  const text = o.body.toString('latin1');
  // What is not ASCII is percent-encoded by every browser.
  if (/[^\x20-\x7e]/.test(text)) return null;
  return onlyOnce(text);
};

/** The parameters of a query or a form; null: one came twice, or there are too many. */
export const onlyOnce = (query: string): ReadonlyMap<string, string> | null => {
  const pairs = [...new URLSearchParams(query)];
  const fields = new Map(pairs);
  return fields.size < pairs.length || pairs.length > MOST_FIELDS ? null : fields;
};

/**
 * Whether a browser sent it for a page of ours. Pages that name no referrer send `Origin: null`, so that proves nothing; `Sec-Fetch-Site` cannot be set by a page. A
 * browser that knows neither (before 2023) is let through: each form holds something that another site does not know besides.
 */
export const fromOurPage = (
  headers: Readonly<Record<string, string | undefined>>,
  o: { readonly origin: string },
): boolean => {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const origin = headers['origin'];
  return origin === undefined || origin === 'null' || origin === o.origin;
};
