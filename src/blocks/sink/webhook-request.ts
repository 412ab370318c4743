import { randomUUID } from "node:crypto";
import { StepError } from "../../base/errors.ts";
import { serialise } from "../../kinds/serialise.ts";
import { pythonText } from "../../query/python-text.ts";
import type { HttpRequest } from "../contract/services.ts";

export interface WebhookContent {
  url: string;
  method: "GET" | "POST" | "PUT";
  query_parameters: Readonly<Record<string, unknown>>;
  headers: Readonly<Record<string, unknown>>;
  json_payload: Readonly<Record<string, unknown>>;
  multi_part_encoded_files: Readonly<Record<string, unknown>>;
  form_data: Readonly<Record<string, unknown>>;
}

/** The request of a webhook: files make it multipart, form fields alone a form, and else the payload is JSON. */
export function webhookRequest(content: WebhookContent): Pick<HttpRequest, "method" | "url" | "headers" | "body"> {
  const { method, headers } = content;
  const { type, body } = bodyOf(content);
  const given = Object.entries(headers).map(([name, value]) => [name, pythonText(value)]);
  return { method, url: withQuery(content), headers: { "content-type": type, ...Object.fromEntries(given) }, body };
}

function withQuery({ url, query_parameters }: WebhookContent): string {
  const query = formText(query_parameters);
  if (query === "") return url;
  const [address = "", fragment] = url.split("#");
  const joined = `${address}${address.includes("?") ? "&" : "?"}${query}`;
  return fragment === undefined ? joined : `${joined}#${fragment}`;
}

function bodyOf({ json_payload, multi_part_encoded_files: files, form_data }: WebhookContent) {
  if (Object.keys(files).length > 0) return multipart(files, form_data);
  if (Object.keys(form_data).length > 0) {
    return { type: "application/x-www-form-urlencoded", body: formText(form_data) };
  }
  return { type: "application/json", body: JSON.stringify(serialise(json_payload, ["*"])) };
}

/** Lists repeat their name, nothing is left out for null. */
function formText(fields: Readonly<Record<string, unknown>>): string {
  const text = new URLSearchParams();
  for (const [name, value] of pairs(fields)) text.append(name, pythonText(value));
  return text.toString();
}

function pairs(fields: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const values = Array.isArray(value) ? (value as unknown[]) : [value];
    return values.filter((item) => item !== null && item !== undefined).map((item): [string, unknown] => [name, item]);
  });
}

function multipart(files: Readonly<Record<string, unknown>>, fields: Readonly<Record<string, unknown>>) {
  const boundary = randomUUID().replaceAll("-", "");
  const part = (disposition: string, content: Uint8Array) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
    content,
    Buffer.from("\r\n"),
  ];
  const parts = [
    ...pairs(fields).flatMap(([name, value]) => part(`name=${quoted(name)}`, Buffer.from(pythonText(value)))),
    ...Object.entries(files).flatMap(([name, value]) =>
      part(`name=${quoted(name)}; filename=${quoted(name)}`, fileContent(name, value)),
    ),
    Buffer.from(`--${boundary}--\r\n`),
  ];
  return { type: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(parts) };
}

function fileContent(name: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === "string") return Buffer.from(value);
  const message = `file "${name}" is ${pythonText(value)}, expected text or bytes; ConvertImageToJPEG makes bytes of an image`;
  throw new StepError("SINK_FILE", message);
}

/** A name in a header; line ends would begin another one. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A")}"`;
}
