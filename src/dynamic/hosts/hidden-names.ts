/**
 * Takes away what code of a block has no business with. No wall, only tidiness: the process is what shuts it in. A
 * context of its own would hide more, but then lists and typed arrays that come in were not of the code's own classes.
 */
export function hideHost(): void {
  for (const name of HIDDEN) Reflect.deleteProperty(globalThis, name);
}

const HIDDEN = [
  "process",
  "fetch",
  "Request",
  "Response",
  "Headers",
  "FormData",
  "WebSocket",
  "EventSource",
  "BroadcastChannel",
  "navigator",
];
