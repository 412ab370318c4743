import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { lacksBroker } from "../helpers/broker.ts";
import { startCamera } from "../helpers/camera.ts";
import { baseConfig, descendants, sceneSource, startDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { useWatchedBroker } from "../helpers/watched-broker.ts";
import { useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 180_000 });

const folder = useFolder();

// biome-ignore lint/suspicious/noExplicitAny: payloads are read by tests that say what they must be
type Json = any;

/** A way to a camera on which its sessions are counted: each is one connection. */
async function openCountedWay(port: number) {
  const sessions = { begun: 0, open: 0 };
  const server = createServer((client) => {
    const camera = connect(port, "127.0.0.1");
    sessions.begun++;
    sessions.open++;
    client.pipe(camera).pipe(client);
    client.on("error", () => camera.destroy()).on("close", () => camera.destroy());
    camera.on("error", () => client.destroy()).on("close", () => client.destroy());
    client.once("close", () => sessions.open--);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { sessions, port: (server.address() as AddressInfo).port, close: () => server.close() };
}

describe.skipIf(lacksBroker())("two pipelines on the stream of one camera", () => {
  const watched = useWatchedBroker();

  test("have one session at the camera, publish and count by their own names, and come and go without the other", async () => {
    const camera = await startCamera({ path: "/door", source: sceneSource() });
    const way = await openCountedWay(camera.server.port);
    await writeFile(folder.path("people.json"), JSON.stringify(trackingWorkflow()));
    await writeFile(folder.path("faces.json"), JSON.stringify(trackingWorkflow()));
    const url = (path: string) => `rtsp://127.0.0.1:${way.port}${path}`;
    const people = { workflow: "people.json", cameras: ["door"], publish: { frames: true } };
    const faces = { workflow: "faces.json", cameras: ["door_faces"], publish: { frames: true } };
    const configOf = (pipelines: object, cameras: object = {}) => ({
      ...baseConfig,
      mqtt: { url: watched.broker.url },
      cameras: { door_faces: { stream_of: "door", max_fps: 5 }, door: { url: url("/door") }, ...cameras },
      pipelines,
    });
    const daemon = await startDaemon(folder.path("millrace.yaml"), configOf({ people, faces }));
    onTestFinished(async () => {
      await daemon.stop("SIGKILL");
      way.close();
      await camera.close();
    });
    const change = async (pipelines: object, cameras: object = {}) => {
      const before = daemon.log("config_applied").length;
      await writeFile(daemon.config, JSON.stringify(configOf(pipelines, cameras)));
      await within(
        () => daemon.log("config_applied").length > before,
        () => `the config is applied:\n${daemon.output().slice(-3000)}`,
      );
    };
    const payloads = (topic: string): Json[] =>
      watched.watcher.texts(`millrace/dock/${topic}`).flatMap((text) => (text === "" ? [] : [JSON.parse(text)]));
    const starts = (id: string) => daemon.log("source_started").filter((entry) => entry["camera"] === id).length;
    const disturbances = () =>
      ["source_failed", "source_reopened", "source_ended"].flatMap((event) => daemon.log(event));

    await Promise.all([daemon.frames("door", 20), daemon.frames("door_faces", 10)]);
    expect(way.sessions).toEqual({ begun: 1, open: 1 });
    expect(descendants(daemon.pid, "ffmpeg")).toHaveLength(1);
    for (const id of ["door", "door_faces"]) {
      expect(payloads(`camera/${id}/status`).at(-1)).toMatchObject({ camera: id, state: "online" });
      expect(payloads(`camera/${id}/detections`).length).toBeGreaterThan(0);
    }
    const stampsOf = (id: string): string[] => payloads(`camera/${id}/detections`).map(({ time }) => time);
    // The same frames, of which one has every other.
    expect(stampsOf("door")).toEqual(expect.arrayContaining(stampsOf("door_faces").slice(1, 8)));

    await change({ people });
    expect((await daemon.health()).cameras["door_faces"]).toBeUndefined();
    await daemon.frames("door", 10);
    expect([starts("door"), disturbances(), way.sessions]).toEqual([1, [], { begun: 1, open: 1 }]);

    await change({ people, faces });
    await Promise.all([daemon.frames("door", 5), daemon.frames("door_faces", 5)]);
    expect([starts("door"), starts("door_faces"), way.sessions.begun]).toEqual([1, 2, 1]);

    // The camera that has the address leaves, and the other goes on.
    await change({ faces });
    await daemon.frames("door_faces", 5);
    expect([starts("door_faces"), disturbances(), way.sessions]).toEqual([2, [], { begun: 1, open: 1 }]);

    await change({ people, faces });
    await daemon.frames("door", 5);
    expect([starts("door"), starts("door_faces"), way.sessions]).toEqual([2, 2, { begun: 1, open: 1 }]);

    await change({ people, faces }, { door: { url: `${url("/door")}?again` } });
    await Promise.all([daemon.frames("door", 5), daemon.frames("door_faces", 5)]);
    expect(way.sessions).toEqual({ begun: 2, open: 1 });
    expect(descendants(daemon.pid, "ffmpeg")).toHaveLength(1);

    expect(await daemon.stop()).toEqual({ code: 0, signal: null });
    await within(
      () => watched.watcher.texts("millrace/dock/status").at(-1) === "offline",
      () => "the device is offline",
    );
    const { cameras } = payloads("stats").at(-1);
    for (const id of ["door", "door_faces"]) {
      const { decoded, processed, dropped } = cameras[id];
      const lost = Object.values<number>(dropped).reduce((sum, count) => sum + count, 0);
      expect({ id, settled: processed + lost }).toEqual({ id, settled: decoded });
      expect(processed).toBeGreaterThan(20);
    }
    expect(way.sessions.open).toBe(0);
  });
});
