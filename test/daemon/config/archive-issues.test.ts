import { describe, expect, test } from "vitest";
import { archiveIssues } from "../../../src/daemon/config/archive-issues.ts";
import { clipRules } from "../../../src/daemon/config/clip-rules.ts";
import { type Config, ConfigSchema } from "../../../src/daemon/config/schema/config-schema.ts";

interface Written {
  clips?: unknown;
  url?: string;
  publish?: object;
  state_dir?: string;
}

function config({ clips = true, url = "rtsp://gate/1", publish = {}, ...rest }: Written): Config {
  const written = ConfigSchema.parse({
    cameras: { gate: { url, clips } },
    pipelines: { one: { workflow: "one.json", cameras: ["gate"], publish } },
    ...rest,
  });
  return { ...written, device: "dock" } as Config;
}

const found = (written: Written) => archiveIssues(config(written)).map(({ code, path }) => `${code} ${path}`);

describe("clips", () => {
  test("with a place and events are no fault", () => {
    expect(found({ state_dir: "/var/lib/millrace" })).toEqual([]);
    expect(found({ clips: false, publish: { events: false } })).toEqual([]);
  });

  test("without a place, without events, or of a device without coded pictures are refused where they are written", () => {
    expect(found({})).toEqual(["CONFIG_STATE_DIR /cameras/gate/clips"]);
    const place = { state_dir: "/var/lib/millrace" };
    expect(found({ ...place, publish: { events: false } })).toEqual(["CONFIG_CLIPS /cameras/gate/clips"]);
    expect(found({ ...place, url: "/dev/video0" })).toEqual(["CONFIG_CLIPS /cameras/gate/clips"]);
  });

  test("true means the usual lengths, and a map replaces some of them", () => {
    const usual = { beforeS: 5, afterS: 5, longestS: 60, ringBytes: 64 * 2 ** 20 };
    const rulesOf = (clips: unknown) => clipRules(config({ clips }).cameras["gate"] ?? { clips: false });
    expect(rulesOf(true)).toEqual(usual);
    expect(rulesOf({ before_s: 2, ring_mb: 1 })).toEqual({ ...usual, beforeS: 2, ringBytes: 2 ** 20 });
    expect(rulesOf(false)).toBeNull();
  });
});

test("pictures of events need events, and a place where they are kept on disk", () => {
  const snapshots = { mqtt: true, disk: true };
  expect(found({ clips: false, publish: { events: false, snapshots } })).toEqual([
    "CONFIG_SNAPSHOTS /pipelines/one/publish/snapshots",
    "CONFIG_STATE_DIR /pipelines/one/publish/snapshots/disk",
  ]);
  expect(found({ clips: false, state_dir: "/s", publish: { snapshots } })).toEqual([]);
});
