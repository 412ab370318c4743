import { writeFile } from "node:fs/promises";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { codeBlock } from "../dynamic/code-in-a-definition.ts";
import { FAULTS } from "../dynamic/faults.ts";
import { descendants, isAlive, startDaemon, type TestDaemon, within } from "../helpers/daemon.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const folder = useFolder();

/** Brings its whole process down at the twentieth frame. */
const deadly = (body: string) => `
let frames = 0;
function run() {
  frames += 1;
  if (frames === 20) {
${body}
  }
  return { frames };
}`;

const CRASHES = FAULTS.filter(({ ended }) => ended === "daemon").map(({ name, body }) => {
  return { name, body, signal: /SIG\w+/.exec(name)?.[0] };
});

describe("a daemon under a supervisor", () => {
  let daemon: TestDaemon | undefined;

  beforeAll(() => writeNumberedClip(folder.path("clip.mkv"), 60));
  afterEach(async () => {
    await daemon?.stop("SIGKILL");
    daemon = undefined;
  });

  async function start(source: string): Promise<TestDaemon> {
    const image = { type: "DynamicInputDefinition", selector_types: ["input_image"] };
    const outputs = { frames: { type: "DynamicOutputDefinition", kind: ["integer"] } };
    const definition = {
      version: "1.0",
      inputs: [{ type: "WorkflowImage", name: "image" }],
      dynamic_blocks_definitions: [codeBlock("Deadly", source, { inputs: { image }, outputs })],
      steps: [{ type: "Deadly", name: "deadly", image: "$inputs.image" }],
      outputs: [{ type: "JsonField", name: "frames", selector: "$steps.deadly.frames" }],
    };
    await writeFile(folder.path("deadly.json"), JSON.stringify(definition));
    const config = {
      device: "dock",
      http: { port: 0 },
      cameras: { door: { url: folder.path("clip.mkv"), loop: true } },
      pipelines: { frames: { workflow: "deadly.json", cameras: ["door"] } },
    };
    daemon = await startDaemon(folder.path("millrace.yaml"), config, {}, ["--supervise"]);
    return daemon;
  }

  test("comes back by itself when code brings it down, and says what happened", async () => {
    const found = await start(deadly("process.kill(process.pid, 'SIGABRT');\nfor (;;);"));
    const told = await found.logged("daemon_crashed");
    expect(told).toMatchObject({ level: "error", signal: "SIGABRT", code: null });
    expect(found.output()).toContain("the daemon ended (SIGABRT) and starts again in 1 s");
    expect(told["running"]).toMatchObject([{ pipeline: "frames", step: "deadly", block: "Deadly" }]);
    expect(told.msg).toContain('while this code was running: step "deadly" (block Deadly, pipeline frames)');
    // The second daemon works as well as the first, and falls as it did; so does the third.
    const alone = await found.logged("code_left_alone");
    expect(alone).toMatchObject({ pipeline: "frames", step: "deadly", block: "Deadly" });
    expect(found.log("daemon_crashed")).toHaveLength(3);
    // The fourth goes on without that code, of which the failure of its step tells.
    const failed = await found.logged("step_failed", ({ code }) => code === "DYNAMIC_SUSPENDED");
    expect(failed.msg).toContain("the daemon ended too often while it was running");
    await found.frames("door", 40);
    const { last_crash } = await found.health();
    expect(last_crash).toMatchObject({ signal: "SIGABRT", running: [{ pipeline: "frames", step: "deadly" }] });
    expect(await found.stop()).toEqual({ code: 0, signal: null });
  });

  test.each(CRASHES.filter(({ signal }) => signal !== "SIGABRT"))(
    "comes back when code $name, and names the code",
    async ({ body, signal }) => {
      const found = await start(deadly(body));
      const told = await found.logged("daemon_crashed");
      expect(told).toMatchObject({ level: "error", signal, code: null, running: [{ step: "deadly" }] });
      expect(found.output()).toContain(`the daemon ended (${signal}) and starts again in 1 s`);
      expect(await found.stop()).toMatchObject({ signal: null });
    },
  );

  test("stops with its supervisor, whether that is asked to or killed", async () => {
    const calm = deadly("");
    const first = await start(calm);
    await first.frames("door", 5);
    expect(await first.stop()).toEqual({ code: 0, signal: null });
    const second = await start(calm);
    await second.frames("door", 5);
    const [child = 0] = descendants(second.pid, "node");
    expect(isAlive(child)).toBe(true);
    second.signal("SIGKILL");
    await within(
      () => !isAlive(child),
      () => "the daemon ends with its supervisor",
    );
  });

  test("is not started again when its config is wrong", async () => {
    daemon = await startDaemon(folder.path("wrong.yaml"), { device: "dock" }, {}, ["--supervise"]);
    expect(await daemon.ended).toEqual({ code: 2, signal: null });
  });
});
