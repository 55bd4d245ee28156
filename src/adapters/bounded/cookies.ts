/** Cookies of this host alone, set over https for every path of it (`__Host-`): no neighbour and no plain http can set or read them. */

/** `name` without its prefix; `sameSite` `Lax` where somebody comes back with it from another site. */
export interface HostCookie {
  readonly name: string;
  readonly sameSite: 'Lax' | 'Strict';
}

const named = ({ name }: Pick<HostCookie, 'name'>): string => `__Host-${name}`;

/** For `set-cookie`; `value` empty and `seconds` 0 take it away. */
export const setCookie = (cookie: HostCookie, o: { readonly value: string; readonly seconds: number }): string =>
  `${named(cookie)}=${o.value}; Path=/; Max-Age=${o.seconds}; Secure; HttpOnly; SameSite=${cookie.sameSite}`;

/** Its value; null: there is none, or more than one, which is somebody's trick. `header`: as it came, bounded with the headers. */
export const onlyCookie = (cookie: Pick<HostCookie, 'name'>, header: string | undefined): string | null => {
  const ours = `${named(cookie)}=`;
  const given = (header ?? '')
    .split(/[;,]/)
    .map((one) => one.trim())
    .filter((one) => one.startsWith(ours));
  const [only] = given;
  return only === undefined || given.length > 1 ? null : only.slice(ours.length);
};
