import { messageOf } from "../../base/errors.ts";
import { Serial } from "../../base/serial.ts";
import { suggest } from "../../base/suggest.ts";
import type { Inbox, Received } from "../../publish/broker/broker-inbox.ts";
import type { Command } from "../../publish/messages/commands.ts";
import type { Message } from "../../publish/messages/message-class.ts";
import { devicePayload, type Sender } from "../../publish/messages/payload.ts";
import { readInbound, type Topics } from "../../publish/topics/topics.ts";
import { usedCameras } from "../config/config-warnings.ts";
import type { Config } from "../config/schema/config-schema.ts";
import type { Report } from "../report/events.ts";
import { type Control, type Outcome, refused } from "./control.ts";
import { type Request, readCommand } from "./read-command.ts";

export interface CommandSettings {
  sender: Sender;
  topics: Topics;
  control: Control;
  config: () => Config;
  allowed: () => NonNullable<Config["mqtt"]>["commands"];
  /** Publishes a picture of a camera as it is now. */
  snapshot: (camera: string) => Promise<Outcome>;
  publish: (message: Message) => void;
  report: Report;
}

/** Commands that wait for those before them. */
const MOST_WAITING = 16;

/** Commands that change nothing but whether a camera is looked at. */
const OF_CAMERAS: readonly string[] = ["enabled", "snapshot"];

/** Executes what comes over MQTT, one after the other; each gets a result, also when it is wrong or refused. */
export function openCommands(settings: CommandSettings): Inbox {
  const { topics, publish, sender, report } = settings;
  const turns = new Serial();
  let waiting = 0;

  async function receive(received: Received): Promise<void> {
    const inbound = readInbound(topics, received.topic);
    if (inbound === undefined) return;
    const request = readCommand(inbound, received.payload);
    const outcome = await inTurn(request);
    answer(request, outcome, received);
  }

  async function inTurn({ verb, command, fault }: Request): Promise<Outcome> {
    if (command === null) return refused(fault?.code ?? "COMMAND_FORM", fault?.message ?? verb);
    if (waiting >= MOST_WAITING)
      return refused("COMMAND_BUSY", `${waiting} commands wait already; send it again later`);
    waiting++;
    try {
      return await turns.run(() => execute(command, settings));
    } catch (error) {
      return refused("COMMAND_FAILED", messageOf(error));
    } finally {
      waiting--;
    }
  }

  function answer({ id, verb }: Request, outcome: Outcome, { responseTopic, correlationData }: Received): void {
    const { ok } = outcome;
    const error = outcome.ok ? null : { code: outcome.code, message: outcome.message };
    const value = outcome.ok ? { value: outcome.value } : {};
    const payload = devicePayload(sender, "result", { at: Date.now(), id, verb, ok, error, ...value });
    const topic = isPlaceForResults(responseTopic, topics) ? responseTopic : topics.result(id);
    publish({ class: "result", topic, payload, ...(correlationData === undefined ? {} : { correlationData }) });
    report({ type: "command", verb, ...(error === null ? { ok: true } : { ok: false, ...error }) });
  }

  return {
    topics: [topics.inbound.commands, topics.inbound.cameraEnabled],
    receive: (received) => void receive(received),
  };
}

async function execute(command: Command, { config, allowed, control, snapshot }: CommandSettings): Promise<Outcome> {
  const { verb } = command;
  const { pipelines } = config();
  if (allowed() !== "all" && !OF_CAMERAS.includes(verb)) {
    return refused(
      "COMMAND_NOT_ALLOWED",
      `command "${verb}" changes how the device works: "mqtt.commands: all" allows it`,
    );
  }
  if (verb === "enabled" || verb === "snapshot") {
    const cameras = usedCameras(config());
    if (!cameras.includes(command.camera)) return unknown("camera", command.camera, cameras);
    return verb === "snapshot" ? snapshot(command.camera) : control.change({ type: verb, ...command });
  }
  if (verb === "parameters" && pipelines[command.pipeline] === undefined) {
    return unknown("pipeline", command.pipeline, Object.keys(pipelines));
  }
  return control.change({ type: verb, ...command } as Parameters<Control["change"]>[0]);
}

const UNKNOWN = { camera: "COMMAND_UNKNOWN_CAMERA", pipeline: "COMMAND_UNKNOWN_PIPELINE" } as const;

function unknown(what: "camera" | "pipeline", id: string, known: readonly string[]): Outcome {
  const hint = suggest(id, known) ?? `there are ${known.join(", ")}`;
  return refused(UNKNOWN[what], `there is no ${what} "${id}"; ${hint}`);
}

/** Who asks may name any place but our own topics, which say what we say by ourselves. */
function isPlaceForResults(topic: string | undefined, { status }: Topics): topic is string {
  if (topic === undefined || topic === "" || /[#+]|^\$/.test(topic)) return false;
  const root = status.slice(0, -"status".length);
  return !topic.startsWith(root) || topic.startsWith(`${root}result/`);
}
