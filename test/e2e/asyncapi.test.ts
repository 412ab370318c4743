import { writeFile } from "node:fs/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openJudge } from "../helpers/asyncapi.ts";
import { type Broker, lacksBroker, startBroker } from "../helpers/broker.ts";
import { startCamera, type TestCamera } from "../helpers/camera.ts";
import { baseConfig, sceneSource, startDaemon, type TestDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { subscribe } from "../helpers/subscriber.ts";
import { useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 200_000, hookTimeout: 60_000 });

const folder = useFolder();
const ROOT = "millrace/dock";

describe.skipIf(lacksBroker())("what goes over MQTT in a run", () => {
  let broker: Broker;
  let camera: TestCamera;
  let watcher: Awaited<ReturnType<typeof subscribe>>;
  let daemon: TestDaemon;

  afterEach(async () => {
    await daemon.stop("SIGKILL");
    await watcher.close();
    await camera.close();
    await broker.close();
  });

  test("is in the AsyncAPI document, and valid by it", async () => {
    broker = await startBroker();
    camera = await startCamera({ source: sceneSource() });
    watcher = await subscribe(broker.url, "millrace/#");
    await writeFile(folder.path("track.json"), JSON.stringify(trackingWorkflow()));
    daemon = await startDaemon(folder.path("millrace.yaml"), {
      ...baseConfig,
      mqtt: { url: broker.url, commands: "all" },
      cameras: { belt: { url: camera.server.url("/camera") } },
      pipelines: { count: { workflow: "track.json", cameras: ["belt"], publish: { frames: true } } },
    });
    await within(
      () => watcher.texts(`${ROOT}/camera/belt/tracks`).length > 0,
      () => `a track ends\n${daemon.output().slice(-2000)}`,
    );
    await watcher.publish(`${ROOT}/camera/belt/enabled/set`, "OFF");
    await watcher.publish(`${ROOT}/cmd/enabled`, '{"id":"on","camera":"belt","enabled":true}');
    await watcher.publish(`${ROOT}/cmd/parameters`, '{"pipeline":"count","set":{"confidence":0.6}}');
    await watcher.publish(`${ROOT}/cmd/log_level`, '{"level":"warn"}');
    await watcher.publish(`${ROOT}/cmd/reload`, "{}");
    await watcher.publish(`${ROOT}/cmd/snapshot`, '{"camera":"belt"}');
    await watcher.count(`${ROOT}/result/snapshot`, 1);
    await daemon.stop();
    await within(
      () => watcher.texts(`${ROOT}/status`).at(-1) === "offline",
      () => "the device is offline",
    );

    const judge = openJudge();
    const judged = watcher.heard.map(({ topic, packet }) => judge({ topic, payload: Buffer.from(packet.payload) }));
    expect(judged.map(({ fault }) => fault).filter((fault) => fault !== null)).toEqual([]);
    const seen = new Set(judged.map(({ channel }) => channel));
    const all = [
      ...["status", "info", "stats", "camera_status", "camera_enabled", "detections", "events", "tracks", "count"],
      ...["value", "snapshot", "snapshot_info", "output", "engine", "result", "camera_enabled_set"],
      ...["enabled", "parameters", "log_level", "reload", "snapshot"].map((verb) => `command_${verb}`),
    ];
    expect([...seen].toSorted()).toEqual(all.toSorted());
  });
});
