import { Console } from "node:console";
import { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import { plainConsole } from "./plain-console.ts";
import { plainTimers } from "./plain-timers.ts";

/**
 * Takes away what code of a block has no business with. No wall, only tidiness: the process is what shuts it in. A
 * context of its own would hide more, but then lists and typed arrays that come in were not of the code's own classes.
 */
export function hideHost(): void {
  const { process } = globalThis;
  for (const name of POWERS) Reflect.deleteProperty(process, name);
  // A getter on the prototype of all objects would be handed the process by whatever Node looks for in it and does not find.
  Object.setPrototypeOf(EventEmitter.prototype, null);
  for (const name of HIDDEN) Reflect.deleteProperty(globalThis, name);
  const console = plainConsole(new Console({ stdout: NOWHERE }));
  for (const [name, value] of Object.entries({ ...plainTimers(), console })) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
  }
}

const NOWHERE = new Writable({ write: (_chunk, _encoding, done) => done() });

/** Ways into Node that are disabled in case code reaches `process`. */
const POWERS = [
  ...["binding", "_linkedBinding", "getBuiltinModule", "mainModule", "dlopen", "kill", "_kill", "abort", "report"],
  ...["_debugProcess", "_debugEnd", "_startProfilerIdleNotifier", "chdir", "setUncaughtExceptionCaptureCallback"],
];

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
  "MessageChannel",
  "MessagePort",
  "MessageEvent",
  "CompressionStream",
  "DecompressionStream",
  "PerformanceObserver",
  "PerformanceObserverEntryList",
  "navigator",
];
