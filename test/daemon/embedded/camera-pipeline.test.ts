import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openDemoCamera } from "../../../src/demo/demo-camera.ts";
import {
  type CameraPipelineSettings,
  type CameraResult,
  type MillraceError,
  openPipeline,
  type UserError,
} from "../../../src/library.ts";
import { codeBlock } from "../../dynamic/code-in-a-definition.ts";
import { startCamera } from "../../helpers/camera.ts";
import { ROOT, SHAPES } from "../../helpers/cli.ts";
import { within } from "../../helpers/daemon.ts";
import { LEVEL_STEP, useFolder, writeNumberedClip } from "../../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = useFolder();
const FRAMES = 30;

/** Its code says which frame a picture of the clip is, counts its calls, and fails on one frame if one is named. */
function numbering(failAt = -1): object {
  const code = `let calls = 0;
function run({ image, step }, { pixels }) {
  calls++;
  const number = Math.round(pixels.view(image).rgb[0] / step);
  if (number === ${failAt}) throw new Error("too bright");
  return { out: [number, calls] };
}`;
  const image = { type: "DynamicInputDefinition", selector_types: ["input_image"] };
  const step = { type: "DynamicInputDefinition", selector_types: ["input_parameter"], value_types: ["integer"] };
  return {
    version: "1.0",
    inputs: [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowParameter", name: "step", kind: ["integer"], default_value: 1 },
    ],
    dynamic_blocks_definitions: [codeBlock("Grey", code, { inputs: { image, step } })],
    steps: [{ type: "Grey", name: "grey", image: "$inputs.image", step: "$inputs.step" }],
    outputs: [
      { type: "JsonField", name: "grey", selector: "$steps.grey.out" },
      { type: "JsonField", name: "picture", selector: "$inputs.image" },
    ],
  };
}

async function open(settings: Partial<CameraPipelineSettings> = {}) {
  const results: CameraResult[] = [];
  const errors: MillraceError[] = [];
  const clip = await writeNumberedClip(folder.path("clip.mkv"), FRAMES);
  const pipeline = await openPipeline({
    camera: clip,
    workflow: numbering(),
    parameters: { step: LEVEL_STEP },
    pictures: false,
    onResult: (result) => void results.push(result),
    onError: (error) => void errors.push(error),
    ...settings,
  });
  onTestFinished(() => pipeline.close());
  return { pipeline, results, errors };
}

