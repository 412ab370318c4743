import { resolve } from "node:path";
import { MillraceError, messageOf } from "../base/errors.ts";
import { RetryGate } from "../base/retry-gate.ts";
import { blot } from "../base/secrets.ts";
import { unlessAborted } from "../base/within.ts";
import type { FfmpegBinary } from "../stream/ffmpeg/ffmpeg-binary.ts";
import { Claims } from "./claim/claims.ts";
import { configuredFfmpeg } from "./config/configured-ffmpeg.ts";
import type { Config } from "./config/schema/config-schema.ts";
import { type Change, type Outcome, refused } from "./control/control.ts";
import { isInForce, settled } from "./control/outcome-of.ts";
import { WantedConfig } from "./control/wanted-config.ts";
import { type Daemon, openDaemon } from "./daemon.ts";
import { startHeartbeat, statusOf } from "./heartbeat.ts";
import { ModelFetcher } from "./models/model-fetcher.ts";
import { configChanges, type PreparedConfig } from "./reload/config-changes.ts";
import { keepKeys } from "./reload/keep-keys.ts";
import { prove } from "./reload/prove.ts";
import { type FileWatch, openFileWatch } from "./reload/watch-files.ts";
import { replace } from "./replace.ts";
import type { Report } from "./report/events.ts";
import { openServeEvents, type ServeEvents } from "./serve-events.ts";
import { ServeLog } from "./serve-log.ts";
import { suspendedIn } from "./supervisor/crash-witness.ts";
import { openServiceManager } from "./supervisor/service-manager.ts";
import { lastCrash } from "./supervisor/supervise.ts";

/** From SIGTERM to exit, give or take the disk. */
const STOP_DEADLINE_MS = 5000;
const RETRY = { firstMs: 1000, longestMs: 60_000 };

/** Runs the daemon of a config file until a signal, or until every file it reads has ended. */
export async function serve(file: string, { isStrict = false }: Partial<ReadSettings> = {}): Promise<void> {
  // A signal that comes while the config is read counts as well.
  const events = openServeEvents();
  const files = openFileWatch(() => events.push("files_changed"));
  try {
    await new Server(file, { events, files, isStrict }).run();
  } catch (error) {
    // A stop during opening is no failure, unless the opening does not end.
    if (!events.stopping.aborted || isStuck(error)) throw error;
  } finally {
    events.close();
    files.close();
  }
}

/** Nothing but a kill ends the process then. */
export function isStuck(error: unknown): boolean {
  return error instanceof MillraceError && error.code === "DAEMON_STUCK";
}

interface ReadSettings {
  /** Warnings about definitions are faults. */
  isStrict: boolean;
}

interface ServerSettings extends ReadSettings {
  events: ServeEvents;
  files: FileWatch;
}

