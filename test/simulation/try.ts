import { runSeed, START } from './run.ts';
import { printed } from './history.ts';
const seed = Number(process.argv[2] ?? 1);
const count = Number(process.argv[3] ?? 1);
if (count === 1) { const r = await runSeed(seed); console.log(printed(r.lines, START)); console.log(r.happened); }
else {
  const t0 = performance.now(); let ev = 0, lines = 0; let worst = 0, worstSeed = 0;
  const kinds: Record<string, number> = {};
  for (let s = seed; s < seed + count; s++) { const a = performance.now(); const r = await runSeed(s); const d = performance.now() - a; if (d > worst) { worst = d; worstSeed = s; } ev += r.happened; lines += r.lines.length;
   for (const l of r.lines) { const k = l.kind === 'settled' ? `settled ${l.end}` : l.kind === 'recorded' && l.entry.kind === 'decision' ? `decision ${l.entry.verdict}` : l.kind === 'shown' ? `shown ${l.sight}` : l.kind; kinds[k] = (kinds[k] ?? 0) + 1; } }
  console.log(kinds); console.log('cpu', (process.cpuUsage().user + process.cpuUsage().system) / 1000 / count); console.log((performance.now() - t0) / count, 'ms/seed', ev / count, 'events', lines / count, 'lines; worst', worst, worstSeed);
}
