import { expect, it } from '@jest/globals';
import { SottoError } from '../../src/core/errors.ts';
import { createStopping } from '../../src/main/stopping.ts';

const stopping = (o: { readonly failing?: string } = {}) => {
  const done: string[] = [];
  const step = (name: string) => async (): Promise<void> => {
    // What is begun first may end last.
    await new Promise((resolve) => setTimeout(resolve, name === 'answering' ? 20 : 1));
    if (name === o.failing) throw new SottoError('audit-unavailable', 'The disk is gone.');
    done.push(name);
  };
  const one = (name: string) => ({ close: step(name), stop: step(name) });
  const stop = createStopping({
    control: one('control'),
    server: one('server'),
    answering: one('answering'),
    expiring: one('expiring'),
    background: one('background'),
    lapsing: one('lapsing'),
    purging: one('purging'),
    backups: one('backups'),
    platforms: { shut: step('shut'), stop: step('platforms') },
    resealing: one('resealing'),
    watching: one('watching'),
    rejections: one('rejections'),
    recording: one('recording'),
    probing: { settled: step('probing') },
    surprises: { settled: step('surprises') },
    owed: { paid: step('owed') },
    runNotes: { stopped: (how) => step(how)() },
    opened: { add: () => undefined, closeAll: step('closed') },
    log: { info: (event) => void done.push(event), warn: () => undefined, error: () => undefined },
  });
  return { stop, done };
};

const AT_ONCE = ['answering', 'background', 'backups', 'expiring', 'lapsing', 'platforms', 'purging', 'resealing'];

it('takes nothing more first, watches until what was begun has ended, and is on record before the rest is let go of', async () => {
  const { stop, done } = stopping();
  await Promise.all([stop(), stop()]);
  await stop();
  expect(done[0]).toBe('control');
  expect(done.slice(1, 3).toSorted()).toEqual(['server', 'shut']);
  expect(done.slice(3, 11).toSorted()).toEqual(AT_ONCE);
  expect(done.slice(11)).toEqual([
    'recording',
    'probing',
    'surprises',
    'watching',
    'rejections',
    'owed',
    'asked',
    'closed',
    'stopped',
  ]);
});

it('lets go of everything although a part does not stop, and says so to whoever stopped it', async () => {
  const { stop, done } = stopping({ failing: 'server' });
  await expect(stop()).rejects.toMatchObject({ code: 'audit-unavailable' });
  // What was begun beside it may still end.
  expect(done.filter((each) => each !== 'shut')).toEqual(['control', 'closed']);
});
