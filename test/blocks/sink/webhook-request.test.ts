import { expect, test } from "vitest";
import { type WebhookContent, webhookRequest } from "../../../src/blocks/sink/webhook-request.ts";

const ask = (content: WebhookContent) => webhookRequest(content, "b0unda7y");

const EMPTY: WebhookContent = {
  url: "http://box/hook",
  method: "POST",
  query_parameters: {},
  headers: {},
  json_payload: {},
  multi_part_encoded_files: {},
  form_data: {},
};

test("parameters join a query that the address has, in front of its fragment", () => {
  const query_parameters = { q: 1.5, on: true, none: null, list: ["a b", 2] };
  const url = (address: string) => ask({ ...EMPTY, url: address, query_parameters }).url;
  expect(url("http://box/hook")).toBe("http://box/hook?q=1.5&on=True&list=a+b&list=2");
  expect(url("http://box/hook?k=1#part")).toBe("http://box/hook?k=1&q=1.5&on=True&list=a+b&list=2#part");
});

test("headers are texts, and may state another type", () => {
  const headers = { "X-N": 5, "content-type": "application/vnd.mine+json" };
  expect(ask({ ...EMPTY, headers }).headers).toEqual({
    "X-N": "5",
    "content-type": "application/vnd.mine+json",
  });
});

test("a payload holds what results hold, a form is a form, and files make it multipart with the fields of the form", () => {
  expect(ask({ ...EMPTY, json_payload: { at: new Date(0), n: [1, null] } }).body).toBe(
    '{"at":"1970-01-01T00:00:00.000Z","n":[1,null]}',
  );
  expect(ask({ ...EMPTY, form_data: { a: 5, b: "t&u" } })).toMatchObject({
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "a=5&b=t%26u",
  });
  const files = { 'na"me\r\nx': Uint8Array.from([255, 0]), text: "t" };
  const { headers, body } = ask({ ...EMPTY, form_data: { a: 5 }, multi_part_encoded_files: files });
  const [, boundary = ""] = /boundary=(\w+)$/.exec(headers["content-type"] ?? "") ?? [];
  const text = Buffer.from(body as Uint8Array).toString("latin1");
  expect(text.split(`--${boundary}`)).toEqual([
    "",
    '\r\nContent-Disposition: form-data; name="a"\r\n\r\n5\r\n',
    '\r\nContent-Disposition: form-data; name="na%22me%0D%0Ax"; filename="na%22me%0D%0Ax"\r\n\r\n\xff\0\r\n',
    '\r\nContent-Disposition: form-data; name="text"; filename="text"\r\n\r\nt\r\n',
    "--\r\n",
  ]);
});

test("a file that is no text and no bytes is refused", () => {
  expect(() => ask({ ...EMPTY, multi_part_encoded_files: { f: 5 } })).toThrow('file "f" is 5, expected text or bytes');
});
