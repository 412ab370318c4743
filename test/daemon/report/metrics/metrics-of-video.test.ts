import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { videoMetrics } from "../../../../src/daemon/report/metrics/metrics-of-video.ts";
import type { VideoHealth } from "../../../../src/daemon/report/video-health.ts";
import { HEALTHY } from "../../../helpers/healthy.ts";

test("each stream of video has its state and all of its frames, by what became of them", async () => {
  const gate: VideoHealth = {
    ...{ pipeline: "count", camera: "gate", output: "picture", to: "rtsp", place: "rtsp://box/gate" },
    ...{ state: "running", error: null, encoder: "libx264" },
    ...{ seen: 10, encoded: 6, dropped: { rate: 3, encoder_behind: 1 } },
  };
  const copy: VideoHealth = { ...gate, place: "rtsp://cloud/gate", state: "retrying", encoded: 0, dropped: {} };
  const registry = new Registry();
  const unused = () => {
    throw new Error("only the health is read");
  };
  const others = {
    device: unused,
    counts: unused,
    reused: unused,
    regions: unused,
    outbox: unused,
    times: unused,
    flow: unused,
    host: unused,
  };
  videoMetrics(registry, { ...others, health: () => ({ ...HEALTHY, video_out: [gate, copy] }) });

  const text = await registry.metrics();
  const labels = 'camera="gate",output="picture",to="rtsp",place="rtsp://box/gate"';
  for (const sample of [
    `millrace_video_state{${labels},state="running"} 1`,
    `millrace_video_state{${labels},state="retrying"} 0`,
    `millrace_video_state{${labels.replace("box", "cloud")},state="retrying"} 1`,
    `millrace_video_frames_seen_total{${labels}} 10`,
    `millrace_video_frames_encoded_total{${labels}} 6`,
    `millrace_video_frames_dropped_total{${labels},reason="rate"} 3`,
    `millrace_video_frames_dropped_total{${labels},reason="encoder_behind"} 1`,
  ])
    expect(text.split("\n")).toContain(sample);
});
