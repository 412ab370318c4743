import { expect, test } from "vitest";
import { slackNotificationV1 } from "../../../src/blocks/sink/slack-notification.ts";
import { openSink } from "./open-sink.ts";
import { json, openService } from "./service-double.ts";

const POST = {
  slack_token: "xoxb-token-of-a-test",
  channel: "C01",
  message: "{{ $parameters.n }} at the door",
  message_parameters: { n: 3 },
  cooldown_session_key: "door",
};

/** Answers as Slack does. */
const openSlack = () =>
  openService(({ path, headers, body }, response, base) => {
    if (path.startsWith("/upload/")) return void response.end("OK - 4");
    if (headers.authorization !== `Bearer ${POST.slack_token}`)
      return json(response, { ok: false, error: "invalid_auth" });
    if (path === "/files.getUploadURLExternal") {
      const name = new URLSearchParams(body.toString()).get("filename");
      return json(response, { ok: true, upload_url: `${base}/upload/${name}`, file_id: `F-${name}` });
    }
    json(response, { ok: true });
  });

test("a message is posted with its values", async () => {
  const { base, asked } = await openSlack();
  const sink = openSink(slackNotificationV1, POST, { variables: { SLACK_BASE_URL: `${base}/` } });
  expect(await sink.run()).toEqual({ error_status: false, throttling_status: false, message: "sent" });
  expect(asked.map(({ path, body }) => [path, JSON.parse(body.toString())])).toEqual([
    ["/chat.postMessage", { channel: "C01", text: "3 at the door" }],
  ]);
});

test("files are uploaded, and shown with the message", async () => {
  const { base, asked } = await openSlack();
  const sink = openSink(slackNotificationV1, POST, { variables: { SLACK_BASE_URL: base } });
  expect(await sink.run({ attachments: { "a.txt": "text" } })).toMatchObject({ error_status: false });
  expect(asked.map(({ path }) => path)).toEqual([
    "/files.getUploadURLExternal",
    "/upload/a.txt",
    "/files.completeUploadExternal",
  ]);
  expect(asked[1]?.body.toString()).toBe("text");
  expect(JSON.parse(asked[2]?.body.toString() ?? "")).toEqual({
    files: [{ id: "F-a.txt", title: "a.txt" }],
    channel_id: "C01",
    initial_comment: "3 at the door",
  });
});

test("what Slack refuses is an error, though its status says that all is well", async () => {
  const { base } = await openSlack();
  const sink = openSink(
    slackNotificationV1,
    { ...POST, slack_token: "other" },
    { variables: { SLACK_BASE_URL: base } },
  );
  expect(await sink.run()).toMatchObject({
    error_status: true,
    message: "Slack refused chat.postMessage: invalid_auth",
  });
  expect(sink.events).toMatchObject([{ code: "SERVICE_REFUSED" }]);
  expect(await sink.run()).toMatchObject({ error_status: false, throttling_status: true });
});
