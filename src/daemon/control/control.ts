import type { CommandBody } from "../../publish/messages/commands.ts";

/** What a command wants changed of the config that runs. */
export type Change =
  | { type: "reload" }
  | { type: "enabled"; camera: string; enabled: boolean }
  | ({ type: "parameters" } & Pick<CommandBody<"parameters">, "pipeline" | "set" | "reset">)
  | { type: "log_level"; level: CommandBody<"log_level">["level"] };

/** What became of it; a refused change leaves everything as it was. */
export type Outcome = { ok: true; value: unknown } | { ok: false; code: string; message: string };

/** Changes what runs, one change after the other; whoever reads the config has it. */
export interface Control {
  change(change: Change): Promise<Outcome>;
}

export function refused(code: string, message: string): Outcome {
  return { ok: false, code, message };
}
