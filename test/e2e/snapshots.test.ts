import { writeFile } from "node:fs/promises";
import sharp from "sharp";
import { expect, test, vi } from "vitest";
import { startCamera } from "../helpers/camera.ts";
import { baseConfig, sceneSource, startDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { useWatchedBroker } from "../helpers/watched-broker.ts";
import { useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 240_000 });

const folder = useFolder();
const watched = useWatchedBroker();

interface Listed {
  id: string;
  end: string | null;
  snapshot: string | null;
}

test("events of a camera have pictures on MQTT, over HTTP and on disk, also after a restart, and no frame is lost to them", async () => {
  const camera = await startCamera({ source: sceneSource() });
  // Nothing but the pictures of events needs the full picture.
  const { steps, outputs, ...rest } = trackingWorkflow() as { steps: { name: string }[]; outputs: { name: string }[] };
  const definition = {
    ...rest,
    steps: steps.filter(({ name }) => name !== "boxes"),
    outputs: outputs.filter(({ name }) => name !== "picture"),
  };
  await writeFile(folder.path("track.json"), JSON.stringify(definition));
  const config = {
    ...baseConfig,
    state_dir: "state",
    mqtt: { url: watched.broker.url },
    cameras: { belt: { url: camera.url } },
    pipelines: {
      count: {
        workflow: "track.json",
        cameras: ["belt"],
        publish: { snapshots: { mqtt: true, disk: true, max_width: 160 }, tracks: { lost_after_s: 1 } },
      },
    },
  };
  const first = await startDaemon(folder.path("millrace.json"), config);
  const eventsOf = async (url: string) => {
    return ((await (await fetch(`${url}events.json`)).json()) as { events: Listed[] }).events;
  };
  const url = await first.url();
  await within(
    async () => (await eventsOf(url)).some(({ end, snapshot }) => end !== null && snapshot !== null),
    () => `an event ends with a picture: ${first.output().slice(-3000)}`,
    120_000,
  );
  const event = (await eventsOf(url)).find(({ end, snapshot }) => end !== null && snapshot !== null);
  const response = await fetch(new URL(event?.snapshot ?? "", url));
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
  const jpeg = Buffer.from(await response.arrayBuffer());
  expect(await sharp(jpeg).metadata()).toMatchObject({ format: "jpeg", width: 160, height: 90 });
  const said = <T>(topic: string) =>
    watched.watcher.texts(`millrace/dock/camera/belt/${topic}`).map((text) => JSON.parse(text) as T);
  const ids = said<{ event: string; reason: string }>("snapshot/info");
  expect(ids.some((info) => info.event === event?.id && info.reason === "event")).toBe(true);
  const ends = said<{ id: string; phase: string; snapshot: string | null }>("events");
  expect(ends.find(({ id, phase }) => id === event?.id && phase === "end")?.snapshot).toBe(event?.snapshot);
  const health = await first.health();
  const { decoded = 0, published = 0, dropped = 0 } = health.cameras["belt"] ?? {};
  expect(decoded - published - dropped).toBeGreaterThanOrEqual(0);
  expect(decoded - published - dropped).toBeLessThan(10);
  expect(health.snapshots["belt"]).toMatchObject({ failed: 0 });
  expect((await first.stop()).code).toBe(0);

  const second = await startDaemon(folder.path("millrace.json"), config);
  const later = await second.url();
  await within(
    async () => (await eventsOf(later)).some(({ id }) => id === event?.id),
    () => "the event is listed again",
  );
  const again = await fetch(new URL(event?.snapshot ?? "", later));
  expect(Buffer.from(await again.arrayBuffer()).equals(jpeg)).toBe(true);
  await second.frames("belt", 3);
  expect((await second.stop()).code).toBe(0);
  await camera.close();
});
