import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { EventIndex, type FileEnding } from "../../../src/daemon/archive/event-index.ts";
import { answerEvents } from "../../../src/daemon/http/event-routes.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();

async function serve(): Promise<{ url: string; index: EventIndex }> {
  const index = new EventIndex();
  const file = (id: string, ending: FileEnding) =>
    index.get(id)?.files.has(ending) ? folder.path(`${id}.${ending}`) : null;
  const server = createServer((request, response) => {
    void answerEvents(request, response, { page: (query) => index.page(query), file }).then((isAnswered) => {
      if (!isAnswered) response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, index };
}

function eventAt(seconds: number) {
  const start = new Date(1_700_000_000_000 + seconds * 1000).toISOString();
  const more = {
    camera: "gate",
    pipeline: "people",
    class: "person",
    score: 0.9,
    end: null,
    reason: null,
    zones: ["yard"],
  };
  return { id: `gate-7f2c-${seconds}`, start, ...more };
}

test("events are listed with the addresses of what there is of them", async () => {
  const { url, index } = await serve();
  for (const seconds of [1, 2, 3]) index.put(eventAt(seconds));
  const entry = index.get("gate-7f2c-3");
  if (entry !== undefined) index.setFile(entry, "jpg", 10);
  const first = (await (await fetch(`${url}/events.json?camera=gate&limit=2`)).json()) as Record<string, string>;
  expect(first["events"]).toEqual([
    { ...eventAt(3), snapshot: "/events/gate-7f2c-3.jpg", clip: null },
    { ...eventAt(2), snapshot: null, clip: null },
  ]);
  const second = await (await fetch(`${url}/events.json?before=${encodeURIComponent(first["next"] ?? "")}`)).json();
  expect(second).toEqual({ events: [{ ...eventAt(1), snapshot: null, clip: null }], next: null });
  expect(await (await fetch(`${url}/events.json?camera=other`)).json()).toEqual({ events: [], next: null });
});

test.each(["0", "501", "1.5", "many", ""])("a limit of %j is refused with what is expected", async (limit) => {
  const { url } = await serve();
  const response = await fetch(`${url}/events.json?limit=${limit}`);
  expect([response.status, await response.text()]).toEqual([
    400,
    `"limit" is "${limit}": expected a whole number from 1 to 500`,
  ]);
});

test("a file is sent whole or in the part that is asked for", async () => {
  const { url, index } = await serve();
  const content = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));
  await writeFile(folder.path("gate-7f2c-1.mp4"), content);
  index.setFile(index.put(eventAt(1)), "mp4", content.length);
  const ask = async (range?: string, method = "GET") => {
    const response = await fetch(`${url}/events/gate-7f2c-1.mp4`, {
      method,
      headers: range === undefined ? {} : { range },
    });
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const whole = await ask();
  expect([whole.response.status, whole.response.headers.get("content-type")]).toEqual([200, "video/mp4"]);
  expect(whole.bytes.equals(content)).toBe(true);
  const parts: [string, number, number][] = [
    ["bytes=0-0", 0, 0],
    ["bytes=100-199", 100, 199],
    ["bytes=990-", 990, 999],
    ["bytes=-10", 990, 999],
    ["bytes=900-5000", 900, 999],
  ];
  for (const [range, from, to] of parts) {
    const { response, bytes } = await ask(range);
    expect([response.status, response.headers.get("content-range")], range).toEqual([206, `bytes ${from}-${to}/1000`]);
    expect(bytes.equals(content.subarray(from, to + 1)), range).toBe(true);
  }
  const beyond = await ask("bytes=1000-");
  expect([beyond.response.status, beyond.response.headers.get("content-range")]).toEqual([416, "bytes */1000"]);
  const head = await ask(undefined, "HEAD");
  expect([head.response.headers.get("content-length"), head.bytes.length]).toEqual(["1000", 0]);
});

test("what is no file of an event is not found, also where such a file lies", async () => {
  const { url } = await serve();
  await writeFile(folder.path("secret.jpg"), "not of an event");
  for (const path of ["/events/secret.jpg", "/events/..%2Fsecret.jpg", "/events/gate-7f2c-1.json", "/events/"]) {
    expect((await fetch(`${url}${path}`)).status, path).toBe(404);
  }
});
