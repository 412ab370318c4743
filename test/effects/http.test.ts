import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openHttp } from "../../src/effects/http.ts";

const seen: { method: string; url: string; body: string }[] = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  seen.push({ method: request.method ?? "", url: request.url ?? "", body });
  answer(request, response);
});

function answer({ url = "" }: IncomingMessage, response: ServerResponse): void {
  if (url === "/never") return;
  if (url === "/moved") response.writeHead(307, { location: "/here" });
  else if (url === "/round") response.writeHead(307, { location: "/round" });
  else if (url === "/broken") response.writeHead(500);
  response.end(url === "/long" ? "x".repeat(1_000_000) : "done");
}

const http = openHttp();
let base = "";
const ask = (path: string, more: object = {}) =>
  http.send({ method: "POST", url: `${base}${path}`, headers: {}, body: "b", timeoutMs: 20_000, ...more });

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await http.close();
  server.closeAllConnections();
  server.close();
});

test("an answer comes with its status, however it went, and its text is bounded", async () => {
  expect(await ask("/")).toEqual({ status: 200, text: "done" });
  expect(await ask("/broken")).toEqual({ status: 500, text: "done" });
  expect((await ask("/long")).text).toHaveLength(64 * 1024);
});

test("a request to look has a body too", async () => {
  await ask("/look", { method: "GET", body: "{}" });
  expect(seen.at(-1)).toEqual({ method: "GET", url: "/look", body: "{}" });
});

test("a moved address is followed with the body, in a round not for ever", async () => {
  expect(await ask("/moved")).toMatchObject({ status: 200 });
  expect(seen.at(-1)).toEqual({ method: "POST", url: "/here", body: "b" });
  const round = await ask("/round").catch((error: unknown) => error);
  expect(round).toMatchObject(round instanceof Error ? { code: "HTTP_FAILED" } : { status: 307 });
});

test("a redirect is an answer where it would carry a key elsewhere, and an answer may be as long as it is asked for", async () => {
  expect(await ask("/moved", { isRedirected: false })).toMatchObject({ status: 307 });
  expect((await ask("/long", { mostBytes: 100_000 })).text).toHaveLength(100_000);
  expect(await ask("/", { timeoutMs: 20_000.5 })).toMatchObject({ status: 200 });
});

test("no answer within the time, no server, and no address of a server are reported without what the address holds", async () => {
  await expect(ask("/never", { timeoutMs: 50 })).rejects.toMatchObject({ code: "HTTP_TIMEOUT" });
  const refused = ask("", { url: "http://127.0.0.1:9/hook?key=secret" });
  await expect(refused).rejects.toMatchObject({ code: "HTTP_FAILED", message: expect.not.stringContaining("secret") });
  for (const url of ["not a url", "ftp://127.0.0.1/x", "file:///etc/passwd"]) {
    await expect(ask("", { url })).rejects.toMatchObject({ code: "HTTP_ADDRESS" });
  }
});
