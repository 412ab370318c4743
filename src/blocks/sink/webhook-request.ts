import { StepError } from "../../base/errors.ts";
import { serialise } from "../../kinds/serialise.ts";
import { pythonText } from "../../query/python-text.ts";
import type { HttpRequest } from "../contract/services.ts";
import { multipart } from "./multipart.ts";

export interface WebhookContent {
  url: string;
  method: "GET" | "POST" | "PUT";
  query_parameters: Readonly<Record<string, unknown>>;
  headers: Readonly<Record<string, unknown>>;
  json_payload: Readonly<Record<string, unknown>>;
  multi_part_encoded_files: Readonly<Record<string, unknown>>;
  form_data: Readonly<Record<string, unknown>>;
}

/**
 * The request of a webhook: files make it multipart, with a boundary that occurs in none of them, form fields alone a
 * form, and else the payload is JSON.
 */
export function webhookRequest(
  content: WebhookContent,
  boundary: string,
): Pick<HttpRequest, "method" | "url" | "headers" | "body"> {
  const { method, headers } = content;
  const { type, body } = bodyOf(content, boundary);
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

function bodyOf({ json_payload, multi_part_encoded_files: files, form_data }: WebhookContent, boundary: string) {
  if (Object.keys(files).length > 0) return multipartOf(files, form_data, boundary);
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

function multipartOf(
  files: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, unknown>>,
  boundary: string,
) {
  return multipart(boundary, [
    ...pairs(fields).map(([name, value]) => ({ name, content: Buffer.from(pythonText(value)) })),
    ...Object.entries(files).map(([name, value]) => ({ name, file: name, content: fileContent(name, value) })),
  ]);
}

function fileContent(name: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === "string") return Buffer.from(value);
  const message = `file "${name}" is ${pythonText(value)}, expected text or bytes; ConvertImageToJPEG makes bytes of an image`;
  throw new StepError("SINK_FILE", message);
}
