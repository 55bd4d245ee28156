/** How the pages look: one sheet, within the page and known to its policy by hash, so that nothing is fetched and nothing else is styled. */
import { createHash } from 'node:crypto';

/** Words have a contrast of 4.5 or more in both looks, edges of what can be pressed 3; that is 44 px high. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #f7f6f3; --card: #ffffff; --ink: #1d2021; --soft: #55595c; --line: #80868a; --rule: #dcd9d2; --main: #1f5f4a; --on-main: #ffffff; --alarm: #a3261b; }
@media (prefers-color-scheme: dark) { :root { --paper: #131516; --card: #1d2021; --ink: #eceae5; --soft: #b3b7ba; --line: #80868a; --rule: #33383a; --main: #8fd6bd; --on-main: #10251d; --alarm: #ffb1a6; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
main { max-width: 34rem; margin: 0 auto; padding: clamp(1.5rem, 8vh, 5rem) 1.25rem 2.5rem; }
.brand { margin: 0 0 1rem; color: var(--soft); font-size: 0.9375rem; letter-spacing: 0.02em; }
.card { padding: clamp(1.25rem, 5vw, 2rem); border: 1px solid var(--rule); border-radius: 0.75rem; background: var(--card); }
h1 { margin: 0 0 0.75rem; font-size: 1.5rem; line-height: 1.25; text-wrap: balance; }
h2 { margin: 1.5rem 0 0.5rem; font-size: 1.0625rem; }
p { margin: 0 0 0.75rem; }
.what { font-size: 1.125rem; font-weight: 600; }
.soft { color: var(--soft); }
.error { color: var(--alarm); font-weight: 600; }
.lines { white-space: pre-wrap; padding: 0.75rem 1rem; border-left: 3px solid var(--line); }
.hash { font: 0.875rem/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; color: var(--soft); }
form { margin: 1.25rem 0 0; }
label { display: block; font-weight: 600; }
input { display: block; width: 100%; max-width: 14rem; min-height: 2.75rem; margin: 0.375rem 0 1rem; padding: 0.5rem 0.75rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--paper); color: var(--ink); font: 1.25rem/1.3 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; letter-spacing: 0.06em; text-transform: uppercase; }
input[aria-invalid] { border: 2px solid var(--alarm); }
button, .go { display: inline-block; min-height: 2.75rem; padding: 0.625rem 1.25rem; border: 1px solid var(--main); border-radius: 0.5rem; background: var(--main); color: var(--on-main); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
.other button { border-color: var(--line); background: transparent; color: var(--ink); font-weight: 400; }
.aside { margin: 1.75rem 0 0; padding: 1.25rem 0 0; border-top: 1px solid var(--rule); }
.aside form { margin: 0.75rem 0 0; }
button:hover, .go:hover { text-decoration: underline; }
:focus-visible { outline: 3px solid var(--main); outline-offset: 3px; }
@media (max-width: 26rem) { button, .go { width: 100%; text-align: center; } input { max-width: none; } }
`;

/** As a source of `style-src`. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
