import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { millrace, ROOT } from "../../../helpers/cli.ts";
import { compileStub, copyRuntime, hasCompiler, RELEASE } from "../../../inference/gpu/compile.ts";
import { useFolder } from "../../../stream/clip.ts";

// Everything is done to copies of the package, by the built program; that of the checkout stays as it came.

const PROVIDERS = ["shared", "cuda", "tensorrt"].map((name) => `libonnxruntime_providers_${name}.so`);
const folder = useFolder();
let binding = "";
let round = 0;
const runtime = () => folder.path(`copy${round}/node_modules/onnxruntime-node`);
const gpu = (...args: string[]) => millrace(["gpu", ...args, "--runtime", runtime()]);

/** Names in the folder of the binding, with what tells one content from another. */
function contents(): Record<string, string> {
  const names = readdirSync(binding).toSorted();
  return Object.fromEntries(names.map((name) => [name, `${statSync(join(binding, name)).size}`]));
}

/** A folder as a wheel is unpacked, whose libraries need some that are nowhere. */
async function writeWheel(name: string, { release = RELEASE } = {}): Promise<string> {
  const capi = folder.path(`${name}/onnxruntime/capi`);
  mkdirSync(capi, { recursive: true });
  mkdirSync(folder.path(`${name}/onnxruntime_gpu-${release}.dist-info`));
  writeFileSync(folder.path(`${name}/onnxruntime_gpu-${release}.dist-info/METADATA`), `Name: x\nVersion: ${release}\n`);
  await compileStub(join(capi, PROVIDERS[0]!), ["Provider_SetHost"]);
  for (const [provider, library] of [
    ["cuda", "libcublasLt.so.13"],
    ["tensorrt", "libnvinfer.so.10"],
  ] as const) {
    const needed = folder.path(library);
    await compileStub(needed, ["anything"], `-Wl,-soname,${library}`);
    await compileStub(
      join(capi, `libonnxruntime_providers_${provider}.so`),
      ["GetProvider"],
      "-Wl,--no-as-needed",
      needed,
    );
    rmSync(needed);
  }
  return folder.path(name);
}

beforeEach(() => {
  round++;
  mkdirSync(folder.path(`copy${round}`));
  binding = copyRuntime(folder.path(`copy${round}`));
});

