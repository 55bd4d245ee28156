/** How the report looks: one sheet, within the page and known to its policy by hash. Nothing is fetched, no script runs, and no style stands in an attribute. */
import { createHash } from 'node:crypto';

/**
 * Words have a contrast of 4.5 or more in both looks, bars 3 against what is behind them. A colour stands for one outcome on the whole page, and never says alone what
 * a name beside it does not; those beside each other differ in lightness and blue, which people who see no red or no green tell apart.
 */
export const STYLE = `
:root { color-scheme: light dark; --paper: #f7f6f3; --card: #ffffff; --ink: #1d2021; --soft: #55595c; --rule: #dcd9d2; --hair: #ebe8e2; --link: #1f5f4a; --alarm: #a3261b; --alarm-paper: #fdeceA; --good: #1f5f4a; --good-paper: #e7f1ec; --wait: #7a4d00; --wait-paper: #fbf1dc; --mark: #8b8f92; --c-answer: #20795c; --c-refuse: #c2481b; --c-step-up: #2c6cb0; --c-private-only: #8a4c9c; --c-which: #947000; --c-unknown: #71767a; --c-throttled: #33383b; --c-several: #71767a; --c-plain: #3d6a8f; }
@media (prefers-color-scheme: dark) { :root { --paper: #131516; --card: #1b1e1f; --ink: #eceae5; --soft: #b3b7ba; --rule: #3a3f42; --hair: #2a2e30; --link: #8fd6bd; --alarm: #ffb1a6; --alarm-paper: #3a1a17; --good: #8fd6bd; --good-paper: #17291f; --wait: #f0cf8e; --wait-paper: #30260f; --mark: #80868a; --c-answer: #5fc29f; --c-refuse: #ff9468; --c-step-up: #7ab4ec; --c-private-only: #cf9be2; --c-which: #dcb94c; --c-unknown: #9aa0a5; --c-throttled: #e0ded9; --c-several: #9aa0a5; --c-plain: #8fb8d8; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
.page { max-width: 66rem; margin: 0 auto; padding: clamp(1.25rem, 4vw, 3.5rem) clamp(1rem, 4vw, 2.5rem) 4rem; }
.brand { margin: 0 0 1.5rem; color: var(--soft); font-size: 0.875rem; letter-spacing: 0.02em; }
h1 { margin: 0; max-width: 20ch; font-size: clamp(1.875rem, 1.3rem + 2.6vw, 3rem); line-height: 1.1; letter-spacing: -0.02em; font-weight: 650; text-wrap: balance; }
.period { margin: 0.625rem 0 0; color: var(--soft); font-size: 1.0625rem; }
h2 { margin: 0; font-size: 1.375rem; line-height: 1.25; letter-spacing: -0.01em; font-weight: 650; text-wrap: balance; }
h3 { margin: 2rem 0 0.5rem; font-size: 1rem; line-height: 1.4; font-weight: 650; }
p { margin: 0 0 0.75rem; max-width: 68ch; }
a { color: var(--link); text-underline-offset: 0.15em; }
.record { margin: 1.75rem 0 0; padding: 0.875rem 1rem; border-left: 0.25rem solid var(--good); border-radius: 0.25rem; background: var(--good-paper); color: var(--ink); }
.record p { margin: 0; }
.record p + p { margin-top: 0.375rem; }
.record.sound strong { color: var(--good); }
.record.not-checked { border-color: var(--wait); background: var(--wait-paper); }
.record.not-checked strong { color: var(--wait); font-size: 1.25rem; }
.record.not-sound { border-left-width: 0.5rem; border-color: var(--alarm); background: var(--alarm-paper); }
.record.not-sound strong { color: var(--alarm); font-size: 1.5rem; }
.lead { margin: 1.75rem 0 0; font-size: clamp(1.0625rem, 1rem + 0.35vw, 1.25rem); line-height: 1.5; }
.lead p { max-width: 60ch; margin: 0 0 0.5rem; }
.figures { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0 2rem; margin: 2rem 0 0; padding: 0; }
.figures div { display: flex; flex-direction: column-reverse; justify-content: flex-end; padding: 0.875rem 0 1rem; border-top: 1px solid var(--rule); }
.figures dt { color: var(--soft); font-size: 0.9375rem; line-height: 1.35; }
.figures dd { margin: 0; font-size: clamp(1.625rem, 1.1rem + 2.4vw, 2.75rem); line-height: 1.15; letter-spacing: -0.02em; font-weight: 600; font-variant-numeric: tabular-nums; }
.figures .few { font-size: 1rem; line-height: 1.4; letter-spacing: 0; font-weight: 400; color: var(--soft); padding: 0.4rem 0; }
.contents { margin: 2rem 0 0; padding: 1rem 0 0; border-top: 1px solid var(--rule); font-size: 0.9375rem; }
.contents ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0; padding: 0; list-style: none; }
.contents a { display: inline-block; padding: 0.375rem 0; }
section { display: grid; grid-template-columns: 16rem minmax(0, 1fr); gap: 0 2.5rem; margin: 3rem 0 0; padding: 1.5rem 0 0; border-top: 2px solid var(--ink); }
section > header p { margin: 0.5rem 0 0; color: var(--soft); font-size: 0.9375rem; line-height: 1.45; }
section > div { min-width: 0; }
section > div > :first-child { margin-top: 0; }
figure { margin: 0; }
.soft { color: var(--soft); font-size: 0.9375rem; }
.strip { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 1rem; align-items: baseline; padding: 0.625rem 0 0; }
.strip + .strip { margin-top: 0.5rem; border-top: 1px solid var(--hair); }
.strip .name { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.5rem; font-weight: 600; }
.strip .name small { font-weight: 400; color: var(--soft); font-size: 0.8125rem; white-space: nowrap; }
.strip .sum { font-size: 1.125rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.strip svg { grid-column: 1 / -1; display: block; width: 100%; height: 3.5rem; margin-top: 0.25rem; }
.ticks { display: flex; justify-content: space-between; gap: 1rem; margin: 0.25rem 0 0; padding-top: 0.25rem; border-top: 1px solid var(--mark); color: var(--soft); font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
.rows { margin: 0; padding: 0; list-style: none; }
.rows li { display: grid; grid-template-columns: 12rem minmax(0, 1fr) 4.5rem; gap: 0 1rem; align-items: center; padding: 0.375rem 0; }
.rows li + li { border-top: 1px solid var(--hair); }
.rows .sum { text-align: right; font-weight: 600; font-variant-numeric: tabular-nums; }
.rows svg { display: block; width: 100%; height: 1.125rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0 0 0.75rem; padding: 0; list-style: none; font-size: 0.875rem; }
.legend li { display: inline-flex; align-items: center; gap: 0.4375rem; }
.legend svg { width: 0.75rem; height: 0.75rem; flex: none; }
.bar { fill: var(--c-plain); } .hit { fill: transparent; } .few { fill: var(--mark); }
${['answer', 'refuse', 'step-up', 'private-only', 'which', 'unknown', 'throttled', 'several'].map((name) => `.c-${name} { fill: var(--c-${name}); }`).join(' ')}
.hit:hover { fill: var(--hair); }
details { margin: 1rem 0 0; }
summary { display: inline-block; padding: 0.5rem 0; color: var(--link); font-size: 0.9375rem; cursor: pointer; text-decoration: underline; text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.scroll { overflow-x: auto; max-width: 100%; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); }
th, td { padding: 0.375rem 1.25rem 0.375rem 0; border-bottom: 1px solid var(--hair); text-align: left; vertical-align: top; overflow-wrap: normal; }
td { white-space: nowrap; }
td.free { white-space: normal; overflow-wrap: anywhere; min-width: 8rem; }
.wide td { white-space: normal; }
:is(th, td):last-child { padding-right: 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.scroll + p { margin-top: 1rem; }
th { font-weight: 600; }
thead th { border-bottom: 1px solid var(--mark); vertical-align: bottom; }
tbody th { font-weight: 400; white-space: nowrap; }
.wide tbody th { white-space: normal; }
.number { text-align: right; white-space: nowrap; }
tfoot th, tfoot td { border-bottom: 0; border-top: 1px solid var(--mark); font-weight: 600; }
td.none { color: var(--soft); }
.alarm { color: var(--alarm); font-weight: 700; }
pre { margin: 0 0 1rem; padding: 0.75rem 1rem; border: 1px solid var(--rule); border-radius: 0.25rem; background: var(--card); font: 0.8125rem/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font: 0.9em ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
.notes { margin: 0; padding: 0 0 0 1.25rem; max-width: 68ch; font-size: 0.9375rem; }
.notes li { margin: 0 0 0.5rem; }
@media (max-width: 56rem) { section { grid-template-columns: minmax(0, 1fr); gap: 1.25rem; } }
@media (max-width: 36rem) { .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 1.25rem; } section { margin-top: 2.25rem; } .rows li { grid-template-columns: minmax(0, 1fr) auto; padding: 0.5rem 0; } .rows svg { grid-column: 1 / -1; grid-row: 2; height: 1rem; margin-top: 0.25rem; } .strip svg { height: 3rem; } .lines thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } .lines, .lines tbody, .lines tr { display: block; } .lines tr { padding: 0.625rem 0; border-bottom: 1px solid var(--rule); } .lines :is(th, td) { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: 0 0.75rem; padding: 0.125rem 0; border: 0; text-align: left; white-space: normal; } .lines th { font-weight: 600; } .lines :is(th, td)::before { content: attr(data-what); color: var(--soft); font-weight: 400; } .lines td.none { display: none; } summary { padding: 0.75rem 0; } .contents a { padding: 0.625rem 0; } }
@media (forced-colors: active) { .bar, .few, [class^="c-"] { forced-color-adjust: none; } }
@media print { @page { size: A4; margin: 16mm 15mm; } :root { --paper: #ffffff; } body { font-size: 9.5pt; } .page { max-width: none; padding: 0; } section { grid-template-columns: minmax(0, 1fr); gap: 0.75rem; margin-top: 1.5rem; } h2, h3, .strip, .rows li, tr, .record, .figures div { break-inside: avoid; } h2, h3, summary, caption { break-after: avoid; } summary { color: var(--soft); text-decoration: none; list-style: none; } details::details-content { content-visibility: visible; block-size: auto; } .scroll { overflow: visible; } .contents { display: none; } a { color: inherit; text-decoration: none; } table { font-size: 7pt; } th, td, tbody th, .number { padding: 0.2rem 0.4rem 0.2rem 0; white-space: normal; overflow-wrap: anywhere; } }
`;

/** As a source of `style-src`. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
