import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { compileShim, shimMark } from "../../../src/inference/gpu/ort-shim.ts";
import { ROOT, SHAPES } from "../../helpers/cli.ts";
import { useFolder } from "../../stream/clip.ts";
import { BINDING, compile, compileStub, copyRuntime, hasCompiler, outputOf, RELEASE } from "./compile.ts";

const CORE = `${ROOT}/${BINDING}/libonnxruntime.so.1`;
const folder = useFolder();
const shim = () => folder.path("libonnxruntime.so.1");

beforeAll(async () => {
  if (hasCompiler) await compileShim(RELEASE, shim());
});

describe.skipIf(!hasCompiler)("the library before a core that tells what it is asked", () => {
  beforeAll(async () => {
    writeFileSync(folder.path("exports"), `VERS_${RELEASE} { global: OrtGetApiBase; local: *; };`);
    const script = `-Wl,--version-script=${folder.path("exports")}`;
    await compile("fake-core.c", folder.path("libonnxruntime_real.so.1"), "-shared", script);
    await compile("call-shim.c", folder.path("call-shim"));
  });

  const call = async (...entries: string[]) =>
    (await outputOf(folder.path("call-shim"), shim(), ...entries)).trim().split("\n");

  test("changes nothing for sessions without its entries", async () => {
    expect(await call("session.intra_op.allow_spinning", "0")).toEqual([
      "version fake, the same table again: 1, of a later one: 0",
      "session from 5 bytes",
      "opened",
      "session from model.onnx",
      "opened",
      "the last of the table",
    ]);
  });

  test.each(["cuda", "tensorrt"])("appends %s with its options before the session is made", async (provider) => {
    const options = "first=1\npath=/a folder;with=marks";
    const lines = await call("millrace.provider", provider, "millrace.options", options);
    const appended = [
      `${provider} takes first = 1`,
      `${provider} takes path = /a folder;with=marks`,
      `${provider} appended`,
      `${provider} released`,
    ];
    const session = [...appended, "session from 5 bytes", "opened", ...appended, "session from model.onnx", "opened"];
    expect(lines.slice(1, -1)).toEqual(session);
  });

  test("appends a provider without options", async () => {
    expect((await call("millrace.provider", "cuda")).slice(1, 4)).toEqual([
      "cuda appended",
      "cuda released",
      "session from 5 bytes",
    ]);
  });

  test.each([
    ["an option that the provider does not know", "cuda", "nonsense=1", "status 2: Unknown provider option: nonsense"],
    ["an option without a value", "cuda", "a=1\nbare", 'status 2: millrace.options: "bare" is not NAME=VALUE'],
    ["an option without a name", "cuda", "=1", 'status 2: millrace.options: "=1" is not NAME=VALUE'],
    [
      "a provider that it does not know",
      "rocm",
      "a=1",
      'status 2: millrace.provider: "rocm" is neither cuda nor tensorrt',
    ],
    ["too many options", "cuda", `${"a=1\n".repeat(64)}b=1`, 'status 2: millrace.options: too many, from "b=1"'],
  ])("refuses %s by its name, and makes no session", async (_, provider, options, refusal) => {
    const lines = await call("millrace.provider", provider, "millrace.options", options);
    expect(lines.filter((line) => line === refusal)).toHaveLength(2);
    expect(lines.join("\n")).not.toMatch(/session from|appended/);
  });

  test("says what is missing when the core is gone", async () => {
    mkdirSync(folder.path("alone"));
    copyFileSync(shim(), folder.path("alone/libonnxruntime.so.1"));
    const calling = outputOf(folder.path("call-shim"), folder.path("alone/libonnxruntime.so.1"));
    await expect(calling).rejects.toMatchObject({
      stderr: expect.stringMatching(/alone\/libonnxruntime_real\.so\.1.*\n.*gpu install/),
    });
  });
});

describe.skipIf(!hasCompiler)("compiling the library", () => {
  test("marks it with the release and the source that it was made of", async () => {
    const mark = await shimMark(RELEASE);
    expect(mark).not.toBe(await shimMark("1.0.0"));
    expect(readFileSync(shim()).includes(mark)).toBe(true);
  });

  test("without a compiler says how to get one, and leaves no file", async () => {
    const failing = compileShim(RELEASE, folder.path("none"), "/nowhere/cc");
    await expect(failing).rejects.toMatchObject({
      code: "GPU_COMPILER",
      message: expect.stringMatching(/apt-get install gcc/),
    });
    expect(() => readFileSync(folder.path("none"))).toThrow("ENOENT");
  });
});

/** Providers are compiled into the core of x64 alone. */
const hasProviders = hasCompiler && process.arch === "x64";

