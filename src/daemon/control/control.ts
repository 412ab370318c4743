import type { Issue } from "../../base/issue.ts";
import type { CommandBody } from "../../publish/messages/commands.ts";
import type { ZoneConfig } from "../config/schema/zone-schema.ts";

/** What a command wants changed of the config that runs. */
export type Change =
  | { type: "reload" }
  | { type: "enabled"; camera: string; enabled: boolean }
  | ({ type: "parameters" } & Pick<CommandBody<"parameters">, "pipeline" | "set" | "reset">)
  | { type: "log_level"; level: CommandBody<"log_level">["level"] }
  | ZoneChange;

/** Draws a zone, or deletes the drawn one, if it is still what its editor saw: `null` for none. */
interface ZoneChange {
  type: "zone";
  id: string;
  zone: ZoneConfig | null;
  revision: string | "any" | null;
}

/** What became of it; a refused change leaves everything as it was. */
export type Outcome = { ok: true; value: unknown } | Refused;

export interface Refused {
  ok: false;
  code: string;
  message: string;
  /** What is wrong, one by one, where that is known. */
  issues?: readonly Issue[];
}

/** Changes what runs, one change after the other; whoever reads the config has it. */
export interface Control {
  change(change: Change): Promise<Outcome>;
}

export function refused(code: string, message: string): Refused {
  return { ok: false, code, message };
}