describe.skipIf(!hasCompiler)("millrace gpu", () => {
  let wheel = "";
  beforeAll(async () => {
    wheel = await writeWheel("wheel");
  });

  test("installs, says what is missing, and puts everything back", async () => {
    const before = contents();
    const installed = await gpu("install", "--from", wheel);
    expect(installed.code, installed.stderr).toBe(0);
    expect(installed.stderr).toMatch(/warning: cuda: libcublasLt\.so\.13 is not found: CUDA 13: .*nvidia-cublas/);
    expect(installed.stderr).toMatch(/warning: tensorrt: libnvinfer\.so\.10 is not found: TensorRT 10: /);
    const after = contents();
    expect(Object.keys(after)).toEqual(expect.arrayContaining(PROVIDERS));
    expect(after["libonnxruntime_real.so.1"]).toBe(before["libonnxruntime.so.1"]);
    expect(Number(after["libonnxruntime.so.1"])).toBeLessThan(100_000);
    const status = await gpu("status");
    expect(status.stdout).toMatch(/options {3}passed on\nfrom {6}.*wheel\ncuda {6}libcublasLt.* is not found/);
    const removed = await gpu("remove");
    expect(removed.code, removed.stderr).toBe(0);
    expect(contents()).toEqual(before);
    expect((await gpu("remove")).stderr).toBe("nothing is in place\n");
  });

  test("a second install changes nothing", async () => {
    await gpu("install");
    const once = contents();
    const again = await gpu("install");
    expect(again).toMatchObject({ code: 0, stderr: "everything is in place\n" });
    expect(contents()).toEqual(once);
  });

  test("with --dry-run tells the steps and takes none", async () => {
    const before = contents();
    const { code, stderr } = await gpu("install", "--from", wheel, "--dry-run");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^would compile [\s\S]*would put that library before the core/);
    expect(contents()).toEqual(before);
  });

  test("status without an install says what to do, also as JSON", async () => {
    expect((await gpu("status")).stdout).toMatch(/options {3}not passed on: millrace gpu install/);
    expect(JSON.parse((await gpu("status", "--json")).stdout)).toMatchObject({
      release: RELEASE,
      options: "not passed on",
      from: null,
      providers: [
        { provider: "cuda", isThere: false, missing: null },
        { provider: "tensorrt", isThere: false, missing: null },
      ],
    });
  });

  test("a library that another version of the program has compiled is outdated, and replaced", async () => {
    await gpu("install");
    const entry = join(binding, "libonnxruntime.so.1");
    const text = readFileSync(entry).toString("latin1");
    rmSync(entry);
    writeFileSync(entry, Buffer.from(text.replace(/(millrace-ort-shim:[^:]*:).{4}/, "$1zzzz"), "latin1"));
    expect((await gpu("status")).stdout).toMatch(/options {3}outdated: run millrace gpu install/);
    expect((await gpu("install")).stderr).toMatch(/^done: compile .*\ndone: put that library before the core.*\n$/);
    expect((await gpu("status")).stdout).toMatch(/options {3}passed on/);
  });

  test("killed anywhere, the binding finds a core, and a further install or remove ends well", async () => {
    const before = contents();
    // With a compiler that never ends the kill comes in the midst.
    const compiler = folder.path("endless-cc");
    writeFileSync(compiler, '#!/bin/sh\ntouch "$MILLRACE_TEST_STARTED"\nexec sleep 600\n', { mode: 0o755 });
    const started = folder.path(`started${round}`);
    const main = join(ROOT, "dist/cli/main.js");
    const child = spawn(process.execPath, [main, "gpu", "install", "--from", wheel, "--runtime", runtime()], {
      env: { ...process.env, CC: compiler, MILLRACE_TEST_STARTED: started },
      detached: true,
      stdio: "ignore",
    });
    await expect.poll(() => statSync(started, { throwIfNoEntry: false }) !== undefined, { timeout: 30_000 }).toBe(true);
    process.kill(-child.pid!, "SIGKILL");
    await once(child, "exit");
    expect(contents()["libonnxruntime.so.1"]).toBe(before["libonnxruntime.so.1"]);
    // What each later step leaves when it is the last: the core is kept, half a library is copied, the record is there.
    for (const name of ["libonnxruntime_package.so.1", "libonnxruntime_real.so.1"]) {
      cpSync(join(binding, "libonnxruntime.so.1"), join(binding, name));
    }
    writeFileSync(join(binding, `${PROVIDERS[1]}.new`), "half");
    writeFileSync(join(binding, "millrace-gpu.json"), JSON.stringify({ from: wheel, files: PROVIDERS }));
    const again = await gpu("install", "--from", wheel);
    expect(again.code, again.stderr).toBe(0);
    expect((await gpu("status")).stdout).toMatch(/options {3}passed on/);
    expect((await gpu("remove")).code).toBe(0);
    expect(contents()).toEqual(before);
  });

  test("without a compiler places nothing", async () => {
    const before = contents();
    const env = { ...process.env, CC: "/nowhere/cc" };
    const failed = await millrace(["gpu", "install", "--from", wheel, "--runtime", runtime()], { env });
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no C compiler "cc".*apt-get install gcc.*\[GPU_COMPILER\]/),
    });
    expect(contents()).toEqual(before);
  });

  test("a folder that does not fit is refused with everything that is wrong", async () => {
    const old = await writeWheel("old", { release: "1.20.1" });
    const capi = join(old, "onnxruntime/capi");
    const library = readFileSync(join(capi, PROVIDERS[1]!));
    library.writeUInt16LE(process.arch === "x64" ? 183 : 62, 18);
    writeFileSync(join(capi, PROVIDERS[1]!), library);
    rmSync(join(capi, PROVIDERS[0]!));
    const { code, stderr } = await gpu("install", "--from", old);
    expect(code).toBe(2);
    expect(stderr).toMatch(/\(3 faults\)/);
    expect(stderr).toMatch(/expected libonnxruntime_providers_shared\.so and that of cuda or tensorrt \[GPU_FOLDER\]/);
    expect(stderr).toMatch(new RegExp(`is of ONNX Runtime 1\\.20\\.1, expected ${RELEASE} as .* \\[GPU_RELEASE\\]`));
    expect(stderr).toMatch(
      /providers_cuda\.so" is for (arm64|x64), expected a library for (x64|arm64) \[GPU_ARCHITECTURE\]/,
    );
    const absent = await gpu("install", "--from", folder.path("nothing"));
    expect(absent).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/nothing" cannot be read: ENOENT.*\[GPU_FOLDER\]/),
    });
  });

  test("a package that is not there is named", async () => {
    const { code, stderr } = await millrace(["gpu", "status", "--runtime", folder.path("nothing")]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/onnxruntime-node cannot be read: ENOENT.*\[GPU_FILES\]/),
    });
  });

  test("doctor says which way a model runs, and why not on the GPU, with the library in place", async () => {
    // The program beside the copy of the runtime; all other packages are those of the checkout.
    const home = folder.path(`copy${round}`);
    for (const name of ["dist", "config", "demo", "package.json"])
      cpSync(join(ROOT, name), join(home, name), { recursive: true });
    const modules = readdirSync(join(ROOT, "node_modules")).filter(
      (name) => !name.startsWith("onnxruntime-") && !name.startsWith("."),
    );
    for (const name of modules) symlinkSync(join(ROOT, "node_modules", name), join(home, "node_modules", name));
    await gpu("install", "--from", wheel);
    const config = join(home, "gpu.yaml");
    const models = { "shapes/1": { path: join(ROOT, "demo/shapes.onnx") } };
    const cameras = { gate: { url: join(ROOT, "package.json") } };
    const workflow = join(home, "flow.json");
    writeFileSync(workflow, JSON.stringify(WORKFLOW));
    const pipelines = { main: { workflow, cameras: ["gate"] } };
    writeFileSync(
      config,
      JSON.stringify({
        state_dir: join(home, "state"),
        models,
        cameras,
        pipelines,
        inference: { tensorrt: { fp16: true } },
      }),
    );
    const child = spawn(process.execPath, [join(home, "dist/cli/main.js"), "doctor", "--config", config, "--json"]);
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    await once(child, "close");
    const { checks } = JSON.parse(text) as { checks: { id: string; found: string }[] };
    const found = Object.fromEntries(checks.map((check) => [check.id, check.found]));
    expect(found["gpu_options"]).toMatch(/reach their providers/);
    expect(found["model shapes/1"]).toMatch(
      /^it runs on cpu, .*refused by tensorrt: .*libnvinfer\.so\.10.*; cuda: .*libcublasLt\.so\.13/,
    );
    expect(readdirSync(join(home, "state"))).toContain("engines");
  });
});

const WORKFLOW = {
  version: "1.0",
  inputs: [{ type: "InferenceImage", name: "image" }],
  steps: [
    {
      type: "roboflow_core/roboflow_object_detection_model@v2",
      name: "model",
      images: "$inputs.image",
      model_id: "shapes/1",
    },
  ],
  outputs: [{ type: "JsonField", name: "found", selector: "$steps.model.predictions" }],
};
