/** Pages of what lies in the order of a name. The cursor is the name of the last one told. */
export const paged = <T>(
  all: readonly T[],
  nameOf: (item: T) => string,
  { cursor, limit }: { readonly cursor: string | null; readonly limit: number },
): { readonly items: readonly T[]; readonly cursor: string | null } => {
  const most = Math.max(1, Math.floor(limit));
  const left = all
    .map((item) => ({ item, name: nameOf(item) }))
    .filter(({ name }) => cursor === null || name > cursor)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const page = left.slice(0, most);
  return {
    items: page.map(({ item }) => item),
    cursor: left.length > page.length ? (page.at(-1)?.name ?? null) : null,
  };
};
