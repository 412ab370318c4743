import { isDeepStrictEqual } from "node:util";
import type { Config } from "./config/schema/config-schema.ts";
import { blotEvent } from "./report/blot-event.ts";
import type { Report } from "./report/events.ts";
import { openLog } from "./report/log.ts";
import { openLogSink } from "./supervisor/log-sink.ts";

/** The log of a daemon on standard error, whose settings may change while it runs. */
export class ServeLog {
  readonly #sink = openLogSink(process.stderr, (lines) => this.report({ type: "log_left_out", lines }));
  #log: Report = () => {};
  #settings: Config["log"] | null = null;

  readonly report: Report = (event) => this.#log(blotEvent(event));

  use({ log }: Config): void {
    if (isDeepStrictEqual(log, this.#settings)) return;
    this.#settings = log;
    this.#log = openLog({
      level: log.level,
      format: formatOf(log),
      write: (line) => this.#sink.write(line),
      isColoured: hasColours(),
    });
  }
}

function hasColours(): boolean {
  return process.stderr.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
}

function formatOf({ format }: Config["log"]): "json" | "text" {
  if (format !== "auto") return format;
  return process.stderr.isTTY ? "text" : "json";
}
