import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { ModelFetcher } from "../../../src/daemon/models/model-fetcher.ts";
import type { DaemonEvent } from "../../../src/daemon/report/events.ts";
import { logLine } from "../../../src/daemon/report/log-line.ts";
import { within } from "../../helpers/daemon.ts";
import { breakingOff, openFileServer, serving } from "../../helpers/file-server.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();
const content = randomBytes(600_000);
const sha256 = createHash("sha256").update(content).digest("hex");
let folders = 0;

function open() {
  const events: DaemonEvent[] = [];
  let count = 0;
  const fetcher = new ModelFetcher({
    report: (event) => void events.push(event),
    fetched: () => void count++,
    retry: { firstMs: 1, longestMs: 5 },
  });
  onTestFinished(() => fetcher.close());
  const path = folder.path(`${folders++}/model.onnx`);
  const model = (id: string, url: string) => ({ id, url, sha256, path });
  return { fetcher, events, path, model, fetched: () => count };
}

test("a model is retried until it is there, and the log tells why it is not", async () => {
  const { fetcher, events, path, model, fetched } = open();
  const server = await openFileServer({ "/model.onnx": breakingOff(content, 200_000, 2) });
  expect(fetcher.reason("coco/1")).toBeNull();
  fetcher.want([model("coco/1", `${server.url}/model.onnx?token=abc`)]);
  expect(fetcher.reason("coco/1")).toBe(`it is downloaded from ${server.url}/model.onnx first`);
  await within(
    () => fetched() === 1,
    () => JSON.stringify(events.slice(-5)),
  );
  expect((await readFile(path)).equals(content)).toBe(true);
  const lines = events.map((event) =>
    `${logLine(event).level} ${logLine(event).message}`.replace(server.url, "ADDRESS"),
  );
  expect(lines[0]).toMatch(/^info model "coco\/1": downloading ADDRESS\/model\.onnx, 0\.\d MB of 0\.6 MB \(\d+ %\)$/);
  const failures = lines.filter((line) => line.startsWith("error"));
  expect(failures).toHaveLength(2);
  expect(failures[0]).toMatch(
    /^error model "coco\/1": ADDRESS\/model\.onnx cannot be downloaded: .* after \d+ of 600000 bytes; next attempt in 0\.0 s$/,
  );
  expect(lines.at(-1)).toMatch(/^info model "coco\/1": 0\.6 MB downloaded in \d+\.\d s, kept in .*model\.onnx$/);
  expect(lines.join()).not.toContain("abc");
});

test("two ids of one file are one download, and both know why they wait", async () => {
  const { fetcher, model, fetched, events } = open();
  const server = await openFileServer({ "/model.onnx": serving(content) });
  const url = `${server.url}/model.onnx`;
  fetcher.want([model("one/1", url), model("two/1", url)]);
  expect(fetcher.reason("two/1")).toBe(fetcher.reason("one/1"));
  await within(
    () => fetched() === 1,
    () => JSON.stringify(events.slice(-5)),
  );
  expect(server.asked).toHaveLength(1);
});

test("another address for the same file takes over, and what is wanted no more ends", async () => {
  const { fetcher, model, fetched, events } = open();
  const server = await openFileServer({
    "/good": serving(content),
    "/bad": (_, response) => void response.writeHead(500).end(),
  });
  const failures = () => events.filter(({ type }) => type === "model_download_failed").length;
  fetcher.want([model("coco/1", `${server.url}/bad`)]);
  await within(
    () => failures() > 2,
    () => JSON.stringify(events.slice(-5)),
  );
  expect(fetcher.reason("coco/1")).toBe(`${server.url}/bad cannot be downloaded: the server answers HTTP 500`);
  fetcher.want([]);
  await fetcher.close();
  fetcher.want([model("coco/1", `${server.url}/good`)]);
  await within(
    () => fetched() === 1,
    () => JSON.stringify(events.slice(-5)),
  );
  expect(server.asked.filter(({ path }) => path === "/good")).toHaveLength(1);
});