describe("a pipeline on a file", () => {
  it("gives every frame in order, and ends by itself", async () => {
    const { pipeline, results, errors } = await open();
    await pipeline.finished;
    expect(results.map(({ outputs }) => outputs["grey"])).toEqual(Array.from({ length: FRAMES }, (_, i) => [i, i + 1]));
    expect(results.map(({ frame }) => frame)).toEqual(results.map((_, i) => i));
    expect(results[10]).toMatchObject({
      width: 64,
      height: 48,
      pts: 0.4,
      outputs: { picture: { value: null } },
      failures: [],
    });
    expect(pipeline.counts()).toEqual({ decoded: FRAMES, published: FRAMES, dropped: {}, inFlight: 0 });
    expect(errors).toEqual([]);
  });

  it("waits for the promise of the program and loses nothing; a failed step or a failed call ends nothing", async () => {
    let busy = 0;
    let most = 0;
    const { pipeline, errors } = await open({
      workflow: numbering(3),
      async onResult({ frame, failures, outputs }) {
        most = Math.max(most, ++busy);
        await turn();
        busy--;
        if (failures.length > 0) expect([frame, outputs["grey"]]).toEqual([3, null]);
        if (frame === 20) throw new TypeError("cannot take it");
      },
    });
    await pipeline.finished;
    expect([most, pipeline.counts().published]).toEqual([1, FRAMES]);
    expect(errors.map(({ message }) => message.split("\n")[0])).toEqual([
      expect.stringMatching(/^step "grey": .*too bright/),
      "onResult failed: cannot take it",
    ]);
  });

  it("has pictures in the reference's form unless they are not wanted", async () => {
    const { pipeline, results } = await open({ pictures: true, maxFps: 5 });
    await pipeline.finished;
    expect(results.length).toBeLessThan(FRAMES);
    expect(results[0]?.outputs["picture"]).toMatchObject({ type: "base64", value: expect.stringMatching(/^\/9j\//) });
  });

  it("is closed more than once, and every frame is accounted for", async () => {
    const { pipeline, results } = await open({ camera: { url: folder.path("clip.mkv"), loop: true } });
    await within(
      () => results.length > FRAMES,
      () => "the file begins again",
    );
    await Promise.all([pipeline.close(), pipeline.close(), pipeline[Symbol.asyncDispose]()]);
    await pipeline.finished;
    const { decoded, published, dropped, inFlight } = pipeline.counts();
    const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    expect([published + lost, inFlight]).toEqual([decoded, 0]);
  });

  it("that is no video ends with the reason", async () => {
    const { pipeline, errors } = await open({ camera: `${ROOT}/package.json` });
    await expect(pipeline.finished).rejects.toThrow();
    expect(errors.map(({ code }) => code)).toEqual([expect.stringMatching(/^STREAM_/)]);
  });
});

describe("a pipeline on a camera", () => {
  it("drops frames for newer ones while the program is busy, reports a camera that is away and comes back to it", async () => {
    const camera = await startCamera();
    onTestFinished(() => camera.close());
    const seen: number[] = [];
    let free = () => {};
    const { pipeline, errors } = await open({
      camera: camera.url,
      onResult({ frame }) {
        seen.push(frame);
        if (seen.length > 1) return;
        return new Promise<void>((resolve) => {
          free = resolve;
        });
      },
    });
    const happens = (what: string, condition: () => boolean) =>
      within(condition, () => `${what}: ${JSON.stringify({ counts: pipeline.counts(), errors })}`);
    await happens("frames are dropped", () => (pipeline.counts().dropped.newest_wins ?? 0) > 5);
    free();
    await happens("results come again", () => seen.length > 10);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBeGreaterThan(seen.length);
    await camera.stop();
    await happens("an error is reported", () => errors.length > 0);
    expect(errors[0]).toMatchObject({ code: expect.stringMatching(/^STREAM_/), name: "SourceError" });
    await camera.restart();
    const before = seen.length;
    await happens("the camera is back", () => seen.length > before + 3);
  });

  it("is a program of twenty lines, on the demo's camera", async () => {
    const { camera } = await openDemoCamera();
    onTestFinished(() => camera.close());
    const args = [camera.url, `${ROOT}/config/demo-workflow.json`, `shapes/1=${SHAPES}`, "5"];
    const program = ["--import", "tsx", `${ROOT}/examples/library/pipeline.ts`];
    const child = spawn(process.execPath, [...program, ...args], { cwd: ROOT });
    const lines: string[] = [];
    createInterface(child.stdout).on("line", (line) => lines.push(line));
    let told = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      told += text;
    });
    const [code] = await once(child, "close");
    expect(code, told).toBe(0);
    expect(lines.length).toBeGreaterThanOrEqual(5);
    expect(JSON.parse(lines[0] ?? "")).toEqual({ frame: expect.any(Number), crossed: expect.any(Number) });
  });
});

describe("settings that are wrong", () => {
  const issuesOf = async (settings: object) => {
    const refusal = await openPipeline(settings as CameraPipelineSettings).catch((error: unknown) => error);
    return (refusal as UserError).issues;
  };

  it("are refused with every fault at once", async () => {
    const camera = { url: folder.path("absent.mp4"), transprot: "udp" };
    const issues = await issuesOf({ camera, workflow: numbering(), onresult() {} });
    expect(issues.map(({ code, path }) => `${code} ${path}`)).toEqual([
      "PIPELINE_SETTING /onresult",
      "PIPELINE_SETTING /onResult",
      "CONFIG_UNKNOWN_KEY /camera/transprot",
    ]);
    expect(issues[0]?.hint).toContain("onResult");
  });

  it("are refused with everything that they name and that is not there", async () => {
    const models = { "a/1": folder.path("absent.onnx") };
    const [camera, workflow] = [folder.path("absent.mp4"), folder.path("absent.json")];
    const issues = await issuesOf({ camera, workflow, models, onResult() {} });
    expect(issues.map(({ code, path }) => `${code} ${path}`)).toEqual([
      "CONFIG_CAMERA /camera/url",
      "CONFIG_MODEL /models/a~11",
      "DEFINITION_FILE /workflow",
    ]);
    expect(await issuesOf({ camera, workflow: numbering(), plugins: ["./absent"], onResult() {} })).toMatchObject([
      { code: "CONFIG_CAMERA", path: "/camera/url" },
      { code: "PLUGIN_LOAD", path: "/plugins/0" },
    ]);
  });
});
