/** `sotto doctor --live`: begun over the control socket and asked for until it is over, since it takes longer than a request may. */
import type { ControlResponse, ControlRoute } from '../adapters/control/server.ts';
import { runLive } from '../core/live/live.ts';
import type { LiveReport } from '../core/live/types.ts';
import type { World } from '../core/world.ts';

/** What came of it can be asked for so long, ms. */
const KEPT_MS = 10 * 60_000;

/** A person's id of the directory: printable, without spaces. */
const PERSON = /^[\x21-\x7e]{1,256}$/;

interface Job {
  readonly id: string;
  /** Null: it goes on. */
  report: LiveReport | null;
  /** When it was over, ms since the epoch; null: it goes on. */
  endedAt: number | null;
}

const refused = (status: number, error: string): ControlResponse => ({ status, body: { error } });

const personIn = (body: unknown): string | null => {
  const person: unknown = typeof body === 'object' && body !== null && 'person' in body ? body.person : null;
  return typeof person === 'string' && PERSON.test(person) ? person : null;
};

/** One at a time in this process; of what was done the last one is kept. */
export const liveRoutes = (world: World): readonly ControlRoute[] => {
  let job: Job | null = null;

  const begin = (person: string): ControlResponse => {
    if (job !== null && job.report === null)
      return refused(409, 'One is under way already. Wait until it is over, two minutes at most.');
    const own: Job = { id: world.random.id(), report: null, endedAt: null };
    job = own;
    void runLive(world, { person }).then((report) => {
      own.report = report;
      own.endedAt = world.clock.now();
    });
    return { status: 202, body: { id: own.id } };
  };

  return [
    {
      method: 'POST',
      path: '/live',
      handle: async ({ body }) => {
        const person = personIn(body);
        return person === null
          ? refused(400, 'A person is named by their id in the directory: 1 to 256 printable characters, no spaces.')
          : begin(person);
      },
    },
    {
      method: 'GET',
      path: '/live/',
      handle: async ({ rest }) => {
        if (job === null || job.id !== rest || (job.endedAt ?? Infinity) + KEPT_MS < world.clock.now())
          return refused(404, 'There is no such run (any more).');
        return { status: 200, body: { report: job.report } };
      },
    },
  ];
};
