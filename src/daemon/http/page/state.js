import { signIn } from "./session.js";

// Asks the daemon how things are, every two seconds while the page is seen; nothing runs there otherwise.

const EVERY_MS = 2000;
const PATIENCE_MS = 8000;

const listeners = new Set();
let last = null;
let timer;
let asking = null;

/** `listener(view)` now, where something is known, and at every change; gives what ends that. */
export function watch(listener) {
  listeners.add(listener);
  if (last !== null) listener(last);
  return () => listeners.delete(listener);
}

/** `{ state, at, error, rates }`: the last answer and when it came, and why the last question was not answered. */
async function ask() {
  clearTimeout(timer);
  if (document.hidden || asking !== null) return;
  asking = new AbortController();
  const late = setTimeout(() => asking?.abort(), PATIENCE_MS);
  try {
    const response = await fetch("/api/state", { signal: asking.signal });
    if (response.status === 401) askForToken();
    if (!response.ok) throw new Error(response.status === 401 ? NEEDS : (await response.text()).slice(0, 300));
    const state = await response.json();
    const at = performance.now();
    last = { state, at, error: null, rates: rates(state, at) };
  } catch (error) {
    const message = error.name === "AbortError" || error instanceof TypeError ? "it does not answer" : error.message;
    last = { ...(last ?? { state: null, at: null, rates: new Map() }), error: message };
  } finally {
    clearTimeout(late);
    asking = null;
  }
  for (const listener of listeners) listener(last);
  if (!document.hidden) timer = setTimeout(ask, EVERY_MS);
}

const NEEDS = "it asks for a token";
let isAsked = false;

/** Once: who gives up has a button. */
function askForToken() {
  if (isAsked) return;
  isAsked = true;
  void signIn();
}

/** Counts of each camera at the last questions, for rates over about ten seconds. */
let seen = [];
const SEEN = 6;

function rates(state, at) {
  const counts = new Map(
    state.cameras.map(({ id, decoded, published, dropped }) => {
      const lost = Object.values(dropped).reduce((sum, number) => sum + number, 0);
      return [id, { decoded, published, lost }];
    }),
  );
  const first = seen[0];
  // A daemon that was started again counts from the beginning.
  const isAgain = first !== undefined && state.uptime_s < first.uptime;
  if (isAgain) seen = [];
  seen = [...seen.slice(-SEEN + 1), { at, counts, uptime: state.uptime_s }];
  const before = seen[0];
  const seconds = (at - before.at) / 1000;
  const found = new Map();
  for (const [id, now] of counts) {
    const then = before.counts.get(id);
    if (seconds < 1 || then === undefined) continue;
    const rate = (name) => (now[name] - then[name]) / seconds;
    found.set(id, { in: rate("decoded"), out: rate("published"), lost: rate("lost") });
  }
  return found;
}

document.addEventListener("visibilitychange", () => {
  seen = [];
  void ask();
});
void ask();
