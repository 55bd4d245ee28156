import { runSeed } from './run.ts';
import { check } from './checker/checker.ts';
import { BUGS } from './planted.ts';
const most = Number(process.argv[2] ?? 60);
for (const bug of BUGS) { let caught = 0, first = 0, what = '', t = performance.now(); const proms = new Set<number>();
  for (let s = 1; s <= most; s++) { const f = check((await runSeed(s, bug)).lines); if (f[0]) { caught++; proms.add(f[0].promise); if (!first) { first = s; what = `${f[0].promise} ${f[0].what}`; } } }
  console.log(bug.name, '| first', first, '| caught', caught, '/', most, '|', [...proms].join(), '|', what, ((performance.now() - t) / most).toFixed(1)); }
