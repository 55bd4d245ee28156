import { describe, expect, it } from '@jest/globals';
import type { Backend, Written } from '../../src/core/ports.ts';

/** How the system under test knows one write from another: by a key that it does once, by being looked at, or not at all. */
export type Again = 'key' | 'look' | 'never';

/**
 * What the next write meets: `lost`: it is done, and the reply never comes. `lost-before`: it never comes, and nothing is done. `reset`: it
 * is done and the connection breaks. `500-done`, `500`: a fault within the system, after and before it was done. A status: that, and
 * nothing is done. `gone`: nothing listens there.
 */
export type WriteFault = 'lost' | 'lost-before' | 'reset' | '500-done' | '500' | 'gone' | 'unreadable' | number;

/** A backend under test with one write, `x.write`, which takes a text `title` and gives `number` and the result `id`. */
export interface WriteStage {
  readonly backend: Backend;
  /** Once. */
  readonly fail: (fault: WriteFault) => void;
  /** Keys of what was really done, once for each time. */
  readonly done: () => readonly string[];
  /** Requests for a write that arrived. */
  readonly asked: () => number;
}

/** What every backend that writes promises the core. */
export const backendWriteContract = (
  name: string,
  kinds: readonly Again[],
  make: (again: Again) => Promise<WriteStage>,
): void => {
  let nth = 0;
  const writing = async (
    { backend }: WriteStage,
    o: { key?: string; again?: boolean; operation?: string; title?: string } = {},
  ): Promise<Written> => {
    if (backend.write === undefined) throw new Error('This backend writes nothing.');
    return backend.write({
      operation: o.operation ?? 'x.write',
      subject: 'evan',
      asker: 'evan',
      id: 'question-1',
      key: o.key ?? `key-${++nth}`,
      words: { title: o.title ?? 'My screen "is" broken\nsince {today} & <now>' },
      again: o.again ?? false,
    });
  };

  describe(`${name} keeps the promises of a backend that writes`, () => {
    it.each(kinds)('does it once, with what the system says of it (%s)', async (again) => {
      const stage = await make(again);
      expect(stage.backend.operation('x.write')).toMatchObject({ writes: { again } });
      const written = await writing(stage, { key: 'key-a' });
      expect(written).toEqual({
        ok: true,
        record: { subject: 'evan', fields: { number: { type: 'text', value: 'N-1' } } },
        result: { id: 'id-1' },
      });
      expect([stage.done(), stage.asked()]).toEqual([['key-a'], 1]);
    });

    it.each(kinds)('is done also where nothing can be read of the reply (%s)', async (again) => {
      const stage = await make(again);
      stage.fail('unreadable');
      expect(await writing(stage, { key: 'key-b' })).toEqual({ ok: true, record: null, result: {} });
      expect([stage.done(), stage.asked()]).toEqual([['key-b'], 1]);
    });

    it.each(kinds)('is not done where the system says so, and is not tried again (%s)', async (again) => {
      for (const status of [400, 401, 403, 404, 405, 410, 413, 415, 422, 423, 429, 501] as const) {
        const stage = await make(again);
        stage.fail(status);
        const written = await writing(stage);
        expect([status, written.ok]).toEqual([status, false]);
        expect([status, !written.ok && written.code]).not.toEqual([status, 'doubt']);
        expect([status, stage.done(), stage.asked()]).toEqual([status, [], 1]);
      }
    });

    it.each(kinds)('is not done where nothing was sent (%s)', async (again) => {
      const stage = await make(again);
      stage.fail('gone');
      expect(await writing(stage)).toEqual({ ok: false, code: 'unreachable' });
      expect(stage.done()).toEqual([]);
    });

    it.each(kinds)(
      'never says that it was not done where it may have been, and never does it twice (%s)',
      async (again) => {
        const faults: readonly WriteFault[] = [
          'lost',
          'lost-before',
          'reset',
          '500-done',
          '500',
          408,
          502,
          504,
          302,
          207,
        ];
        for (const fault of faults) {
          const stage = await make(again);
          stage.fail(fault);
          const written = await writing(stage, { key: 'key-c' });
          expect([fault, written.ok || written.code === 'doubt']).toEqual([fault, true]);
          expect([fault, stage.done().length <= 1]).toEqual([fault, true]);
          if (written.ok) expect([fault, stage.done()]).toEqual([fault, ['key-c']]);
        }
      },
    );

    it.each(kinds)(
      'is done once however often it is tried under one key, each time told as it is (%s)',
      async (again) => {
        for (const fault of ['lost', 'reset', '500-done', '500'] as const) {
          const stage = await make(again);
          stage.fail(fault);
          let written = await writing(stage, { key: 'key-d' });
          for (let more = 0; more < 3; more++) {
            written = await writing(stage, { key: 'key-d', again: true });
            expect([fault, written.ok || written.code === 'doubt']).toEqual([fault, true]);
            expect([fault, stage.done().length <= 1]).toEqual([fault, true]);
          }
          if (again === 'never') expect([fault, written]).toEqual([fault, { ok: false, code: 'doubt' }]);
          else expect([fault, written.ok, stage.done()]).toEqual([fault, true, ['key-d']]);
        }
      },
    );

    it.each(kinds)(
      'takes a conflict for a refusal only where it is known that nothing was done (%s)',
      async (again) => {
        const stage = await make(again);
        await writing(stage, { key: 'key-g' });
        stage.fail(409);
        const written = await writing(stage, { key: 'key-g' });
        if (again === 'never') expect(written).toEqual({ ok: false, code: 'refused' });
        else expect(written).toMatchObject({ ok: true, result: { id: 'id-1' } });
        const other = await make(again);
        other.fail(409);
        other.fail(409);
        const refused = await writing(other, { key: 'key-h' });
        expect(refused).toEqual({ ok: false, code: again === 'key' ? 'doubt' : 'refused' });
        expect([stage.done(), other.done()]).toEqual([['key-g'], []]);
      },
    );

    it.each(kinds)('leaves the doubt of an earlier try where this one comes to nothing (%s)', async (again) => {
      const stage = await make(again);
      stage.fail('gone');
      expect(await writing(stage, { key: 'key-e', again: true })).toEqual({ ok: false, code: 'doubt' });
    });

    it.each(kinds)('sends what the person wrote as one text, whatever stands in it (%s)', async (again) => {
      const stage = await make(again);
      const title = '","key":"other","x":"\u0000\u202E </script> {key}\n';
      expect(await writing(stage, { key: 'key-f', title })).toMatchObject({ ok: true });
      expect(stage.done()).toEqual(['key-f']);
    });

    it.each(kinds)('reads by no write and writes by no read (%s)', async (again) => {
      const stage = await make(again);
      const ids = { subject: 'evan', asker: 'evan', id: 'q' };
      expect(await stage.backend.fetch({ operation: 'x.write', ...ids })).toMatchObject({ ok: false });
      expect(await writing(stage, { operation: 'x.read' })).toMatchObject({ ok: false });
      expect(await writing(stage, { operation: 'x.nothing' })).toMatchObject({ ok: false });
      expect([stage.done(), stage.asked()]).toEqual([[], 0]);
    });

    it.each(kinds)('sends nothing under a key that could change a header (%s)', async (again) => {
      const stage = await make(again);
      for (const key of ['a b', 'a\r\nx: y', 'ä', 'x'.repeat(65), ''])
        expect([key, (await writing(stage, { key })).ok]).toEqual([key, false]);
      expect(stage.done()).toEqual([]);
    });
  });
};
