/** What TLS is spoken with, by whoever listens and by whoever calls: 1.2 and 1.3, authenticated encryption, keys that no later theft opens. */
import { constants } from 'node:crypto';
import tls from 'node:tls';

/** Nothing in CBC, nothing that a stolen key of the server would open later. Those of 1.3 first. */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/** The first is a hybrid that a quantum computer would not open either. */
const CURVES = 'X25519MLKEM768:X25519:P-256:P-384';

/** For a client. Its certificate checks are Node's own, and on. */
export const CLIENT_TLS = { minVersion: 'TLSv1.2', ciphers: CIPHERS } as const;

/** For a server: its own order of suites, and no renegotiation, which costs it more than the client. */
export const SERVER_TLS = {
  ...CLIENT_TLS,
  maxVersion: 'TLSv1.3',
  ecdhCurve: CURVES,
  honorCipherOrder: true,
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
} as const;

/** Every connection of this process that says nothing else is made so: those that vendors' clients open among them. */
export const hardenOutbound = (): void => {
  tls.DEFAULT_MIN_VERSION = CLIENT_TLS.minVersion;
  tls.DEFAULT_CIPHERS = CIPHERS;
};
