/**
 * Secrets by what they begin with: each kind is issued with a mark of its own, so that scanners find it. What has no mark (a random
 * text of forty letters) could be anything and is not looked for.
 */

const KINDS: readonly RegExp[] = [
  // A private key, or the beginning of one (RFC 7468).
  /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/,
  // JSON Web Token (RFC 7519): header and payload are objects, and a third part signs them.
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{16,2000}/,
  // Amazon Web Services: access keys; GitHub; GitLab; Slack; Stripe; Google; OpenAI and Anthropic; npm; PyPI; SendGrid; Azure DevOps and Storage; Hashicorp Vault.
  /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])/,
  /(?<![A-Za-z0-9_])(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60})/,
  /(?<![A-Za-z0-9_])gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_-]{20}/,
  /(?<![A-Za-z0-9_])xox[abeoprs]-(?:[0-9]-)?[A-Za-z0-9-]{20}/,
  /(?<![A-Za-z0-9_])xapp-[0-9]-[A-Z0-9]{8,16}-[0-9]{8,16}-[a-f0-9]{16}/,
  /(?<![A-Za-z0-9_])(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{20}/,
  /(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/,
  /(?<![A-Za-z0-9_])sk-(?:ant|proj|svcacct|admin)[A-Za-z0-9]{0,4}-[A-Za-z0-9_-]{32}/,
  /(?<![A-Za-z0-9_])npm_[A-Za-z0-9]{36}/,
  /(?<![A-Za-z0-9_])pypi-AgE[A-Za-z0-9_-]{40}/,
  /(?<![A-Za-z0-9_])SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/,
  /(?<![A-Za-z0-9])AccountKey=[A-Za-z0-9+/]{86}==/,
  /(?<![A-Za-z0-9_])hv[sbr]\.[A-Za-z0-9_-]{24}/,
  /(?<![A-Za-z0-9_])whsec_[A-Za-z0-9+/]{32}/,
  // A name and a password in an address (RFC 3986, 3.2.1).
  /(?<![A-Za-z0-9])[a-z][a-z0-9+.-]{1,19}:\/\/[^\s/:@]{1,100}:[^\s/@]{3,200}@[A-Za-z0-9]/,
];

/** "Password: …", and what follows is one: of eight characters or more, letters and digits among them. */
const SAID =
  /(?<![\p{L}\p{N}])(?:pass(?:word|wort|phrase|code)?|passwd|pwd|kennwort|mot de passe|contrase(?:ñ|n\u0303)a|api[ _-]?key|client[ _-]?secret|access[ _-]?token)(?:["']? ?[:=] ?["']?| (?:is|lautet|ist) )([^\s"',;]{8,200})/giu;

const isChosen = (word: string): boolean =>
  /[A-Za-z]/.test(word) && /[0-9]/.test(word) && !/^[a-z]{2,10}:\/\//i.test(word) && !/^[•*x.]+$/i.test(word);

/** Of a text as `plainly` writes it. */
export const holdsSecret = (text: string): boolean =>
  KINDS.some((kind) => kind.test(text)) || [...text.matchAll(SAID)].some(([, word = '']) => isChosen(word));
