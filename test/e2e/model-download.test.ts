import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { millrace, SHAPES } from "../helpers/cli.ts";
import { baseConfig, startDaemon, type TestDaemon, trackingWorkflow } from "../helpers/daemon.ts";
import { openFileServer, serving } from "../helpers/file-server.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const folder = useFolder();
let daemon: TestDaemon | undefined;

beforeAll(async () => {
  await writeNumberedClip(folder.path("clip.mkv"), 60, "320x192", 10);
  await writeFile(folder.path("shapes.json"), JSON.stringify(trackingWorkflow()));
  const other = JSON.stringify(trackingWorkflow()).replace("shapes/1", "remote/1");
  await writeFile(folder.path("remote.json"), other);
});
afterEach(async () => {
  await daemon?.stop();
  await rm(folder.path("state"), { recursive: true, force: true });
});

const camera = () => ({ url: folder.path("clip.mkv"), loop: true });

function configOf(url: string, sha256: string): object {
  return {
    ...baseConfig,
    state_dir: "state",
    cameras: { gate: camera(), yard: camera() },
    models: { ...baseConfig.models, "remote/1": { url, sha256 } },
    pipelines: {
      near: { workflow: "shapes.json", cameras: ["gate"] },
      far: { workflow: "remote.json", cameras: ["yard"] },
    },
  };
}

test("a pipeline waits for its model while the others run, begins once it has come, and next time without the server", async () => {
  const model = await readFile(SHAPES);
  const sha256 = createHash("sha256").update(model).digest("hex");
  let held: ServerResponse | undefined;
  const server = await openFileServer({
    "/shapes.onnx": (request, response) => {
      if (held !== undefined) return serving(model)(request, response);
      held = response;
      response.writeHead(200, { "content-length": model.length }).write(model.subarray(0, 1000));
    },
  });
  const config = configOf(`${server.url}/shapes.onnx`, sha256);
  daemon = await startDaemon(folder.path("millrace.yaml"), config);
  await daemon.frames("gate", 3);
  const waiting = (await daemon.health()).cameras["yard"];
  expect(waiting).toMatchObject({
    state: "retrying",
    error: `model "remote/1" is not there yet: it is downloaded from ${server.url}/shapes.onnx first`,
    decoded: 0,
  });
  held?.destroy();
  await daemon.logged("model_download_failed");
  await daemon.logged("model_downloaded");
  await daemon.frames("yard", 3);
  expect(server.asked.at(-1)?.range).toBe("bytes=1000-");
  expect(daemon.log("pipeline_failed")).toEqual([]);
  await daemon.stop();

  const asked = server.asked.length;
  daemon = await startDaemon(folder.path("millrace.yaml"), config);
  await daemon.frames("yard", 3);
  expect(server.asked.length).toBe(asked);
});

test("doctor, validate and models list say what would be downloaded, without doing it", async () => {
  const server = await openFileServer({});
  const path = folder.path("offline.yaml");
  await writeFile(path, JSON.stringify(configOf(`${server.url}/shapes.onnx?token=abc`, "a".repeat(64))));
  const found = `model remote/1 not downloaded yet: the daemon fetches it from ${server.url}/shapes.onnx`;
  const doctor = await millrace(["doctor", "--config", path]);
  expect(doctor.stdout).toContain(found);
  const validate = await millrace(["validate", path]);
  expect(validate).toMatchObject({ code: 0 });
  expect(validate.stderr).toContain(`${path}: ok`);
  expect(validate.stderr).toContain('model "remote/1" is not downloaded yet');
  const list = await millrace(["models", "list", "--config", path]);
  expect(list.stdout).toContain(`remote/1: not downloaded yet, from ${server.url}/shapes.onnx`);
  const json = JSON.parse((await millrace(["models", "list", "--config", path, "--json"])).stdout);
  expect(json[1]).toEqual({
    id: "remote/1",
    path: folder.path(`state/models/${"a".repeat(64)}.onnx`),
    url: `${server.url}/shapes.onnx`,
    present: false,
    family: null,
    error: null,
  });
  expect(server.asked).toEqual([]);
});
