import { runSeed, START } from './run.ts';
import { check } from './checker/checker.ts';
const seed = Number(process.argv[2] ?? 1), count = Number(process.argv[3] ?? 1);
const by: Record<string, number[]> = {}; let c = 0;
for (let s = seed; s < seed + count; s++) { const r = await runSeed(s); const a = performance.now(); const f = check(r.lines); c += performance.now() - a; for (const x of f) { const k = `${x.promise} ${x.what.replace(/(slack|teams)[|:\w-]*|press:\d+/g, '#').replace(/\d+/g, 'N')}`; (by[k] ??= []).push(s); } }
for (const [k, v] of Object.entries(by)) console.log(v.length, k, [...new Set(v)].slice(0, 8).join(' '));
console.log('check ms', c / count);
