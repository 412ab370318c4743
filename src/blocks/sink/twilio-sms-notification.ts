import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { isImage } from "../../kinds/image.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef } from "../contract/fields.ts";
import type { Services } from "../contract/services.ts";
import { callService } from "./call-service.ts";
import { CoolDown, sharedCoolDown } from "./cool-down.ts";
import { compileMessage, messageFields, textOf } from "./message-text.ts";
import { positiveSendingFields, sendBy, sendingFields } from "./sink-fields.ts";

const secret = () => orRef(z.string(), "string", "secret");
const number = () => orRef(z.string(), "string");
const outputs = { error_status: "boolean", throttling_status: "boolean", message: "string" } as const;
const needs = ["http", "background", "environment", "time", "pixels"] as const;
const example = {
  twilio_account_sid: "$inputs.account",
  twilio_auth_token: "$inputs.token",
  sender_number: "+15005550006",
  receiver_number: "+15005550009",
  message: "{{ $parameters.count }} people at the door",
  message_parameters: { count: "$steps.model.predictions" },
  message_parameters_operations: { count: [{ type: "SequenceLength" }] },
};

export const twilioSmsNotificationV1 = defineBlock({
  type: "roboflow_core/twilio_sms_notification@v1",
  category: "sink",
  summary: "Sends a text message by Twilio.",
  inputs: () =>
    z.object({
      twilio_account_sid: secret().describe("Id of the Twilio account."),
      twilio_auth_token: secret().describe("Token of the account."),
      sender_number: number().describe("Number of the account that sends."),
      receiver_number: number().describe("Number to send to."),
      ...messageFields(),
      ...positiveSendingFields(),
      cooldown_session_key: z.string().describe("Steps of the workflow with the same key share a cool-down."),
      length_limit: orRef(z.int().positive(), "integer")
        .default(160)
        .describe("Longest text; a longer one ends in [...]."),
    }),
  outputs,
  sink: true,
  needs,
  example: { ...example, cooldown_session_key: "door" },
  prepare: ({ message_parameters_operations }) => ({ messageOf: compileMessage(message_parameters_operations) }),
  run(inputs, context) {
    const { prepared, services } = context;
    const { twilio_account_sid: account, twilio_auth_token: token, cooldown_session_key: session } = inputs;
    const coolDown = sharedCoolDown(services.background, `twilio ${session}`);
    return sendBy(inputs, context, coolDown, () => {
      const text = textOf(prepared.messageOf(inputs, services.pixels));
      const { sender_number: from, receiver_number: to, length_limit } = inputs;
      return sms({ account, token, from, to, text: shortened(text, length_limit), media: [] }, services);
    });
  },
});

export const twilioSmsNotificationV2 = defineBlock({
  type: "roboflow_core/twilio_sms_notification@v2",
  category: "sink",
  summary: "Sends a text message by Twilio.",
  inputs: () =>
    z.object({
      sms_provider: z
        .enum(["Roboflow Managed API Key", "Custom Twilio"])
        .default("Roboflow Managed API Key")
        .describe("Who sends it: a Twilio account of yours; Roboflow's is not reached from here."),
      receiver_number: number().describe("Number to send to."),
      ...messageFields(),
      media_url: orRef(z.union([z.string(), z.array(z.string())]), "string", "list_of_values", "image")
        .nullable()
        .default(null)
        .describe("Addresses of pictures that Twilio fetches; an image itself has none."),
      twilio_account_sid: secret().nullable().default(null).describe("Id of the Twilio account."),
      twilio_auth_token: secret().nullable().default(null).describe("Token of the account."),
      sender_number: number().nullable().default(null).describe("Number of the account that sends."),
      ...sendingFields(),
    }),
  outputs,
  sink: true,
  needs,
  example: { sms_provider: "Custom Twilio", ...example },
  prepare: ({ message_parameters_operations }) => ({
    coolDown: new CoolDown(),
    messageOf: compileMessage(message_parameters_operations),
  }),
  run(inputs, context) {
    const { prepared, services } = context;
    const { coolDown, messageOf } = prepared;
    return sendBy(inputs, context, coolDown, () => {
      const { sms_provider, twilio_account_sid: account, twilio_auth_token: token, sender_number: from } = inputs;
      if (sms_provider !== "Custom Twilio" || account === null || token === null || from === null) {
        throw new StepError("SINK_PROVIDER", unsent(sms_provider));
      }
      const text = textOf(messageOf(inputs, services.pixels));
      return sms(
        { account, token, from, to: inputs.receiver_number, text, media: mediaOf(inputs.media_url) },
        services,
      );
    });
  },
});

interface Sms {
  account: string;
  token: string;
  from: string;
  to: string;
  text: string;
  media: readonly string[];
}

const TIMEOUT_MS = 20_000;
const MARK = "[...]";

function sms({ account, token, ...sent }: Sms, { http, environment }: Pick<Services, "http" | "environment">) {
  environment.keepSecret(token);
  const form = new URLSearchParams({ To: sent.to, From: sent.from, Body: sent.text });
  for (const address of sent.media) form.append("MediaUrl", address);
  return async () => {
    const base = environment.address("TWILIO_BASE_URL", "https://api.twilio.com");
    await callService(http, {
      service: "Twilio",
      url: `${base}/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: `Basic ${Buffer.from(`${account}:${token}`).toString("base64")}`,
      },
      body: form.toString(),
      timeoutMs: TIMEOUT_MS,
    });
    return "sent";
  };
}

function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return limit < MARK.length ? MARK.slice(0, Math.max(0, limit)) : text.slice(0, limit - MARK.length) + MARK;
}

function mediaOf(given: unknown): string[] {
  if (given === null || given === undefined) return [];
  return [given].flat().map((one) => {
    if (typeof one === "string") return one;
    const found = isImage(one) ? "an image, which has no address that Twilio could fetch" : typeof one;
    throw new StepError("SINK_FILE", `"media_url" is ${found}; expected an address, or a list of them`);
  });
}

function unsent(provider: string): string {
  return provider === "Custom Twilio"
    ? 'an account of yours needs "twilio_account_sid", "twilio_auth_token" and "sender_number"'
    : 'messages go by a Twilio account of yours: set "sms_provider" to "Custom Twilio", with its id, token and number';
}