describe.skipIf(!hasProviders)("the places of functions in the table", () => {
  test("are those of the installed core", async () => {
    mkdirSync(folder.path("core"));
    copyFileSync(CORE, folder.path("core/libonnxruntime.so.1"));
    await compileStub(folder.path("core/libonnxruntime_providers_shared.so"), ["Provider_SetHost"]);
    await compile("call-core.c", folder.path("call-core"));
    const lines = await outputOf(folder.path("call-core"), folder.path("core/libonnxruntime.so.1"));
    const missing = (name: string) => `1 .*libonnxruntime_providers_${name}\\.so: cannot open shared object file.*`;
    const provider = (name: string) => [
      "session options: done",
      `create ${name}: done`,
      `update ${name} with nothing: 2 key/value cannot be empty`,
      `update ${name}: ${missing(name)}`,
      `append ${name}: .*${name}.*`,
    ];
    const expected = [
      `version ${RELEASE}`,
      "environment: done",
      "status: 2 made here",
      "session options: done",
      "has: done",
      "has: 0",
      "get: 2 Session config entry 'millrace.provider' was not found.",
      ...provider("cuda"),
      ...provider("tensorrt"),
    ];
    expect(lines.replaceAll(/\n{2,}/g, "\n")).toMatch(new RegExp(`^${expected.join("\n")}\n$`, "i"));
  });
});

describe.skipIf(!hasCompiler)("the library before the installed core", () => {
  /** Opens a session in a process of its own; the package is the copy. */
  const PROGRAM = `
    import { createHash } from "node:crypto";
    import { env, InferenceSession, Tensor } from "onnxruntime-node";
    env.logLevel = "fatal";
    const [extra, path] = process.argv.slice(2);
    const options = { executionProviders: ["cpu"], extra: JSON.parse(extra), logSeverityLevel: 4 };
    const pixels = Float32Array.from({ length: 2 * 3 * 192 * 320 }, (_, i) => ((i * 7919) % 1009) / 1009);
    try {
      const session = await InferenceSession.create(path, options);
      const { output0 } = await session.run({ images: new Tensor("float32", pixels, [2, 3, 192, 320]) });
      console.log(createHash("sha256").update(output0.data).digest("hex"), output0.dims.join("x"));
    } catch ({ message }) {
      console.log(message);
    }`;

  let binding = "";
  const open = (extra: object) =>
    promisify(execFile)(process.execPath, [folder.path("open.mjs"), JSON.stringify(extra), SHAPES]).then(
      ({ stdout }) => stdout,
    );
  /** What a provider writes meanwhile. */
  const told = (extra: object) =>
    promisify(execFile)(process.execPath, [folder.path("open.mjs"), JSON.stringify(extra), SHAPES]).then(
      ({ stderr }) => stderr,
    );
  let plain = "";

  beforeAll(async () => {
    writeFileSync(folder.path("open.mjs"), PROGRAM);
    binding = copyRuntime(folder.path("."));
    plain = await open({});
    renameSync(`${binding}/libonnxruntime.so.1`, `${binding}/libonnxruntime_real.so.1`);
    copyFileSync(shim(), `${binding}/libonnxruntime.so.1`);
  });

  test("leaves runs on the CPU as they are, bit by bit", async () => {
    expect(plain).toMatch(/^[0-9a-f]{64} 2x7x1200\n$/);
    expect(await open({})).toBe(plain);
  });

  test.skipIf(!hasProviders)("has options reach the provider, and only that one", async () => {
    await compileStub(`${binding}/libonnxruntime_providers_shared.so`, ["Provider_SetHost"]);
    for (const name of ["cuda", "tensorrt"]) {
      await compile("stub-provider.c", `${binding}/libonnxruntime_providers_${name}.so`, "-shared");
    }
    const given = {
      tensorrt: "trt_fp16_enable=1\ntrt_engine_cache_path=/a;b=c",
      cuda: "gpu_mem_limit=1048576\ndevice_id=0",
    };
    for (const [provider, options] of Object.entries(given)) {
      const lines = (await told({ millrace: { provider, options } })).split("\n");
      const found = lines.filter((line) => line.startsWith("option ")).map((line) => line.slice("option ".length));
      expect(found.toSorted()).toEqual(options.split("\n").toSorted());
      expect(lines).toContain("asked for a provider");
    }
    for (const name of ["shared", "cuda", "tensorrt"]) rmSync(`${binding}/libonnxruntime_providers_${name}.so`);
  });

  test.skipIf(!hasProviders)("ends at the libraries that are missing, by name", async () => {
    expect(await open({ millrace: { provider: "cuda", options: "device_id=0" } })).toMatch(
      /libonnxruntime_providers_shared\.so: cannot open/,
    );
    await compileStub(`${binding}/libonnxruntime_providers_shared.so`, ["Provider_SetHost"]);
    await compileStub(folder.path("libcuda.so.1"), ["cuInit"], "-Wl,-soname,libcuda.so.1");
    for (const name of ["cuda", "tensorrt"]) {
      const needs = ["-Wl,--no-as-needed", folder.path("libcuda.so.1")];
      await compileStub(`${binding}/libonnxruntime_providers_${name}.so`, ["GetProvider"], ...needs);
    }
    rmSync(folder.path("libcuda.so.1"));
    const driver = /libcuda\.so\.1: cannot open shared object file/;
    expect(await open({ millrace: { provider: "cuda", options: "device_id=0" } })).toMatch(driver);
    expect(await open({ millrace: { provider: "tensorrt", options: "trt_fp16_enable=1" } })).toMatch(driver);
  });
});
