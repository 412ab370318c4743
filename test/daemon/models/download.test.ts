import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { type DownloadRequest, download } from "../../../src/daemon/models/download.ts";
import { breakingOff, openFileServer, redirecting, serving } from "../../helpers/file-server.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();
const content = randomBytes(600_000);
const sha256 = createHash("sha256").update(content).digest("hex");
let folders = 0;

/** A place of its own for each test. */
function request(url: string, more: Partial<DownloadRequest> = {}): DownloadRequest {
  const path = folder.path(`${folders++}/model.onnx`);
  return { url, sha256, path, signal: new AbortController().signal, ...more };
}

const beside = async ({ path }: DownloadRequest) => (await readdir(dirname(path))).toSorted();
const fault = (work: Promise<unknown>) =>
  work.then(() => "no fault").catch((error) => `${error.code}: ${error.message}`);

test("a file is in its place, whole, and its progress is reported", async () => {
  const server = await openFileServer({ "/model.onnx": serving(content) });
  const told: [number, number | null][] = [];
  const wanted = request(`${server.url}/model.onnx`, { progress: (done, total) => void told.push([done, total]) });
  expect(await download(wanted)).toEqual({ sha256, sizeBytes: content.length });
  expect((await readFile(wanted.path)).equals(content)).toBe(true);
  expect(told.at(-1)).toEqual([content.length, content.length]);
  expect(await beside(wanted)).toEqual(["model.onnx"]);
});

test("a download that broke off goes on where it ended", async () => {
  const server = await openFileServer({ "/model.onnx": breakingOff(content, 200_000, 2) });
  const wanted = request(`${server.url}/model.onnx`);
  const ends: (string | undefined)[] = [];
  for (let i = 0; i < 2; i++) {
    const [, end] =
      /: .* cannot be downloaded: .* after (\d+) of 600000 bytes$/.exec(await fault(download(wanted))) ?? [];
    ends.push(end);
    expect(await beside(wanted)).toEqual([`model.onnx.part-${process.pid}`]);
  }
  await download(wanted);
  expect(server.asked.map(({ range }) => range)).toEqual([undefined, ...ends.map((end) => `bytes=${end}-`)]);
  expect((await readFile(wanted.path)).equals(content)).toBe(true);
  expect(await beside(wanted)).toEqual(["model.onnx"]);
});

test("a server that knows no ranges sends the whole file again", async () => {
  let isFirst = true;
  const server = await openFileServer({
    "/model.onnx": (asked, response) => {
      if (!isFirst) return void response.writeHead(200).end(content);
      isFirst = false;
      breakingOff(content, 1000, 1)(asked, response);
    },
  });
  const wanted = request(`${server.url}/model.onnx`);
  await fault(download(wanted));
  await download(wanted);
  expect((await readFile(wanted.path)).equals(content)).toBe(true);
});

test("a part that came whole before is checked and takes its place", async () => {
  const server = await openFileServer({ "/model.onnx": serving(content) });
  const wanted = request(`${server.url}/model.onnx`);
  await fault(download({ ...wanted, url: `${server.url}/absent` }));
  await writeFile(`${wanted.path}.part-${process.pid}`, content);
  await download(wanted);
  expect((await readFile(wanted.path)).equals(content)).toBe(true);
});

test("a part of another file is given up, and the file fetched from its beginning", async () => {
  const server = await openFileServer({ "/model.onnx": serving(content) });
  const wanted = request(`${server.url}/model.onnx`);
  await fault(download({ ...wanted, url: `${server.url}/absent` }));
  await writeFile(`${wanted.path}.part-${process.pid}`, randomBytes(1000));
  await download(wanted);
  expect(server.asked.slice(1).map(({ range }) => range)).toEqual(["bytes=1000-", undefined]);
  expect((await readFile(wanted.path)).equals(content)).toBe(true);
});

test("a wrong checksum is a fault with both, and nothing stays", async () => {
  const page = Buffer.from("<!doctype html><title>Sign in</title>");
  const server = await openFileServer({ "/model.onnx": serving(page) });
  const wanted = request(`${server.url}/model.onnx?token=abc`);
  const found = createHash("sha256").update(page).digest("hex");
  expect(await fault(download({ ...wanted, url: `${server.url}/model.onnx` }))).toBe(
    `MODEL_CHECKSUM: the checksum of 37 bytes from ${server.url}/model.onnx is wrong: expected ${sha256}, found ${found} (it is an HTML page, as a failed download leaves behind)`,
  );
  expect(await beside(wanted)).toEqual([]);
});

