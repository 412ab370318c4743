import { shedText } from "../host/shed-text.ts";
import { line, words } from "./line.ts";

/** Log lines of the machine that the daemon runs on. */
export const HOST_WORDS = words({
  host_strained: ({ what, message }) => line("warn", `${what}: ${message}`, hostKey(what)),
  host_relieved: ({ what, afterMs }) => ({
    ...line("info", `${what}: there is enough room again after ${(afterMs / 1000).toFixed(0)} s`),
    heals: hostKey(what),
  }),
  load_shed: ({ camera, share, before, cause }) =>
    line(share < before ? "warn" : "info", `camera ${camera}: ${shedText(share, cause)}`, `shed ${camera} ${share}`),
  power_mode_changed: ({ from, to }) => line("info", `the power mode is ${to}; it was ${from}`, "power mode"),
});

function hostKey(what: string): string {
  return `host ${what} `;
}
