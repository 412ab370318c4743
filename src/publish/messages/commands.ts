import { z } from "zod";

/** What others may ask for: payloads of `cmd/<verb>`. Unlike what is published, fields that are not known are faults. */

const id = z
  .string()
  .regex(/^[a-z0-9_-]{1,64}$/, { error: "expected 1 to 64 of a-z, 0-9, _ and -" })
  .optional()
  .describe("Ends the topic of the result, `result/<id>`; the verb by default");

const camera = z.string().min(1).describe("Id of a camera");

const enabled = z.strictObject({
  id,
  camera,
  enabled: z.boolean().describe("Remembered over restarts in `state_dir`, until the config says otherwise"),
});

const snapshot = z.strictObject({ id, camera });

const reload = z.strictObject({ id });

const parameters = z.strictObject({
  id,
  pipeline: z.string().min(1).describe("Id of a pipeline"),
  set: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("Values by parameter, checked as those of the config; without any the result says which hold"),
  reset: z.array(z.string()).default([]).describe("Parameters that are to be as in the config again"),
});

const logLevel = z.strictObject({
  id,
  level: z
    .enum(["debug", "info", "warn", "error"])
    .nullable()
    .describe("Until the next start; null is the level of the config"),
});

/** By verb. */
export const COMMANDS = { enabled, snapshot, reload, parameters, log_level: logLevel } as const;

export type Verb = keyof typeof COMMANDS;
export type CommandBody<V extends Verb> = z.output<(typeof COMMANDS)[V]>;
/** A command in order. */
export type Command = { [V in Verb]: { verb: V } & CommandBody<V> }[Verb];

export const VERBS = Object.keys(COMMANDS) as Verb[];

export function isVerb(text: string): text is Verb {
  return Object.hasOwn(COMMANDS, text);
}

/** JSON Schema of a command. */
export function commandSchema(
  verb: Verb,
  target: "draft-2020-12" | "draft-7" = "draft-2020-12",
): Record<string, unknown> {
  return { title: `millrace command ${verb}`, ...z.toJSONSchema(COMMANDS[verb], { io: "input", target }) };
}
