/** The proxy before Sotto (`proxy.ts`), from outside. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** What it saw. */
export interface Counted {
  /** Deliveries of the platform, each as often as it was made. */
  readonly taken: number;
  /** Of them, those whose answer was lost on its way back. */
  readonly lost: number;
}

export interface Proxy {
  /** Where the platform delivers to. */
  readonly url: string;
  /** From now on it passes on to there. */
  to(url: string): Promise<void>;
  counted(): Promise<Counted>;
  close(): void;
}

/** `loseEvery`: the answer to every so-manieth delivery never reaches the platform, which sends it again. */
export const openProxy = async ({ loseEvery }: { readonly loseEvery: number }): Promise<Proxy> => {
  const child = fork(new URL('./proxy.ts', import.meta.url), [String(loseEvery)]);
  const [{ url }] = (await once(child, 'message')) as [{ readonly url: string }];
  const tell = async (what: { readonly to?: string }): Promise<Counted> => {
    child.send(what);
    const [counted] = (await once(child, 'message')) as [Counted];
    return counted;
  };
  return {
    url,
    to: async (onward) => {
      await tell({ to: onward });
    },
    counted: () => tell({}),
    close: () => child.kill(),
  };
};
