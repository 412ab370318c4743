import { suggest } from "../../base/suggest.ts";
import type { Received } from "../../publish/broker/broker-inbox.ts";
import { COMMANDS, type Command, isVerb, VERBS } from "../../publish/messages/commands.ts";
import type { Inbound } from "../../publish/topics/topics.ts";

/** A request as it came; `id` is where its result goes. */
export interface Request {
  id: string;
  verb: string;
  command: Command | null;
  /** What is wrong with it, when there is no command. */
  fault: { code: string; message: string } | null;
}

/** Reads the payload of a request. What its topic says needs no payload beside. */
export function readCommand(inbound: Inbound, payload: Received["payload"]): Request {
  const text = Buffer.from(payload).toString("utf8").trim();
  if (inbound.type === "camera_enabled") return readSwitch(inbound.camera, text);
  const { verb } = inbound;
  const body = parsed(text === "" ? "{}" : text);
  const id = idOf(body) ?? verb;
  if (!isVerb(verb)) return { id, verb, command: null, fault: unknownVerb(verb) };
  if (body === undefined) return { id, verb, command: null, fault: form(verb, `${shown(text)} is no JSON`) };
  const read = COMMANDS[verb].safeParse(body);
  if (read.success) return { id, verb, command: { verb, ...read.data } as Command, fault: null };
  const faults = read.error.issues.map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": "));
  return { id, verb, command: null, fault: form(verb, faults.join("; ")) };
}

function readSwitch(camera: string, text: string): Request {
  const state = /^(on|off)$/i.exec(text)?.[0].toUpperCase();
  const verb = "enabled" as const;
  if (state !== undefined) {
    return { id: verb, verb, command: { verb, camera, enabled: state === "ON" }, fault: null };
  }
  const fault = form(verb, `the switch of camera "${camera}" takes ON or OFF, found ${shown(text)}`);
  return { id: verb, verb, command: null, fault };
}

function unknownVerb(verb: string): Request["fault"] {
  const hint = suggest(verb, VERBS) ?? `there are ${VERBS.join(", ")}`;
  return { code: "COMMAND_UNKNOWN", message: `there is no command "${verb}"; ${hint}` };
}

function form(verb: string, what: string): Request["fault"] {
  return { code: "COMMAND_FORM", message: `command "${verb}": ${what}` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Also of a command that is wrong otherwise. */
function idOf(body: unknown): string | undefined {
  const { id } = Object(body) as { id?: unknown };
  return COMMANDS.reload.shape.id.safeParse(id).data;
}

const SHOWN = 60;

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}
