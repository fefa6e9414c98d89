// The feed of changes: server-sent events that lose nothing, over broken lines, restarts and hidden tabs.

/**
 * Follow the feed after number `after`. `query` names what to follow (who=…, wire=1), `on` gives a handler for each
 * kind of event: on.entry({user, data}) …; on.line(true|false) tells whether the line is up. Returns {stop()}.
 */
export function follow(query, after, on) {
  let last = after;
  let stream = null;
  let timer = 0;

  const open = () => {
    clearTimeout(timer);
    stream = new EventSource(`/live?${query}&after=${last}`);
    stream.onopen = () => on.line?.(true);
    stream.onerror = () => {
      on.line?.(false);
      if (stream.readyState === EventSource.CLOSED) timer = setTimeout(open, 1000);
    };
    for (const kind of ["entry", "members", "menu", "printed", "reset", "wire"]) {
      stream.addEventListener(kind, (event) => {
        last = Number(event.lastEventId);
        on[kind]?.(JSON.parse(event.data));
      });
    }
  };

  // A browser allows six open lines to one host: a tab nobody looks at gives its line back and catches up later.
  const look = () => {
    clearTimeout(timer);
    stream?.close();
    if (document.visibilityState === "visible") open();
  };

  document.addEventListener("visibilitychange", look);
  open();
  return {
    stop() {
      document.removeEventListener("visibilitychange", look);
      clearTimeout(timer);
      stream.close();
    },
  };
}

/** POST JSON to the control API; gives {ok, status, answer}, and never throws for a broken line. */
export async function post(path, body) {
  try {
    const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    return { ok: response.ok, status: response.status, answer: await response.json() };
  } catch {
    return { ok: false, status: 0, answer: { error: "沙盒没有回应，可能已经停止" } };
  }
}

/** GET JSON; null when it is not there or the line is broken. */
export async function get(path) {
  try {
    const response = await fetch(path);
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
