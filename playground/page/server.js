/** Talks to the playground. Every failure is one of a few words; nothing of what was said is kept here. */

const call = async (path, init) => {
  let response;
  try {
    response = await fetch(path, init);
  } catch {
    return { ok: false, fault: 'offline' };
  }
  if (response.status === 413) return { ok: false, fault: 'too-large' };
  if (!response.ok) return { ok: false, fault: 'failed' };
  return { ok: true, value: await response.json() };
};

export const get = (path, query = {}) => call(`${path}?${new URLSearchParams(query)}`);

export const post = (path, body) =>
  call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/**
 * Tells whenever something changed for a person, and whether the line stands. A hidden page lets go of its line, because
 * a browser allows only a few to one server; it looks again when it is seen.
 * @returns {{watch: (person: string) => void}}
 */
export const changes = ({ onChange, onLine }) => {
  let person = null;
  let source = null;
  let again;

  const close = () => {
    clearTimeout(again);
    source?.close();
    source = null;
  };
  const open = () => {
    close();
    if (person === null || document.hidden) return;
    source = new EventSource(`/api/changes?${new URLSearchParams({ person })}`);
    source.addEventListener('open', () => {
      onLine(true);
      onChange();
    });
    source.addEventListener('change', onChange);
    source.addEventListener('error', () => {
      onLine(false);
      // The browser tries again by itself unless it was refused.
      if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, 3_000);
    });
  };
  document.addEventListener('visibilitychange', open);
  return {
    watch: (id) => {
      if (id === person) return;
      person = id;
      open();
    },
  };
};