test("redirects are followed, without the password to another server", async () => {
  const other = await openFileServer({ "/real": serving(content) });
  const server = await openFileServer({
    "/model.onnx": redirecting("/moved", 301),
    "/moved": redirecting(`${other.url}/real`, 307),
  });
  await download(request(`${server.url}/model.onnx`, { username: "box", password: "secret" }));
  expect(server.asked.map(({ authorization }) => authorization)).toEqual([
    "Basic Ym94OnNlY3JldA==",
    "Basic Ym94OnNlY3JldA==",
  ]);
  expect(other.asked.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test("what the server answers is reported in words, and so are redirects to what is not safe, or without end", async () => {
  const server = await openFileServer({
    "/secret": (_, response) => void response.writeHead(403).end(),
    "/broken": (_, response) => void response.writeHead(500).end(),
    "/unsafe": redirecting("http://example.org/model.onnx?sig=abc"),
    "/circle": redirecting("/circle"),
  });
  const told = async (path: string) =>
    (await fault(download(request(`${server.url}${path}`)))).replaceAll(server.url, "");
  expect(await told("/absent")).toBe("MODEL_DOWNLOAD: /absent cannot be downloaded: there is no such file (HTTP 404)");
  expect(await told("/secret")).toBe("MODEL_DOWNLOAD: /secret cannot be downloaded: it may not be read (HTTP 403)");
  expect(await told("/broken")).toBe("MODEL_DOWNLOAD: /broken cannot be downloaded: the server answers HTTP 500");
  expect(await told("/unsafe")).toBe(
    "MODEL_DOWNLOAD: /unsafe cannot be downloaded: it leads to http://example.org/model.onnx, which is not encrypted: expected https://, as http:// is for this machine alone",
  );
  expect(await told("/circle")).toBe(
    "MODEL_DOWNLOAD: /circle cannot be downloaded: it is redirected more than 5 times",
  );
  expect(await fault(download(request("http://127.0.0.1:1/model.onnx")))).toBe(
    "MODEL_DOWNLOAD: http://127.0.0.1:1/model.onnx cannot be downloaded: the connection is refused (127.0.0.1:1)",
  );
});

test("a server that falls silent is given up, at the start and in the middle", async () => {
  const server = await openFileServer({
    "/silent": () => {},
    "/stalls": (_, response) => {
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 5000));
    },
  });
  const told = (path: string) => fault(download(request(`${server.url}${path}`, { idleMs: 300 })));
  expect(await told("/silent")).toContain("nothing came for 0.3 s");
  expect(await told("/stalls")).toContain("nothing came for 0.3 s");
});

test("a download ends when it is no longer wanted", async () => {
  const stop = new AbortController();
  const server = await openFileServer({
    "/slow": (_, response) => void response.writeHead(200).write(content.subarray(0, 5000), () => stop.abort()),
  });
  await expect(download(request(`${server.url}/slow`, { signal: stop.signal }))).rejects.toThrow(/abort/i);
});

test("the part of a process that ended is taken over, that of one that runs is not", async () => {
  const server = await openFileServer({ "/model.onnx": serving(content) });
  const wanted = request(`${server.url}/model.onnx`);
  await fault(download({ ...wanted, url: `${server.url}/absent` }));
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const part = `${wanted.path}.part-${child.pid}`;
  await writeFile(part, content.subarray(0, 70_000));
  expect(await fault(download(wanted))).toBe(`MODEL_DOWNLOAD_BUSY: process ${child.pid} is downloading it`);
  child.kill("SIGKILL");
  await once(child, "close");
  await download(wanted);
  expect(server.asked.at(-1)?.range).toBe("bytes=70000-");
  expect(await beside(wanted)).toEqual(["model.onnx"]);
});

test("a part that was not written for a minute is free, whatever process has its number", async () => {
  const server = await openFileServer({ "/model.onnx": serving(content) });
  const wanted = request(`${server.url}/model.onnx`);
  await fault(download({ ...wanted, url: `${server.url}/absent` }));
  const part = `${wanted.path}.part-${process.ppid}`;
  await writeFile(part, content.subarray(0, 70_000));
  const before = new Date(Date.now() - 120_000);
  await utimes(part, before, before);
  await download(wanted);
  expect(server.asked.at(-1)?.range).toBe("bytes=70000-");
});
