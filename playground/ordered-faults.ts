/** Faults that a test orders, each for some number of calls; the one that was ordered first comes first. */
export interface OrderedFaults<F> {
  order(fault: F): void;
  /** The next one that is meant for this call, used up; null: it goes as it goes. */
  take(meant: (fault: F) => boolean): F | null;
}

export const createOrderedFaults = <F extends { readonly times?: number }>(): OrderedFaults<F> => {
  const orders: { readonly fault: F; left: number }[] = [];
  return {
    order: (fault) => {
      orders.push({ fault, left: fault.times ?? 1 });
    },
    take: (meant) => {
      const found = orders.find(({ fault, left }) => left > 0 && meant(fault));
      if (found === undefined) return null;
      found.left -= 1;
      return found.fault;
    },
  };
};
