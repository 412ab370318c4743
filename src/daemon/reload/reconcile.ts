import { RetryGate } from "../../base/retry-gate.ts";
import type { Report } from "../report/events.ts";
import { type Refusal, refusalOf } from "./attempt.ts";
import { type ConfigChanges, configChanges, type PreparedConfig } from "./config-changes.ts";
import { inForce } from "./in-force.ts";

export interface ReconcilerSettings {
  /** The first config. */
  inForce: PreparedConfig;
  /** Applies the changes as far as possible; returns the refused parts. */
  apply: (changes: ConfigChanges, before: PreparedConfig, next: PreparedConfig) => Promise<Refusal[]>;
  /** Does one thing after the other. */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  report: Report;
  retry?: { firstMs: number; longestMs: number };
}

const RETRY = { firstMs: 1000, longestMs: 60_000 };

/** Applies a config part by part. A refused part keeps running unchanged and is retried for as long as it is wanted. */
export class Reconciler {
  readonly #settings: ReconcilerSettings;
  readonly #gate: RetryGate;
  #inForce: PreparedConfig;
  #wanted: PreparedConfig;
  #timer: NodeJS.Timeout | undefined;
  /** By part, those that were reported. */
  #refused = new Map<string, Refusal>();
  #isClosed = false;

  constructor(settings: ReconcilerSettings) {
    this.#settings = settings;
    this.#gate = new RetryGate({ ...(settings.retry ?? RETRY), jitter: 0.5 });
    this.#inForce = settings.inForce;
    this.#wanted = settings.inForce;
  }

  /** What runs: the config that was taken, without its refused parts. */
  get inForce(): PreparedConfig {
    return this.#inForce;
  }

  /** What is to run, refused parts included. */
  get wanted(): PreparedConfig {
    return this.#wanted;
  }

  /** Parts are wanted that do not run yet. */
  get isBehind(): boolean {
    return this.#refused.size > 0;
  }

  get refusals(): readonly Refusal[] {
    return [...this.#refused.values()];
  }

  /** Parts that do not run as they should yet, each with the reason. */
  get refused(): ReadonlyMap<string, string> {
    return new Map(this.refusals.map(({ part, message }) => [part, message]));
  }

  /** False, and nothing is touched, when it takes a daemon that is reopened. */
  want(next: PreparedConfig): Promise<boolean> {
    return this.#settings.inTurn(async () => {
      if (this.#isClosed) return false;
      const changes = configChanges(this.#inForce, next);
      if (changes.restart.length > 0) {
        this.#settings.report({ type: "config_needs_restart", keys: changes.restart });
        return false;
      }
      this.#wanted = next;
      this.#gate.succeeded();
      this.#refused.clear();
      await this.#reconcile(changes, false);
      return true;
    });
  }

  /** Parts of the first config that could not be opened with the rest. */
  begin(refusals: readonly Refusal[], none: PreparedConfig): void {
    this.#inForce = inForce(none, this.#wanted, refusals);
    this.#note(refusals);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #retry(): Promise<void> {
    if (this.#isClosed) return;
    const changes = configChanges(this.#inForce, this.#wanted);
    await this.#reconcile(changes, true).catch((error) => this.#note([refusalOf("config", error, "CONFIG_APPLY")]));
  }

  async #reconcile(changes: ConfigChanges, isRetry: boolean): Promise<void> {
    const before = this.#inForce;
    const refusals = await this.#settings.apply(changes, before, this.#wanted);
    this.#inForce = inForce(before, this.#wanted, refusals);
    const refused = refusals.map(({ part }) => part);
    const taken = takenOf(changes, refused);
    const isAny = Object.values(taken).some((ids) => ids.length > 0);
    if (isAny || !isRetry) this.#settings.report({ type: "config_applied", ...taken, refused });
    this.#note(refusals);
  }

  /** The same refusal is reported once. */
  #note(refusals: readonly Refusal[]): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const known = this.#refused;
    this.#refused = new Map(refusals.map((refusal) => [refusal.part, refusal]));
    if (refusals.length === 0) return;
    const nextRetryMs = this.#gate.failed();
    for (const { part, code, message } of refusals) {
      if (known.get(part)?.message === message) continue;
      this.#settings.report({ type: "change_refused", what: part, code, message, nextRetryMs });
    }
    this.#timer = setTimeout(() => void this.#settings.inTurn(() => this.#retry()), nextRetryMs);
  }
}

/** What was done of the changes. */
function takenOf({ pipelines, cameras, ...keys }: ConfigChanges, refused: readonly string[]) {
  const ran = (ids: readonly string[]) => ids.filter((id) => !refused.includes(`pipelines.${id}`));
  const reopened = ran(pipelines.reopened);
  const ofCameras = [...cameras].filter(([id]) => !reopened.includes(id)).map(([, change]) => change);
  return {
    added: ran(pipelines.added),
    removed: pipelines.removed,
    reopened,
    swapped: ran(pipelines.swapped),
    cameras: ofCameras.flatMap(({ added, removed, changed }) => [...added, ...removed, ...changed]),
    keys: [
      ...(refused.includes("mqtt") ? [] : keys.broker),
      ...(refused.includes("http") ? [] : keys.page),
      ...keys.statistics,
      ...keys.host,
      ...keys.video,
      ...keys.outside,
    ],
  };
}
