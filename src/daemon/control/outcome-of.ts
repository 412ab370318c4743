import { isDeepStrictEqual } from "node:util";
import type { Issue } from "../../base/issue.ts";
import { type PreparedConfig, preparedOf } from "../reload/config-changes.ts";
import type { Change, Outcome, Refused } from "./control.ts";
import { refused } from "./control.ts";

type Setting = Exclude<Change, { type: "reload" | "zone" }>;

/** Result of a setting that was applied: what holds now. */
export function settled(change: Setting, { config, prepared }: PreparedConfig): Outcome {
  if (change.type === "enabled") {
    return { ok: true, value: { camera: change.camera, enabled: config.cameras[change.camera]?.enabled } };
  }
  if (change.type === "log_level") return { ok: true, value: { level: config.log.level } };
  const pipeline = preparedOf(prepared, change.pipeline);
  const inputs = pipeline?.plan.inputs.filter(({ batch }) => !batch) ?? [];
  const given = pipeline?.config.parameters ?? {};
  const values = inputs.map(({ name, defaultValue }) => [
    name,
    Object.hasOwn(given, name) ? given[name] : defaultValue,
  ]);
  return { ok: true, value: { pipeline: change.pipeline, parameters: Object.fromEntries(values) } };
}

/** Whether a setting runs; a part that was refused runs as before. */
export function isInForce(change: Setting, running: PreparedConfig, next: PreparedConfig): boolean {
  if (change.type === "log_level") return true;
  const of = ({ config }: PreparedConfig) =>
    change.type === "enabled" ? config.cameras[change.camera]?.enabled : config.pipelines[change.pipeline]?.parameters;
  return isDeepStrictEqual(of(running), of(next));
}

export function faulty(issues: readonly Issue[]): Refused {
  return refused(
    "COMMAND_PARAMETERS",
    issues.map(({ message, hint }) => (hint ? `${message}; ${hint}` : message)).join("\n"),
  );
}
