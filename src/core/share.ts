/** Sharing out what there is among those who want it. */

/** Shares `limit` out among those that have so much each: none gets more than it has, none waits while another gets more than its share. */
export const shareOut = (has: readonly number[], limit: number): readonly number[] => {
  const shares = has.map(() => 0);
  let left = limit;
  for (;;) {
    const hungry = has.flatMap((most, at) => (most > (shares[at] ?? 0) ? [at] : []));
    if (left <= 0 || hungry.length === 0) return shares;
    const each = Math.max(1, Math.floor(left / hungry.length));
    for (const at of hungry) {
      const share = shares[at] ?? 0;
      const more = Math.min(each, left, (has[at] ?? 0) - share);
      shares[at] = share + more;
      left -= more;
    }
  }
};
