import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openRawView } from "../../../src/daemon/http/raw-view.ts";
import type { SourceSettings } from "../../../src/stream/source-settings.ts";
import { ffmpegPrograms, startCamera } from "../../helpers/camera.ts";
import { commandLines } from "../../helpers/processes.ts";

async function serve(source: Partial<SourceSettings> & { url: string }): Promise<string> {
  const defaults = {
    transport: "tcp",
    pace: "fast",
    loop: false,
    connectTimeoutMs: 60_000,
    stallTimeoutMs: 1000,
  } as const;
  const raw = openRawView({ ffmpegPath: ffmpegPrograms[0]?.path ?? "", sourceOf: () => ({ ...defaults, ...source }) });
  const server = createServer((_, response) => raw.stream("gate", response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    await raw.close();
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test("a viewer gets the camera's picture, and no process shows the password", async () => {
  const credentials = { user: "viewer", password: "raw-geheim" };
  const camera = await startCamera({ credentials });
  onTestFinished(() => camera.close());
  const url = camera.url.replace(/\/\/[^@]*@/, "//");
  const response = await fetch(await serve({ url, username: "viewer", password: "raw-geheim" }));
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "video/mp2t"]);
  const reader = response.body?.getReader();
  const first = await reader?.read();
  expect(first?.value?.[0]).toBe(0x47);
  expect(commandLines().filter((line) => line.includes("raw-geheim"))).toEqual([]);
  await reader?.cancel();
});

test("a viewer of a camera that gives nothing hears why", async () => {
  const camera = await startCamera({ credentials: { user: "viewer", password: "x1y2" } });
  onTestFinished(() => camera.close());
  const denied = await fetch(await serve({ url: camera.url.replace(/\/\/[^@]*@/, "//") }));
  expect([denied.status, await denied.text()]).toEqual([
    502,
    "access is denied; check user name and password (401 Unauthorized)\n",
  ]);
  const dead = await fetch(await serve({ url: "rtsp://127.0.0.1:1/x" }));
  expect([dead.status, await dead.text()]).toEqual([502, expect.stringContaining("nothing accepts the connection")]);
});
