import { runSeed, START } from './run.ts';
import { printed } from './history.ts';
import { check } from './checker/checker.ts';
const seed = Number(process.argv[2] ?? 1);
const r = await runSeed(seed); const f = check(r.lines);
for (const x of f) { console.log((x.at - START) / 1000, x.promise, x.what); const id = x.what.split(' ')[0]!; const refs = new Set<string>();
 for (const l of r.lines) if (l.kind === 'held' && l.id === id) refs.add([l.ref.platform, l.ref.tenant, l.ref.channel, l.ref.id].join('|'));
 const keys = new Set(r.lines.flatMap((l) => l.kind === 'committed' && l.id === id ? [l.key] : []));
 console.log(printed(r.lines.filter((l) => ['fault', 'crashed', 'started'].includes(l.kind) || JSON.stringify(l).includes(`"${id}"`) || [...refs].some((q) => JSON.stringify(l).includes(`"${q}"`)) || (l.kind === 'shown' && keys.has(l.key ?? ''))), START).split('\n').map((l) => l.slice(0, 170)).join('\n')); }
