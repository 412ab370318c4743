import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type LogEntry, startDaemon, type TestDaemon, within } from "../helpers/daemon.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const folder = useFolder();

/** Counts frames, prints each count, and keeps it. */
const COUNT = `
let n: number = 0;
const saveState = (): { n: number } => ({ n });
const loadState = (kept: { n: number }): void => { n = kept.n; };
async function run() {
  n += 1;
  console.log("frame", n);
  STOP
  return { frames: n };
}`;

/** The same in Python. */
const PYTHON = `
n = 0
def save_state():
    return {"n": n}
def load_state(kept):
    global n
    n = kept["n"]
def run(self, image):
    global n
    n += 1
    print("frame", n)
    return {"frames": n}
`;

const TYPESCRIPT_CODE = { type: "TypeScriptCode", run_function_code: COUNT.replace("STOP", "") };
const PYTHON_CODE = { type: "PythonCode", run_function_code: PYTHON };
const PERSIST = { interval_s: 0.2 };
// What holds here does not depend on the walls that a machine offers.
const ISOLATED = { code_blocks: "isolated", isolated_level: "process" };

describe("the state of a code block in the daemon", () => {
  let daemon: TestDaemon | undefined;

  beforeAll(async () => {
    await writeNumberedClip(folder.path("clip.mkv"), 60);
  });
  afterEach(async () => {
    await daemon?.stop("SIGKILL");
    daemon = undefined;
  });

  interface StartOptions {
    code?: object;
    config?: object;
    pipeline?: object;
    persist?: object;
  }

  async function start(name: string, options: StartOptions = {}) {
    const { code = TYPESCRIPT_CODE, config = {}, pipeline = {}, persist = PERSIST } = options;
    const image = { type: "DynamicInputDefinition", selector_types: ["input_image"] };
    const manifest = { type: "ManifestDescription", block_type: "Count", inputs: { image } };
    const block = {
      type: "DynamicBlockDefinition",
      manifest: { ...manifest, outputs: { frames: { type: "DynamicOutputDefinition", kind: ["integer"] } } },
      code: { ...code, persist },
    };
    const definition = {
      version: "1.0",
      inputs: [{ type: "WorkflowImage", name: "image" }],
      dynamic_blocks_definitions: [block],
      steps: [{ type: "Count", name: "count", image: "$inputs.image" }],
      outputs: [{ type: "JsonField", name: "frames", selector: "$steps.count.frames" }],
    };
    await writeFile(folder.path(`${name}.json`), JSON.stringify(definition));
    daemon = await startDaemon(folder.path(`${name}.yaml`), {
      device: "dock",
      http: { port: 0 },
      state_dir: folder.path(name),
      cameras: { door: { url: folder.path("clip.mkv"), loop: true } },
      pipelines: { frames: { workflow: `${name}.json`, cameras: ["door"], ...pipeline } },
      ...config,
    });
    return daemon;
  }

  const counts = (from: TestDaemon) => from.log("block_output").map(countOf);
  const countOf = ({ text }: LogEntry) => Number(String(text).replace("frame ", ""));
  const printed = (from: TestDaemon, least: number) => from.logged("block_output", (entry) => countOf(entry) >= least);
  const kept = (name: string): number => {
    const path = folder.path(`${name}/blocks/frames/count.json`);
    return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as { state: { n: number } }).state.n : 0;
  };

  test.each([
    ["code in the thread of its workflow", "thread", {}],
    ["isolated code", "isolated", { config: ISOLATED }],
    ["Python", "python", { code: PYTHON_CODE }],
  ])(
    "of %s goes on where it was last written when the daemon is killed, and where it was when it is stopped",
    async (_, name, options) => {
      const first = await start(name, options);
      await within(
        () => kept(name) >= 10,
        () => `the state is written\n${first.output()}`,
      );
      await first.stop("SIGKILL");
      const atDeath = kept(name);
      expect(atDeath).toBeLessThanOrEqual(counts(first).at(-1) ?? 0);

      const second = await start(name, options);
      await printed(second, atDeath + 5);
      expect(counts(second)[0]).toBe(atDeath + 1);
      expect((await second.logged("block_state_restored"))["pipeline"]).toBe("frames");
      expect(await second.stop()).toEqual({ code: 0, signal: null });
      const atStop = kept(name);
      expect(atStop).toBe(counts(second).at(-1));

      const third = await start(name, options);
      await printed(third, 1);
      expect(counts(third)[0]).toBe(atStop + 1);
    },
  );

  test("outlives a config that is read again", async () => {
    const daemon = await start("again");
    await printed(daemon, 5);
    // Another definition with the same code: what is kept on disk goes from one to the other.
    const path = folder.path("again.json");
    const definition = JSON.parse(readFileSync(path, "utf8")) as { outputs: object[] };
    const output = { type: "JsonField", name: "more", selector: "$steps.count.frames" };
    await writeFile(path, JSON.stringify({ ...definition, outputs: [...definition.outputs, output] }));
    daemon.signal("SIGHUP");
    await daemon.logged("config_applied");
    await printed(daemon, (counts(daemon).at(-1) ?? 0) + 5);
    expect(counts(daemon)).toEqual(Array.from({ length: counts(daemon).length }, (_, i) => i + 1));
  });

  test.each([
    ["code in the thread of its workflow", "changed", {}],
    ["isolated code", "changed-isolated", { config: ISOLATED }],
    ["Python", "changed-python", { code: PYTHON_CODE }],
  ])("of %s passes to the block that takes its place, if that has the same code", async (_, name, options) => {
    // Written so seldom that nothing but the change itself hands it over.
    const daemon = await start(name, { ...options, persist: { interval_s: 3600 } });
    await printed(daemon, 5);
    const path = folder.path(`${name}.json`);
    const text = readFileSync(path, "utf8");
    const taken = async (next: string) => {
      const before = daemon.log("workflow_swapped").length;
      await writeFile(path, next);
      await within(
        () => daemon.log("workflow_swapped").length > before,
        () => `the definition is taken\n${daemon.output()}`,
      );
    };
    await taken(text.replace('"code":', '"on_error":"empty","code":'));
    await daemon.logged("block_state_restored");
    await printed(daemon, (counts(daemon).at(-1) ?? 0) + 5);
    expect(counts(daemon)).toEqual(Array.from({ length: counts(daemon).length }, (_, i) => i + 1));

    await taken(text.replace("n += 1", "n += 1000"));
    await printed(daemon, 5000);
    const [last, next] = [counts(daemon).findLast((n) => n < 1000), counts(daemon).find((n) => n >= 1000)];
    expect(next).toBe(1000);
    expect((await daemon.logged("block_state_set_aside")).msg).toContain("the code of the block has changed");
    const old = readFileSync(folder.path(`${name}/blocks/frames/count.json.old`), "utf8");
    expect((JSON.parse(old) as { state: object }).state).toEqual({ n: last });
  });

  test("outlives the thread of a batch that takes too long, when the code still reacts", async () => {
    const daemon = await start("hangs", {
      code: {
        ...TYPESCRIPT_CODE,
        run_function_code: COUNT.replace("STOP", "if (n === 5) await new Promise(() => {});"),
      },
      pipeline: { timeout_ms: 1500 },
    });
    expect((await daemon.logged("pipeline_failed"))["code"]).toBe("LANE_TIMEOUT");
    await printed(daemon, 8);
    expect(counts(daemon)).toEqual(Array.from({ length: counts(daemon).length }, (_, i) => i + 1));
  });

  test("is not promised without a directory", async () => {
    const daemon = await start("nowhere", { config: { state_dir: undefined } });
    expect((await daemon.ended).code).toBe(2);
    expect(daemon.output()).toContain(
      'step "count" (Count) wants its state kept, but the config has no "state_dir" for it',
    );
  });
});
