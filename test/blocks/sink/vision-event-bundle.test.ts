import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { visionEventBundleV1 } from "../../../src/blocks/sink/vision-event-bundle.ts";
import { useFolder } from "../../stream/clip.ts";
import { openSink, picture } from "./open-sink.ts";

const folder = useFolder();

test("an event is one archive that tar reads, with its pictures and what its kind says", async () => {
  const sink = openSink(visionEventBundleV1, {
    target_directory: folder.path("events"),
    event_type: "inventory_count",
    item_count: 3,
    item_type: "bolt",
    severity: "high",
    custom_metadata: { shift: "night" },
    cooldown_seconds: 0,
  });
  const { event_id, bundle_path, error_status } = await sink.run({ input_image: picture(), output_image: null });
  expect(error_status).toBe(false);
  const unpacked = folder.path("unpacked");
  execFileSync("mkdir", [unpacked]);
  execFileSync("tar", ["-xf", String(bundle_path), "-C", unpacked]);
  expect(readdirSync(unpacked).toSorted()).toEqual(["event.json", "input_image.jpg"]);
  expect(readFileSync(`${unpacked}/input_image.jpg`).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  expect(JSON.parse(readFileSync(`${unpacked}/event.json`, "utf8"))).toMatchObject({
    event_id,
    event_type: "inventory_count",
    event_data: { item_count: 3, item_type: "bolt" },
    custom_metadata: { shift: "night" },
  });
});

test("a file name takes the place of the archive before, and leads into no other folder", async () => {
  const literals = { target_directory: folder.path("named"), event_type: "custom", cooldown_seconds: 0 };
  const sink = openSink(visionEventBundleV1, literals);
  for (const custom_value of ["a", "b"]) await sink.run({ file_name: "latest", custom_value });
  expect(readdirSync(folder.path("named"))).toEqual(["latest.tar"]);
  expect(readFileSync(folder.path("named/latest.tar"), "utf8")).toContain('"custom_value": "b"');
  expect(await sink.run({ file_name: "../out" })).toMatchObject({ error_status: true });
});

test("a folder that cannot be made is an error in the outputs, and counted", async () => {
  const sink = openSink(visionEventBundleV1, { target_directory: "/proc/events", event_type: "custom" });
  expect(await sink.run()).toMatchObject({ error_status: true, throttling_status: false });
  expect(sink.events).toMatchObject([{ type: "effect_failed", code: "FILE_FAILED", step: "s" }]);
});
