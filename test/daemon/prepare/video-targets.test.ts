import { expect, test } from "vitest";
import type { Plan } from "../../../src/compiler/plan.ts";
import { ConfigSchema, type PipelineConfig } from "../../../src/daemon/config/schema/config-schema.ts";
import { videoIssues, videoTargets } from "../../../src/daemon/prepare/video-targets.ts";

const plan = {
  outputs: ["drawn", "crops", "tracks"].map((name) => ({ name, picture: name !== "tracks" })),
} as unknown as Plan;

function publishing(...video_out: object[]): { id: string; config: PipelineConfig; picture: string | null } {
  const pipeline = { workflow: "w.json", cameras: ["gate", "yard"], video_out };
  const cameras = { gate: { url: "gate.mp4" }, yard: { url: "yard.mp4" } };
  const { pipelines } = ConfigSchema.parse({ device: "box", cameras, pipelines: { count: pipeline } });
  return { id: "count", config: pipelines["count"] as PipelineConfig, picture: "drawn" };
}

const issuesOf = (...entries: object[]) =>
  videoIssues(plan, publishing(...entries)).map(({ path, message, hint }) => [path, message, hint]);

test("each camera of each entry goes to each place, in folders and at addresses of its own", () => {
  const found = videoTargets(
    publishing(
      { rtsp: "rtsp://media:8554/{camera}", username: "box", password: "x" },
      { output: "crops", hls: "/run/hls" },
    ),
  );
  expect(found.map(({ camera, output, target }) => [camera, output, target])).toEqual([
    ["gate", "drawn", { to: "rtsp", url: "rtsp://media:8554/gate" }],
    ["yard", "drawn", { to: "rtsp", url: "rtsp://media:8554/yard" }],
    ["gate", "crops", { to: "hls", folder: "/run/hls/gate/crops" }],
    ["yard", "crops", { to: "hls", folder: "/run/hls/yard/crops" }],
  ]);
  expect(found[0]?.access).toMatchObject({ username: "box", password: "x", tls: { verify: true } });
  expect(videoTargets(publishing({ output: "../up", hls: "/run/hls", cameras: ["gate"] }))[0]?.target).toEqual({
    to: "hls",
    folder: "/run/hls/gate/..%2Fup",
  });
});

test("what cannot be published is a fault with its place", () => {
  expect(issuesOf({ output: "drawm", mjpeg: true })).toEqual([
    ["/pipelines/count/video_out/0/output", '"drawm" is no output with pictures', 'did you mean "drawn"?'],
  ]);
  expect(issuesOf({ output: "tracks" })).toEqual([
    ["/pipelines/count/video_out/0/output", '"tracks" is no output with pictures', "these are: drawn, crops"],
    ["/pipelines/count/video_out/0", "is published nowhere", 'give "mjpeg: true", "rtsp" or "hls"'],
  ]);
  expect(issuesOf({ rtsp: "http://media/gate" }, { rtsp: "rtsp://media/gate" })).toEqual([
    ["/pipelines/count/video_out/0/rtsp", "is no address of an RTSP server", "write rtsp://HOST:PORT/PATH"],
    ["/pipelines/count/video_out/1/rtsp", "2 cameras would be pushed to one address", 'write "{camera}" in its path'],
  ]);
  expect(issuesOf({ mjpeg: true, cameras: ["gat"] })[0]?.slice(0, 2)).toEqual([
    "/pipelines/count/video_out/0/cameras",
    'the pipeline has no camera "gat"',
  ]);
});

test("two streams do not share a place", () => {
  const twice = { rtsp: "rtsp://media/{camera}", mjpeg: true, cameras: ["gate"] };
  expect(issuesOf(twice, twice).map(([, message]) => message)).toEqual([
    'two streams would be published at "gate/drawn.mjpeg"',
    'two streams would be published at "rtsp://media/gate"',
  ]);
  expect(issuesOf(twice, { ...twice, output: "crops", rtsp: "rtsp://media/crops/{camera}" })).toEqual([]);
});
