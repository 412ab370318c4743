import { expect, test } from "vitest";
import { webhookSinkV1 } from "../../../src/blocks/sink/webhook-sink.ts";
import { openSink, picture } from "./open-sink.ts";
import { openService } from "./service-double.ts";

const POST = { method: "POST", cooldown_seconds: 0, request_timeout: 20 };

test("a server that hangs holds no frame, and what is too much is refused and counted", async () => {
  const held: (() => void)[] = [];
  const { base } = await openService((_, response) => void held.push(() => response.end()));
  const sink = openSink(webhookSinkV1, { ...POST, url: base, fire_and_forget: true });
  const outcomes = [];
  for (let i = 0; i < 40; i++) outcomes.push((await sink.run({ json_payload: { i } }))["error_status"]);
  expect(outcomes.filter((failed) => failed === false)).toHaveLength(32);
  expect(sink.events.at(-1)).toMatchObject({ type: "effect_refused", code: "EFFECT_REFUSED", step: "s", count: 8 });
});

test("a picture that is sent in the background is that of its frame, though the memory has another one since", async () => {
  const { base, asked } = await openService((_, response) => void response.end());
  const sink = openSink(webhookSinkV1, {
    ...POST,
    url: base,
    fire_and_forget: true,
    multi_part_encoded_files_operations: { shot: [{ type: "ConvertImageToJPEG" }] },
  });
  const image = picture();
  await sink.run({ multi_part_encoded_files: { shot: image } });
  if (image.pixels.type === "owned") image.pixels.rgb.fill(0);
  await sink.idle();
  const { default: sharp } = await import("sharp");
  const body = asked[0]?.body ?? Buffer.alloc(0);
  const jpeg = body.subarray(body.indexOf("\r\n\r\n") + 4, body.lastIndexOf("\r\n--"));
  const { channels } = await sharp(jpeg).stats();
  expect(channels.map(({ mean }) => Math.round(mean / 10))).toEqual([20, 20, 20]);
});

test("a status of refusal is an error in the outputs, and is counted although the step waited for it", async () => {
  const { base } = await openService((_, response) => void response.writeHead(503).end());
  const sink = openSink(webhookSinkV1, { ...POST, url: base });
  expect(await sink.run()).toMatchObject({ error_status: true, message: "the server answered with status 503" });
  expect(sink.events).toMatchObject([{ type: "effect_failed", code: "HTTP_STATUS", step: "s", count: 1 }]);
});
