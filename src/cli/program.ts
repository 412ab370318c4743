import { Command, CommanderError } from "commander";
import { ConfigError, MillraceError, messageOf, UserError } from "../base/errors.ts";
import { blot } from "../base/secrets.ts";
import { VERSION } from "../daemon/report/version.ts";
import { say, sayIssue } from "./output.ts";

/** Runs the command of the arguments and sets the exit code: 0 done, 1 failed while running, 2 the user's input is wrong. */
export async function runProgram(): Promise<void> {
  const [, , name = ""] = process.argv;
  // Completion lists all the others.
  const isAlone = Object.hasOwn(COMMANDS, name) && name !== "completion";
  const program = await programWith(isAlone ? [name] : Object.keys(COMMANDS));
  // A reader that has seen enough, such as head, closes its end.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = exitCode(error);
  }
}

/** The program with some of its commands, all by default. */
export async function programWith(names: readonly string[] = Object.keys(COMMANDS)): Promise<Command> {
  const program = new Command("millrace")
    .description("Cameras in, detections out over MQTT: streaming video workflows for edge devices.")
    .version(VERSION)
    .showHelpAfterError("(millrace help lists the commands)")
    .exitOverride();
  for (const name of names) (await COMMANDS[name]?.())?.(program);
  return program;
}

/** What adds each command. The modules of a command are loaded when it is the one that runs, or when all are listed. */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  demo: async () => (await import("./demo.ts")).addDemo,
  start: async () => (await import("./start.ts")).addStart,
  process: async () => (await import("./process.ts")).addProcess,
  run: async () => (await import("./run.ts")).addRun,
  validate: async () => (await import("./validate.ts")).addValidate,
  test: async () => (await import("./test.ts")).addTest,
  describe: async () => (await import("./describe.ts")).addDescribe,
  blocks: async () => (await import("./blocks.ts")).addBlocks,
  models: async () => (await import("./models.ts")).addModels,
  schema: async () => (await import("./schema.ts")).addSchema,
  config: async () => (await import("./config.ts")).addConfig,
  init: async () => (await import("./init.ts")).addInit,
  service: async () => (await import("./service.ts")).addService,
  doctor: async () => (await import("./doctor.ts")).addDoctor,
  gpu: async () => (await import("./gpu.ts")).addGpu,
  bench: async () => (await import("./bench.ts")).addBench,
  completion: async () => (await import("./completion.ts")).addCompletion,
};

const sayFault = (text: string) => sayIssue("fault", text);

function exitCode(error: unknown): number {
  // Commander has written its own message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserError) {
    const file = error.details["file"];
    const what = error instanceof ConfigError ? "the input is wrong" : "the definition is wrong";
    const count = error.issues.length === 1 ? "" : ` (${error.issues.length} faults)`;
    sayFault(`millrace: ${typeof file === "string" ? `${file}: ` : ""}${what}${count}\n${blot(error.message)}`);
    return 2;
  }
  const code = error instanceof MillraceError ? ` [${error.code}]` : "";
  sayFault(`millrace: ${blot(messageOf(error))}${code}`);
  const report = error instanceof MillraceError ? error.details["report"] : undefined;
  if (typeof report === "string") say(report);
  if (!(error instanceof MillraceError) && process.env["MILLRACE_DEBUG"])
    process.stderr.write(`${(error as Error).stack}\n`);
  return 1;
}
