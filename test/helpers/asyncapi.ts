import { Ajv, type ValidateFunction } from "ajv";
import { asyncApi } from "../../src/daemon/commands/asyncapi.ts";

// biome-ignore lint/suspicious/noExplicitAny: a document is walked as it is
type Json = any;

export interface Sent {
  topic: string;
  payload: Uint8Array;
}

/** What a message is by the AsyncAPI document, and what is wrong with it; `channel` is null where no address fits. */
export interface Judged {
  channel: string | null;
  fault: string | null;
}

/** Judges messages by the AsyncAPI document; an empty one takes a retained one away. */
export function openJudge(): (message: Sent) => Judged {
  const document: Json = asyncApi();
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const channels = Object.entries<Json>(document.channels).map(([name, { address, messages }]) => {
    const [message] = Object.keys(messages);
    const { contentType } = document.components.messages[message ?? ""];
    const schema = document.components.schemas[message ?? ""];
    const pattern = address
      .replace("{prefix}", "[a-z0-9_-]+(/[a-z0-9_-]+)?")
      .replaceAll(/\{\w+\}/g, "[a-z0-9_-]{1,64}");
    const validate = schema === undefined ? null : ajv.compile(schema);
    return { name, contentType, validate, pattern: new RegExp(`^${pattern}$`) };
  });
  return ({ topic, payload }) => {
    const channel = channels.find(({ pattern }) => pattern.test(topic));
    if (channel === undefined) return { channel: null, fault: `no address fits ${topic}` };
    if (payload.length === 0) return { channel: channel.name, fault: null };
    const { name, contentType, validate } = channel;
    return {
      channel: name,
      fault: contentType === "image/jpeg" ? jpegFault(payload) : faultOf(payload, contentType, validate),
    };
  };
}

function faultOf(payload: Uint8Array, contentType: string, validate: ValidateFunction | null): string | null {
  const text = Buffer.from(payload).toString("utf8");
  const value = contentType === "text/plain" ? plain(text) : JSON.parse(text);
  return validate?.(value) ? null : `${text.slice(0, 300)}: ${JSON.stringify(validate?.errors)}`;
}

function plain(text: string): unknown {
  if (/^(true|false)$/.test(text)) return text === "true";
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function jpegFault(payload: Uint8Array): string | null {
  return payload[0] === 0xff && payload[1] === 0xd8 ? null : "is no JPEG";
}
