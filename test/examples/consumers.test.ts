import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { openJudge } from "../helpers/asyncapi.ts";
import { type Broker, lacksBroker, startBroker, until } from "../helpers/broker.ts";
import { subscribe } from "../helpers/subscriber.ts";

const FOLDER = fileURLToPath(new URL("../../examples/consumers/", import.meta.url));

// biome-ignore lint/suspicious/noExplicitAny: messages and flows are taken as they are
type Json = any;

/** True, with the reason printed, when a program is not on this machine. */
function lacks(program: string, ...args: string[]): boolean {
  const isThere = spawnSync(program, args, { stdio: "ignore" }).status === 0;
  if (!isThere) process.stderr.write(`skipped: ${[program, ...args].join(" ")} does not run\n`);
  return !isThere;
}

const EVENT = {
  ...{ schema: "millrace.event/1.0", replayed: false, device: "dock", boot: "b001", seq: 2 },
  ...{ ts: "2026-11-21T00:15:00.000Z", ts_source: "arrival", camera: "gate" },
  frame: { id: 9, pts: 1, width: 640, height: 360 },
  ...{ id: "gate-b001-000001", phase: "update", reason: "zone_entered" },
  ...{ start_ts: "2026-11-21T00:14:00.000Z", best_confidence: 0.9, zones_entered: ["yard", "door"], snapshot: null },
  object: {
    ...{ track: 1, parent: null, class: "person", confidence: 0.8, attrs: {}, zones: ["door"] },
    box: [0, 0, 0.5, 0.5],
    px: [0, 0, 320, 180],
  },
};
const END = { ...EVENT, phase: "end", reason: "lost", seq: 3 };
const STATUS = {
  ...{ schema: "millrace.camera-status/1.0", replayed: false, device: "dock", boot: "b001", seq: 1 },
  ...{ ts: EVENT.ts, camera: "gate", state: "retrying", since: EVENT.ts, attempts: 2, next_retry: EVENT.ts },
  error: { code: "STREAM_TIMEOUT", message: "no frame came" },
};
const TOPIC = "millrace/dock/camera/gate";

describe.skipIf(lacksBroker())("consumers among the examples", () => {
  let broker: Broker;
  let publisher: Awaited<ReturnType<typeof subscribe>>;
  let child: ChildProcess | undefined;
  let output = "";

  beforeEach(async () => {
    broker = await startBroker();
    publisher = await subscribe(broker.url);
  });
  afterEach(async () => {
    child?.kill();
    await publisher.close();
    await broker.close();
  });

  /** Starts one, and publishes until it has written something that fits. */
  async function run(program: string, args: readonly string[], messages: Json[][], wanted: RegExp): Promise<void> {
    output = "";
    child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], detached: false });
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (output += String(text)));
    const judge = openJudge();
    await until(async () => {
      for (const [topic, payload] of messages) {
        const text = typeof payload === "string" ? payload : JSON.stringify(payload);
        expect(judge({ topic, payload: Buffer.from(text) }).fault).toBeNull();
        await publisher.publish(topic, text);
      }
      return wanted.test(output);
    }, `it says ${wanted}: ${output}`);
  }

  test.skipIf(lacks("jq", "--version"))("the shell prints zones and ends", async () => {
    const messages = [
      [`${TOPIC}/events`, EVENT],
      [`${TOPIC}/events`, END],
    ];
    await run("sh", [`${FOLDER}shell-events.sh`, "127.0.0.1", `${broker.port}`], messages, /\tend\t/);
    expect(output).toContain("2026-11-21T00:15:00.000Z\tgate\tupdate\tperson\tyard,door\tgate-b001-000001");
  });

  test.skipIf(lacks("python3", "-c", "import paho.mqtt"))(
    "Python tells counts above the limit, and errors",
    async () => {
      const messages = [
        [`${TOPIC}/count/yard/person`, "5"],
        [`${TOPIC}/status`, STATUS],
      ];
      await run(
        "python3",
        [`${FOLDER}python_counts.py`, "127.0.0.1", `${broker.port}`, "3"],
        messages,
        /STREAM_TIMEOUT/,
      );
      expect(output).toContain("dock/gate: 5 person in yard");
      expect(output).toContain("dock/gate: retrying, STREAM_TIMEOUT, again at 2026-11-21T00:15:00.000Z");
    },
  );
});

test("the flow of Node-RED is whole, and its functions find a long stay and ask for a snapshot", () => {
  const flow: Json[] = JSON.parse(readFileSync(`${FOLDER}node-red-flow.json`, "utf8"));
  const ids = flow.map(({ id }) => id);
  const named = flow.flatMap(({ wires = [], broker = [], z = [] }) => [wires.flat(), broker, z].flat());
  expect(named.filter((id: string) => id !== "localhost" && !ids.includes(id))).toEqual([]);
  const call = (id: string, msg: Json) => {
    const { func } = flow.find((node) => node.id === id);
    return runInNewContext(`(function (msg) { ${func} })`)(msg);
  };
  expect(call("millrace-long-stay", { topic: `${TOPIC}/events`, payload: EVENT })).toBeNull();
  const stay = call("millrace-long-stay", { topic: `${TOPIC}/events`, payload: END });
  expect(stay.payload).toEqual({ camera: "gate", id: "gate-b001-000001", class: "person", seconds: 60 });
  const { topic, payload } = call("millrace-snapshot", stay);
  expect(openJudge()({ topic, payload: Buffer.from(JSON.stringify(payload)) })).toEqual({
    channel: "command_snapshot",
    fault: null,
  });
});

test("the automations of Home Assistant name topics that there are", () => {
  const { automation } = parse(readFileSync(`${FOLDER}home-assistant.yaml`, "utf8")) as Json;
  const judge = openJudge();
  const read = automation.flatMap(({ triggers }: Json) => triggers.map(({ topic }: Json) => topic)).filter(Boolean);
  const written = automation
    .flatMap(({ actions }: Json) => actions.map(({ data }: Json) => data))
    .filter(({ topic }: Json) => topic);
  const channels = [...read, ...written.map(({ topic }: Json) => topic)].map(
    (topic) => judge({ topic, payload: Buffer.alloc(0) }).channel,
  );
  expect(channels).toEqual(["count", "camera_status", "command_snapshot", "camera_enabled_set"]);
  const snapshot = written.find(({ topic }: Json) => topic.endsWith("/snapshot"));
  expect(judge({ topic: snapshot.topic, payload: Buffer.from(snapshot.payload) }).fault).toBeNull();
});
