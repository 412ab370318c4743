import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { localFileSinkV1 } from "../../../src/blocks/sink/local-file-sink.ts";
import { mqttWriterSinkV1 } from "../../../src/blocks/sink/mqtt-writer-sink.ts";
import { onvifSinkV1 } from "../../../src/blocks/sink/onvif-sink.ts";
import { s3SinkV1 } from "../../../src/blocks/sink/s3-sink.ts";
import { slackNotificationV1 } from "../../../src/blocks/sink/slack-notification.ts";
import { visionEventBundleV1 } from "../../../src/blocks/sink/vision-event-bundle.ts";
import { webhookSinkV1 } from "../../../src/blocks/sink/webhook-sink.ts";
import { detection, detections } from "../values.ts";
import { openSink } from "./open-sink.ts";
import { json, openService } from "./service-double.ts";

// Where all sinks are off, none of them sends or writes anything, and each says so.

const FOLDER = join(tmpdir(), "millrace-never-written");
const FILE = { content: "a", file_type: "csv", output_mode: "separate_files", file_name_prefix: "p" };
const OFF = { error_status: false, message: "sinks are switched off by disable_sinks" };

it("a sink does nothing where all are off, also in the background", async () => {
  const { base, asked } = await openService((_, response) => json(response, { ok: true }));
  const { hostname: host, port } = new URL(base);
  const variables = { SLACK_BASE_URL: base, AWS_ENDPOINT_URL: base };
  const keys = { aws_access_key_id: "k", aws_secret_access_key: "s", aws_region: "r" };
  const sinks = [
    [webhookSinkV1, { url: base, method: "POST", fire_and_forget: true }],
    [slackNotificationV1, { slack_token: "t", channel: "c", message: "m", cooldown_session_key: "k" }],
    [visionEventBundleV1, { target_directory: FOLDER, event_type: "custom" }],
    [localFileSinkV1, { ...FILE, target_directory: FOLDER }],
    [s3SinkV1, { ...FILE, ...keys, bucket_name: "b" }],
    [mqttWriterSinkV1, { host, port: Number(port), topic: "t", message: "m" }],
  ] as const;
  for (const [block, literals] of sinks) {
    const step = openSink(block, literals, { variables, disableSinks: true });
    expect(await step.run(), block.type).toMatchObject(OFF);
    await step.idle();
    expect(step.events, block.type).toEqual([]);
  }
  const camera = { camera_ip: host, camera_port: Number(port), camera_username: "u", camera_password: "p" };
  const pilot = openSink(onvifSinkV1, camera, { disableSinks: true });
  await pilot.run({ predictions: detections([detection([0, 0, 10, 10])]) });
  await pilot.idle();
  expect(asked).toEqual([]);
  expect(existsSync(FOLDER)).toBe(false);
});