class Server {
  readonly #file: string;
  readonly #events: ServeEvents;
  readonly #files: FileWatch;
  readonly #claims = new Claims();
  readonly #gate = new RetryGate({ ...RETRY, jitter: 0.5 });
  readonly #service = openServiceManager(process.env, (message) =>
    this.#report({ type: "service_not_notified", message }),
  );
  readonly #log = new ServeLog();
  readonly #fetcher = new ModelFetcher({
    report: (event) => this.#report(event),
    fetched: () => this.#events.push("models_fetched"),
  });
  readonly #wanted: WantedConfig;
  readonly #asked: Asked[] = [];
  /** A config whose new start is not possible yet, and why; that is reported once. */
  #awaited: { next: PreparedConfig; message: string } | null = null;
  #retry: NodeJS.Timeout | undefined;
  /** Null while one is opened. */
  #running: Daemon | null = null;
  /** For the first daemon. */
  #ffmpeg: Promise<FfmpegBinary> | null = null;

  constructor(file: string, { events, files, isStrict }: ServerSettings) {
    this.#file = file;
    const wanted = ({ prepared }: PreparedConfig) => this.#fetcher.want(prepared.awaited);
    this.#wanted = new WantedConfig({ file, isStrict, report: this.#report, wanted });
    this.#events = events;
    this.#files = files;
  }

  async run(): Promise<void> {
    const { stopping } = this.#events;
    // ffmpeg is asked while the definitions are compiled.
    const ask = (config: Config) => {
      this.#ffmpeg = configuredFfmpeg(config, stopping);
      // A config with faults has no use for it.
      this.#ffmpeg.catch(() => {});
    };
    const first = await unlessAborted(stopping, this.#wanted.open(ask));
    this.#log.use(first.config);
    tellCrash(this.#report);
    try {
      await this.#serve(first);
    } finally {
      await this.#fetcher.close();
    }
  }

  async #serve(first: PreparedConfig): Promise<void> {
    // What changes from here on is reported.
    await this.#files.follow(filesOf(this.#file, first));
    let daemon = await this.#open(first);
    const still = startHeartbeat({ daemon: () => this.#running, service: this.#service, report: this.#report });
    this.#service.notify("READY=1", `STATUS=${statusOf(daemon.health())}`);
    try {
      for (let next = await this.#untilReplaced(daemon); next !== null; next = await this.#untilReplaced(daemon)) {
        daemon = await this.#replace(daemon, next);
      }
    } catch (error) {
      if (!this.#events.stopping.aborted) throw error;
      this.#report({ type: "daemon_stopping", reason: String(this.#events.stopping.reason) });
    } finally {
      clearTimeout(this.#retry);
      still();
      this.#service.notify("STOPPING=1");
      await daemon.close(STOP_DEADLINE_MS);
      await this.#service.close();
    }
  }

  get #report(): Report {
    return this.#log.report;
  }

  async #open(config: PreparedConfig, pageBefore: Config["http"] = null): Promise<Daemon> {
    this.#running = null;
    const { stopping: signal } = this.#events;
    const configFault = () => this.#wanted.fault ?? this.#awaited?.message ?? null;
    const around = {
      report: this.#report,
      claims: this.#claims,
      control: { change: (change: Change) => this.#ask(change) },
      whyAbsent: (model: string) => this.#fetcher.reason(model),
    };
    const ffmpeg = this.#ffmpeg;
    this.#ffmpeg = null;
    this.#running = await openDaemon({
      ...{ ...config, ...around, pageBefore, signal, configFault },
      ...(ffmpeg === null ? {} : { ffmpeg }),
    });
    return this.#running;
  }

  /** Takes new configs while the daemon runs; gives the one that takes a new start, null when it is to end. */
  async #untilReplaced(daemon: Daemon): Promise<PreparedConfig | null> {
    const ended = daemon.finished.then(() => "every file has ended" as const);
    for (;;) {
      const event = await Promise.race([ended, this.#events.next()]);
      if (event === "retry") {
        if (this.#awaited !== null) return this.#awaited.next;
        continue;
      }
      if (event === "asked") {
        const next = await this.#answer(daemon);
        if (next !== null) return next;
        continue;
      }
      if (event !== "SIGHUP" && event !== "files_changed" && event !== "models_fetched") {
        this.#report({ type: "daemon_stopping", reason: event });
        return null;
      }
      const next = await (event === "models_fetched" ? this.#wanted.withFetched() : this.#reread());
      if ("fault" in next) continue;
      if (!(await this.#takeRead(daemon, next))) return next;
    }
  }

  #takeRead(daemon: Daemon, next: PreparedConfig): Promise<boolean> {
    this.#awaited = null;
    this.#gate.succeeded();
    return this.#take(daemon, next);
  }

  #ask(change: Change): Promise<Outcome> {
    return new Promise((done) => {
      this.#asked.push({ change, done });
      this.#events.push("asked");
    });
  }

  /** Does what commands ask for; gives a config that takes a new start. */
  async #answer(daemon: Daemon): Promise<PreparedConfig | null> {
    for (let asked = this.#asked.shift(); asked !== undefined; asked = this.#asked.shift()) {
      const { change, done } = asked;
      if (change.type !== "reload") {
        const set = change.type === "zone" ? this.#setZone(daemon, change) : this.#set(daemon, change);
        done(await set.catch((error: unknown) => failed(error, this.#events.stopping)));
        continue;
      }
      const next = await this.#reread();
      if ("fault" in next) done(refused("CONFIG", next.fault));
      else if (await this.#takeRead(daemon, next)) done(reloaded(daemon));
      else {
        done({ ok: true, value: { restarts: true } });
        return next;
      }
    }
    return null;
  }

  /** A setting that is refused is taken back; a restart that waits goes on waiting. */
  async #set(daemon: Daemon, change: Exclude<Change, { type: "reload" | "zone" }>): Promise<Outcome> {
    const wish = this.#wanted.set(change);
    if (!("next" in wish)) return wish;
    const next = await this.#apply(daemon, wish.next);
    if (isInForce(change, daemon.inForce, next)) return settled(change, next);
    const why = daemon.refusals.map(({ message }) => message).join("; ");
    await this.#apply(daemon, await wish.undo());
    return refused("COMMAND_REFUSED", why === "" ? "it could not be applied" : why);
  }

  /** A zone that pipelines refuse is taken back. */
  async #setZone(daemon: Daemon, change: Extract<Change, { type: "zone" }>): Promise<Outcome> {
    const before = new Map(daemon.refusals.map(({ part, message }) => [part, message]));
    const wish = await this.#wanted.draw(change);
    if (!("next" in wish)) return wish;
    await this.#apply(daemon, wish.next);
    const refusals = daemon.refusals.filter(({ part, message }) => before.get(part) !== message);
    if (refusals.length === 0) {
      this.#report({ type: "zone_changed", zone: change.id, isDeleted: change.zone === null });
      return { ok: true, value: null };
    }
    await this.#apply(daemon, await wish.undo());
    return refused("COMMAND_REFUSED", refusals.map(({ message }) => message).join("; "));
  }

  /** Without what takes a new start. */
  async #apply(daemon: Daemon, wanted: PreparedConfig): Promise<PreparedConfig> {
    if (this.#awaited !== null) this.#awaited.next = wanted;
    const next = keepKeys(wanted, daemon.inForce, configChanges(daemon.inForce, wanted).restart);
    await this.#take(daemon, next, this.#awaited === null);
    return next;
  }

  /** A faulty config changes nothing: the daemon keeps its present one. */
  async #reread(): Promise<PreparedConfig | { fault: string }> {
    // Changes during the reading trigger another reload.
    await this.#files.mark();
    return this.#wanted.reread();
  }

  /** False when it takes a new start. */
  async #take(daemon: Daemon, next: PreparedConfig, isAll = true): Promise<boolean> {
    if (isAll) clearTimeout(this.#retry);
    await this.#files.follow(filesOf(this.#file, next));
    this.#log.use(next.config);
    return unlessAborted(
      this.#events.stopping,
      daemon.apply(next).catch((error: unknown) => {
        this.#wanted.refuse(messageOf(error));
        return true;
      }),
    );
  }

  async #replace(daemon: Daemon, next: PreparedConfig): Promise<Daemon> {
    const { stopping } = this.#events;
    try {
      const around = { claims: this.#claims, report: this.#report, signal: stopping };
      const claim = await unlessAborted(this.#events.stopping, prove(next, around));
      try {
        this.#awaited = null;
        this.#report({ type: "daemon_stopping", reason: "the config is read again" });
        const opened = await replace({
          ...{ running: daemon, next, report: this.#report, signal: stopping, deadlineMs: STOP_DEADLINE_MS },
          open: (config) => this.#open(config, daemon.inForce.config.http),
        });
        const missing = configChanges(opened.inForce, next).restart;
        // What ran before is back; it takes the rest.
        if (missing.length > 0) await this.#take(opened, keepKeys(next, opened.inForce, missing));
        return opened;
      } finally {
        await claim.release();
      }
    } catch (error) {
      if (stopping.aborted) throw error;
      await this.#refuse(daemon, next, messageOf(error));
      return daemon;
    }
  }

  /** The rest of a config is applied even if the restart is not possible (yet). */
  async #refuse(daemon: Daemon, next: PreparedConfig, message: string): Promise<void> {
    const keys = configChanges(daemon.inForce, next).restart;
    const nextRetryMs = this.#gate.failed();
    const before = this.#awaited;
    this.#awaited = { next, message: blot(message) };
    if (before?.message !== this.#awaited.message) {
      this.#report({ type: "change_refused", what: keys.join(", "), code: "CONFIG_RESTART", message, nextRetryMs });
    }
    if (before === null) await this.#take(daemon, keepKeys(next, daemon.inForce, keys));
    this.#retry = setTimeout(() => this.#events.push("retry"), nextRetryMs);
  }
}

/** A stop ends everything; any other failure is the answer. */
function failed(error: unknown, { aborted }: AbortSignal): Outcome {
  if (aborted) throw error;
  return refused(error instanceof MillraceError ? error.code : "COMMAND_FAILED", messageOf(error));
}

interface Asked {
  change: Change;
  done: (outcome: Outcome) => void;
}

function reloaded({ refusals }: Daemon): Outcome {
  if (refusals.length === 0) return { ok: true, value: { restarts: false } };
  return refused("COMMAND_REFUSED", refusals.map(({ part, message }) => `${part}: ${message}`).join("\n"));
}

/** How the daemon of the process before ended, when it did not end as it should. */
function tellCrash(report: Report): void {
  const crash = lastCrash(process.env);
  if (crash !== null) report({ type: "daemon_crashed", ...crash });
  for (const code of suspendedIn(process.env)) report({ type: "code_left_alone", ...code });
}

/** Files whose change triggers a reload; none where only a signal does. */
function filesOf(file: string, { config: { reload, pipelines, mqtt }, prepared }: PreparedConfig): string[] {
  if (reload === "on_signal") return [];
  const certificates = [mqtt?.ca_file, mqtt?.cert_file, mqtt?.key_file].filter((path) => path !== undefined);
  const code = prepared.pipelines.flatMap(({ codeFiles }) => codeFiles);
  return [resolve(file), ...Object.values(pipelines).map(({ workflow }) => workflow), ...code, ...certificates];
}
