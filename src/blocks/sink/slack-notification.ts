import { z } from "zod";
import { EffectError, StepError } from "../../base/errors.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, refMap } from "../contract/fields.ts";
import type { HttpRequest, Services } from "../contract/services.ts";
import { type Attached, attachedFiles } from "./attached.ts";
import { callService } from "./call-service.ts";
import { sharedCoolDown } from "./cool-down.ts";
import { compileMessage, messageFields, textOf } from "./message-text.ts";
import { positiveSendingFields, sendBy } from "./sink-fields.ts";

export const slackNotificationV1 = defineBlock({
  type: "roboflow_core/slack_notification@v1",
  category: "sink",
  summary: "Sends a message to Slack.",
  inputs: () =>
    z.object({
      slack_token: orRef(z.string(), "string", "secret").describe("Token of a Slack app that may write there."),
      channel: orRef(z.string(), "string").describe("Id of the channel; files need the id, a text takes its name too."),
      ...messageFields(),
      attachments: refMap(["string", "bytes"], null).default({}).describe("Files by name, as texts or bytes."),
      ...positiveSendingFields(),
      cooldown_session_key: z.string().describe("Steps of the workflow with the same key share a cool-down."),
    }),
  outputs: { error_status: "boolean", throttling_status: "boolean", message: "string" },
  sink: true,
  needs: ["http", "background", "environment", "time", "pixels"],
  example: {
    slack_token: "$inputs.token",
    channel: "C0123456789",
    message: "{{ $parameters.count }} people at the door",
    message_parameters: { count: "$steps.model.predictions" },
    message_parameters_operations: { count: [{ type: "SequenceLength" }] },
    cooldown_session_key: "door",
  },
  prepare: ({ message_parameters_operations }) => ({ messageOf: compileMessage(message_parameters_operations) }),
  run(inputs, context) {
    const { prepared, services } = context;
    const { slack_token: token, channel, cooldown_session_key: session } = inputs;
    const coolDown = sharedCoolDown(services.background, `slack ${session}`);
    return sendBy(inputs, context, coolDown, () => {
      services.environment.keepSecret(token);
      const text = textOf(prepared.messageOf(inputs, services.pixels));
      const files = attachedFiles(inputs.attachments, services.pixels);
      const slack = { token, services };
      return async () => {
        if (files.length === 0) await ask(slack, "chat.postMessage", { channel, text });
        else await share(slack, files, { channel_id: channel, initial_comment: text });
        return "sent";
      };
    });
  },
});

interface Slack {
  token: string;
  services: Pick<Services, "http" | "environment">;
}

const TIMEOUT_MS = 20_000;

/** Files are uploaded one by one, and then shown together. */
async function share(slack: Slack, files: readonly Attached[], about: Record<string, string>): Promise<void> {
  const uploaded: { id: unknown; title: string }[] = [];
  for (const { name, content } of files) {
    const bytes = await content();
    const form = new URLSearchParams({ filename: name, length: String(bytes.length) }).toString();
    const { upload_url, file_id } = await ask(slack, "files.getUploadURLExternal", form);
    if (typeof upload_url !== "string") throw new EffectError("SERVICE_ANSWER", "Slack names no place for the file");
    await callService(slack.services.http, {
      service: "Slack",
      url: upload_url,
      headers: { "content-type": "application/octet-stream" },
      body: bytes,
      timeoutMs: TIMEOUT_MS,
    });
    uploaded.push({ id: file_id, title: name });
  }
  await ask(slack, "files.completeUploadExternal", { files: uploaded, ...about });
}

/** Slack says in the body whether it went well. */
async function ask({ token, services }: Slack, method: string, what: string | object) {
  const type = typeof what === "string" ? "application/x-www-form-urlencoded" : "application/json; charset=utf-8";
  const body: HttpRequest["body"] = typeof what === "string" ? what : JSON.stringify(what);
  const answer = await callService(services.http, {
    service: "Slack",
    url: `${services.environment.address("SLACK_BASE_URL", "https://slack.com/api")}/${method}`,
    headers: { "content-type": type, authorization: `Bearer ${token}` },
    body,
    timeoutMs: TIMEOUT_MS,
  });
  if (answer["ok"] === true) return answer;
  throw new StepError("SERVICE_REFUSED", `Slack refused ${method}: ${String(answer["error"] ?? "without a reason")}`);
}
