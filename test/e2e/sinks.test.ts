import { writeFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { openService } from "../blocks/sink/service-double.ts";
import { startDaemon } from "../helpers/daemon.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = useFolder();

test("sinks whose service fails or never answers cost no frame, and are in health and once in the log", async () => {
  const service = await openService(({ path }, response) => {
    if (path === "/fail") response.writeHead(500).end("out of order");
    // Under /hang nothing is ever answered.
  });
  await writeNumberedClip(folder.path("clip.mkv"), 60, "64x48", 5);
  await writeFile(folder.path("flow.json"), JSON.stringify(flow(service.base)));
  const daemon = await startDaemon(folder.path("millrace.yaml"), {
    device: "dock",
    http: { port: 0 },
    cameras: { gate: { url: "clip.mkv", loop: true } },
    pipelines: { one: { workflow: "flow.json", cameras: ["gate"] } },
  });
  await daemon.logged("effect_failed", ({ step }) => step === "hanging");
  await daemon.frames("gate", 15);
  const { cameras, failures } = await daemon.health();
  expect(cameras["gate"]).toMatchObject({ state: "online", dropped: 0 });
  expect(Object.keys(failures["one"] ?? {}).sort()).toEqual(["failing", "hanging", "waiting"]);
  for (const name of ["failing", "hanging", "waiting"]) {
    const lines = daemon.log("effect_failed").filter(({ step }) => step === name);
    expect(lines[0]).toMatchObject({ pipeline: "one", count: 1 });
    // Equal failures are counted for 10 s, then for a minute.
    expect(lines.length).toBeLessThanOrEqual(3);
  }
  expect(await daemon.stop()).toEqual({ code: 0, signal: null });
});

/** One that waits for the answer, and two that do not. */
function flow(base: string) {
  const sink = (name: string, path: string, more: object) => ({
    type: "roboflow_core/webhook_sink@v1",
    name,
    url: `${base}${path}`,
    method: "POST",
    cooldown_seconds: 0,
    ...more,
  });
  return {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    steps: [
      sink("failing", "/fail", { fire_and_forget: true }),
      sink("hanging", "/hang", { fire_and_forget: true, request_timeout: 1 }),
      sink("waiting", "/fail", { fire_and_forget: false }),
    ],
    outputs: [
      { type: "JsonField", name: "failed", selector: "$steps.waiting.error_status" },
      { type: "JsonField", name: "message", selector: "$steps.waiting.message" },
    ],
  };
}
