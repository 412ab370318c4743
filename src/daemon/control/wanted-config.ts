import { messageOf, UserError } from "../../base/errors.ts";
import { blot } from "../../base/secrets.ts";
import type { Config } from "../config/schema/config-schema.ts";
import { loadConfig } from "../prepare/load-config.ts";
import { prepare } from "../prepare/prepare.ts";
import type { PreparedConfig } from "../reload/config-changes.ts";
import type { Report } from "../report/events.ts";
import { DrawnZones } from "../zones/drawn-zones.ts";
import { type Change, type Refused, refused } from "./control.ts";
import { faulty } from "./outcome-of.ts";
import { Overrides } from "./overrides.ts";
import { whyNot, withDrawn } from "./set-zone.ts";

export interface WantedConfigSettings {
  file: string;
  /** Warnings about definitions are faults. */
  isStrict: boolean;
  report: Report;
  /** Gets each config that is to be taken, as it was read. */
  wanted: (read: PreparedConfig) => void;
}

/** What the daemon is to run by: the file as it was read last, over it what commands have set and what was drawn. */
export class WantedConfig {
  readonly #settings: WantedConfigSettings;
  readonly #zones = new DrawnZones();
  #overrides = new Overrides();
  #read: PreparedConfig | null = null;
  #fault: string | null = null;

  constructor(settings: WantedConfigSettings) {
    this.#settings = settings;
  }

  /** Why the last reading of the file changed nothing. */
  get fault(): string | null {
    return this.#fault;
  }

  /** Reads the file for the first time, with what was set in earlier runs; `read` gets the config before it is checked in full. */
  async open(read?: (config: Config) => void): Promise<PreparedConfig> {
    const found = await this.#load(read);
    this.#overrides = Overrides.open(found.config.state_dir);
    return this.#want(found);
  }

  /** A faulty file changes nothing. */
  async reread(): Promise<PreparedConfig | { fault: string }> {
    return this.#unlessFaulty(async () => {
      const found = await this.#load();
      this.#fault = null;
      return found;
    });
  }

  /** The config that was read last, with models that have come since. */
  async withFetched(): Promise<PreparedConfig | { fault: string }> {
    const { file, isStrict } = this.#settings;
    const config = this.#read?.config;
    if (config === undefined) return { fault: UNREAD.message };
    const drawn = this.#zones.now;
    return this.#unlessFaulty(async () => ({ config, prepared: await prepare(config, file, { isStrict, drawn }) }));
  }

  /** Sets what a command asks for; gives the config with it, and what takes it back. */
  set(change: Exclude<Change, { type: "reload" | "zone" }>): Wish | Refused {
    const before = this.#read;
    if (before === null) return UNREAD;
    const noted = this.#overrides.note(change, before);
    if ("issues" in noted) return faulty(noted.issues);
    const undo = async () => {
      noted.undo();
      return this.#want(before);
    };
    return { next: this.#want(before), undo };
  }

  /** Draws a zone or deletes it, once it is on the disk; the same as `set`. */
  async draw(change: Extract<Change, { type: "zone" }>): Promise<Wish | Refused> {
    const before = this.#read;
    if (before === null) return UNREAD;
    const drawn = this.#zones.with(change.id, change.zone);
    const why = whyNot(change, this.#overrides.applyTo(before).next, drawn);
    if (why !== null) return why;
    const takeBack = await this.#zones.take(drawn);
    const undo = async () => {
      await takeBack();
      return this.#want(before);
    };
    return { next: this.#want(withDrawn(before, drawn)), undo };
  }

  /** What was read cannot be taken. */
  refuse(message: string): void {
    this.#fault = blot(message);
    this.#settings.report({ type: "config_refused", file: this.#settings.file, message });
  }

  #load(read?: (config: Config) => void): Promise<PreparedConfig> {
    const { file, isStrict } = this.#settings;
    const drawnIn = (folder: string | undefined) => this.#zones.follow(folder);
    return loadConfig(file, { isStrict, drawnIn, ...(read && { read }) });
  }

  async #unlessFaulty(work: () => Promise<PreparedConfig>): Promise<PreparedConfig | { fault: string }> {
    try {
      return this.#want(await work());
    } catch (error) {
      const fault = error instanceof UserError ? `the new config is not applied:\n${error.message}` : messageOf(error);
      this.refuse(fault);
      return { fault };
    }
  }

  #want(found: PreparedConfig): PreparedConfig {
    this.#read = found;
    this.#settings.wanted(found);
    this.#overrides.keepIn(found.config.state_dir);
    const { next, forgotten } = this.#overrides.applyTo(found);
    for (const { message } of forgotten) this.#settings.report({ type: "setting_forgotten", message });
    return next;
  }
}

/** A config that a command asks for. */
export interface Wish {
  next: PreparedConfig;
  /** Takes the change back; gives the config without it. */
  undo: () => Promise<PreparedConfig>;
}

const UNREAD = refused("COMMAND_FAILED", "no config has been read");
