import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Issue } from "../../base/issue.ts";
import type { Config } from "../config/schema/config-schema.ts";
import type { Zones } from "../config/schema/zone-schema.ts";
import { type PreparedPipeline, withParameters } from "../prepare/prepare.ts";
import { type PreparedConfig, preparedOf } from "../reload/config-changes.ts";
import { zonesInForce } from "../zones/zones-in-force.ts";
import type { Change } from "./control.ts";

const Override = z.object({ value: z.unknown(), over: z.unknown().optional() });
const Stored = z.object({
  cameras: z.record(z.string(), Override).default({}),
  parameters: z.record(z.string(), z.record(z.string(), Override)).default({}),
});

type Override = z.output<typeof Override>;
type Stored = z.output<typeof Stored>;
type Level = Config["log"]["level"];

/** What commands have set over the config. Each holds until the config itself says something else in its place than it did then. */
export class Overrides {
  #stored: Stored = { cameras: {}, parameters: {} };
  #level: { value: Level; over: Level } | null = null;
  #file: string | null = null;

  /** Reads what was set in earlier runs; without a directory it ends with the process. */
  static open(stateDirectory: string | undefined): Overrides {
    const overrides = new Overrides();
    overrides.keepIn(stateDirectory);
    if (overrides.#file !== null) overrides.#stored = read(overrides.#file);
    return overrides;
  }

  /** What is set from now on is kept there. */
  keepIn(stateDirectory: string | undefined): void {
    this.#file = stateDirectory === undefined ? null : join(stateDirectory, "commands.json");
  }

  /** The config with what was set; what its definitions do not take any more is forgotten, and returned. */
  applyTo(read: PreparedConfig): { next: PreparedConfig; forgotten: Issue[] } {
    const { config, prepared } = read;
    const level = this.#level !== null && this.#level.over === config.log.level ? this.#level.value : config.log.level;
    const cameras = mapped(config.cameras, (camera, id) => {
      const enabled = inForce(this.#stored.cameras[id], camera.enabled);
      return enabled === camera.enabled ? camera : { ...camera, enabled: enabled === true };
    });
    const forgotten: Issue[] = [];
    const set = prepared.pipelines.map((pipeline) => {
      const { next, issues } = this.#withParameters(pipeline, zonesInForce(config, prepared.drawn.zones));
      forgotten.push(...issues);
      return next;
    });
    const pipelines = mapped(config.pipelines, (pipeline, id) => set.find((one) => one.id === id)?.config ?? pipeline);
    return {
      next: {
        config: { ...config, cameras, pipelines, log: { ...config.log, level } },
        prepared: { ...prepared, pipelines: set },
      },
      forgotten,
    };
  }

  /** Notes a change, and gives what takes it back; faults of parameters change nothing. */
  note(
    change: Exclude<Change, { type: "reload" | "zone" }>,
    read: PreparedConfig,
  ): { undo: () => void } | { issues: Issue[] } {
    const before = { stored: structuredClone(this.#stored), level: this.#level };
    const undo = () => {
      this.#stored = before.stored;
      this.#level = before.level;
      this.#save();
    };
    const { config, prepared } = read;
    if (change.type === "enabled") {
      this.#stored.cameras[change.camera] = { value: change.enabled, over: config.cameras[change.camera]?.enabled };
    } else if (change.type === "log_level") {
      this.#level = change.level === null ? null : { value: change.level, over: config.log.level };
    } else {
      const pipeline = preparedOf(prepared, change.pipeline);
      const issues =
        pipeline === undefined
          ? []
          : this.#noteParameters(change, pipeline, zonesInForce(config, prepared.drawn.zones));
      if (issues.length > 0) {
        undo();
        return { issues };
      }
    }
    this.#save();
    return { undo };
  }

  #noteParameters(
    { set, reset }: Extract<Change, { type: "parameters" }>,
    pipeline: PreparedPipeline,
    zones: Zones,
  ): Issue[] {
    const { parameters } = pipeline.config;
    const own = { ...this.#stored.parameters[pipeline.id] };
    for (const name of reset) delete own[name];
    for (const [name, value] of Object.entries(set)) own[name] = { value, over: parameters[name] };
    this.#stored.parameters[pipeline.id] = own;
    return pipeline.faultsOf(this.#valuesFor(pipeline), zones);
  }

  #withParameters(pipeline: PreparedPipeline, zones: Zones): { next: PreparedPipeline; issues: Issue[] } {
    const values = this.#valuesFor(pipeline);
    if (isDeepStrictEqual(values, pipeline.config.parameters)) return { next: pipeline, issues: [] };
    const issues = pipeline.faultsOf(values, zones);
    if (issues.length > 0) {
      delete this.#stored.parameters[pipeline.id];
      this.#save();
      return { next: pipeline, issues };
    }
    return { next: withParameters(pipeline, values, zones), issues };
  }

  #valuesFor({ id, config: { parameters } }: PreparedPipeline): Record<string, unknown> {
    const own = Object.entries(this.#stored.parameters[id] ?? {});
    const held = own.filter(([name, { over }]) => isDeepStrictEqual(over, parameters[name]));
    return { ...parameters, ...Object.fromEntries(held.map(([name, { value }]) => [name, value])) };
  }

  /** A disk that takes nothing does not refuse the command. */
  #save(): void {
    if (this.#file === null) return;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(`${this.#file}.new`, JSON.stringify(this.#stored, null, 1), { mode: 0o600 });
      renameSync(`${this.#file}.new`, this.#file);
    } catch {
      // The spool reports a folder that cannot be written.
    }
  }
}

function inForce(override: Override | undefined, config: unknown): unknown {
  return override !== undefined && isDeepStrictEqual(override.over, config) ? override.value : config;
}

function read(file: string): Stored {
  try {
    return Stored.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return { cameras: {}, parameters: {} };
  }
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T, key: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
