import { writeFile } from "node:fs/promises";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { codeBlock } from "../dynamic/code-in-a-definition.ts";
import { type LogEntry, startDaemon, type TestDaemon } from "../helpers/daemon.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const folder = useFolder();
const CAMERAS = ["one", "two", "three"];

/** Tells its version and counts frames of all its cameras. */
const code = (version: string) =>
  `let n = 0; function run(inputs, self) { n += 1; console.log("${version}", n, self.source); return { n }; }`;

function definition(source: string): string {
  const image = { type: "DynamicInputDefinition", selector_types: ["input_image"] };
  return JSON.stringify({
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    dynamic_blocks_definitions: [
      codeBlock("Count", source, {
        inputs: { image },
        outputs: { n: { type: "DynamicOutputDefinition", kind: ["integer"] } },
      }),
    ],
    steps: [{ type: "Count", name: "count", image: "$inputs.image" }],
    outputs: [{ type: "JsonField", name: "n", selector: "$steps.count.n" }],
  });
}

describe("a definition that changes while the daemon runs", () => {
  let daemon: TestDaemon;

  beforeAll(() => writeNumberedClip(folder.path("clip.mkv"), 60));
  afterEach(() => daemon?.stop("SIGKILL"));

  const printed = (pipeline: string) =>
    daemon
      .log("block_output")
      .filter((entry) => entry["pipeline"] === pipeline)
      .map(({ text }) => {
        const [version = "", n = ""] = String(text).split(" ");
        return { version, n: Number(n) };
      });

  test("is taken between two frames; nothing else notices, and a wrong one changes nothing", async () => {
    await writeFile(folder.path("a.json"), definition(code("a1")));
    await writeFile(folder.path("b.json"), definition(code("b1")));
    const camera = { url: folder.path("clip.mkv"), loop: true };
    daemon = await startDaemon(folder.path("millrace.yaml"), {
      device: "dock",
      http: { port: 0 },
      cameras: Object.fromEntries(CAMERAS.map((name) => [name, camera])),
      pipelines: {
        a: { workflow: "a.json", cameras: ["one", "two"] },
        b: { workflow: "b.json", cameras: ["three"] },
      },
    });
    await daemon.frames("one", 10);
    for (const version of ["a2", "a3", "a4"]) {
      await writeFile(folder.path("a.json"), definition(code(version)));
      daemon.signal("SIGHUP");
      await daemon.logged("block_output", ({ text }: LogEntry) => String(text).startsWith(`${version} 5 `));
    }
    await writeFile(folder.path("a.json"), definition("function run( {"));
    daemon.signal("SIGHUP");
    await daemon.logged("config_refused");
    await daemon.frames("one", 10);
    await daemon.frames("three", 10);
    // A changed file needs no signal.
    await writeFile(folder.path("a.json"), definition(code("a5")));
    await daemon.logged("block_output", ({ text }: LogEntry) => String(text).startsWith("a5 5 "));

    const { cameras } = await daemon.health();
    for (const name of CAMERAS) expect(cameras[name], name).toMatchObject({ dropped: 0, state: "online" });
    expect(daemon.log("source_started")).toHaveLength(CAMERAS.length);
    expect(daemon.log("workflow_swapped").map((entry) => entry["pipeline"])).toEqual(["a", "a", "a", "a"]);
    // What did not change goes on counting; what did begins again, and the versions never mix.
    expect(printed("b").map(({ n }) => n)).toEqual(printed("b").map((_, i) => i + 1));
    for (const version of ["a1", "a2", "a3", "a4", "a5"]) {
      const own = printed("a").filter((one) => one.version === version);
      expect(own.map(({ n }) => n)).toEqual(own.map((_, i) => i + 1));
    }
    const order = printed("a").map(({ version }) => version);
    expect(order).toEqual(order.toSorted());
  });
});
