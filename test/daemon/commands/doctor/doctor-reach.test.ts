import { expect, onTestFinished, test } from "vitest";
import { examineReach } from "../../../../src/daemon/commands/doctor/doctor-reach.ts";
import { parseConfig } from "../../../../src/daemon/config/config.ts";
import { probeFfmpeg } from "../../../../src/stream/ffmpeg/ffmpeg-binary.ts";
import { lacksBroker, startBroker } from "../../../helpers/broker.ts";
import { startCamera } from "../../../helpers/camera.ts";

test.skipIf(lacksBroker())(
  "the broker acknowledges a message, and each camera that is used is asked once for a frame",
  async () => {
    const broker = await startBroker();
    const camera = await startCamera({ credentials: { user: "viewer", password: "d0ctor-secret" } });
    onTestFinished(() => camera.close().then(() => broker.close()));
    const cameras = {
      gate: { url: camera.url },
      dead: { url: "rtsp://127.0.0.1:1/x" },
      locked: { url: camera.url, password: "d0ctor-guess" },
      gate_faces: { stream_of: "gate" },
      idle: { url: "rtsp://127.0.0.1:1/y" },
    };
    const pipelines = { all: { workflow: "x.json", cameras: ["gate", "gate_faces", "dead", "locked"] } };
    const { config } = parseConfig(
      JSON.stringify({ device: "dock", cameras, pipelines, mqtt: { url: broker.url } }),
      {},
    );
    const findings = config && (await examineReach(config, await probeFfmpeg("ffmpeg", "system")));
    expect(findings?.map(({ id, status, found }) => [id, status, found])).toEqual([
      ["broker", "ok", "it takes connections with MQTT 5, and a message on millrace/dock/doctor"],
      ["camera gate", "ok", expect.stringMatching(/^160x120 h264 at 20 fps, first frame after [\d.]+ s$/)],
      ["camera dead", "failed", expect.stringContaining("nothing accepts the connection")],
      ["camera locked", "failed", expect.stringContaining("access is denied; check user name and password")],
    ]);
    expect(JSON.stringify(findings)).not.toContain("d0ctor");
  },
);

test("a broker that is not there is reported", async () => {
  const mqtt = { url: "mqtt://127.0.0.1:1" };
  const { config } = parseConfig(JSON.stringify({ cameras: {}, pipelines: {}, mqtt }), {});
  expect(config && (await examineReach(config, null))).toMatchObject([{ id: "broker", status: "failed" }]);
});
