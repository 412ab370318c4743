import { readFile, stat, writeFile } from "node:fs/promises";
import sharp from "sharp";
import { expect, onTestFinished, test, vi } from "vitest";
import { lacksBroker, startBroker } from "../helpers/broker.ts";
import { startCamera } from "../helpers/camera.ts";
import { millrace, SHAPES } from "../helpers/cli.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = useFolder();
const init = (...args: string[]) =>
  millrace(["init", "--device", "dock", ...args], { cwd: folder.path("."), limitMs: 60_000 });

test.skipIf(lacksBroker())(
  "a camera and a broker that answer give a config that holds no password, and a picture",
  async () => {
    const broker = await startBroker();
    const camera = await startCamera({ credentials: { user: "viewer", password: "f1rst-secret" } });
    onTestFinished(() => camera.close().then(() => broker.close()));
    const args = ["--camera", `gate=${camera.url}`, "--broker", broker.url, "--model", `shapes/1=${SHAPES}`];
    const { code, stderr } = await init("--config", "new/millrace.yaml", ...args);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("camera gate: 160x120 h264, its picture is in ");
    expect(stderr).toContain("broker: it takes messages");
    expect(stderr).not.toContain("f1rst-secret");
    const config = await readFile(folder.path("new/millrace.yaml"), "utf8");
    expect(config).not.toContain("f1rst-secret");
    expect(config).toContain(`username: viewer\n    password: \${GATE_PASSWORD}`);
    expect(await readFile(folder.path("new/secrets.env"), "utf8")).toBe("GATE_PASSWORD=f1rst-secret\n");
    expect((await stat(folder.path("new/secrets.env"))).mode & 0o777).toBe(0o600);
    expect(await sharp(folder.path("new/gate.jpg")).metadata()).toMatchObject({ width: 160, height: 120 });
    const env = { ...process.env, GATE_PASSWORD: "f1rst-secret" };
    const validated = await millrace(["config", "validate", folder.path("new/millrace.yaml")], { env });
    expect([validated.code, validated.stderr]).toEqual([0, expect.stringMatching(/: ok\n$/)]);
  },
);

test("what does not answer is reported, and the config is there nevertheless; no file is replaced unless that is forced", async () => {
  await writeNumberedClip(folder.path("clip.mkv"), 5);
  const args = ["--camera", "clip=clip.mkv", "--camera", "dead=rtsp://127.0.0.1:1/none"];
  const first = await init(...args);
  expect([first.code, first.stderr]).toEqual([1, expect.stringContaining("camera dead: ")]);
  expect(first.stderr).toContain("camera clip: 64x48");
  const second = await init(...args, "--no-try");
  expect([second.code, second.stderr]).toEqual([2, expect.stringContaining("is there already [INIT_FILE_EXISTS]")]);
  await writeFile(folder.path("first-workflow.json"), "{}");
  const forced = await init(...args, "--no-try", "--force");
  expect([forced.code, forced.stderr]).toEqual([
    0,
    expect.stringContaining("next: millrace start --config millrace.yaml"),
  ]);
});

test("faults of what is given are reported before anything is written", async () => {
  const { code, stderr } = await init("--config", "bad/millrace.yaml", "--camera", "Gate 1=rtps://camera/x");
  expect(code).toBe(2);
  expect(stderr).toContain("CONFIG_VALUE");
  await expect(stat(folder.path("bad"))).rejects.toThrow();
});

test("without a camera the search tells which there are", async () => {
  const { code, stderr } = await init("--config", "none/millrace.yaml", "--discovery", "127.0.0.1:9");
  expect(code).toBe(2);
  expect(stderr).toContain("no camera answers the search by ONVIF on this network");
  expect(stderr).toContain("no camera is given [INIT_NO_CAMERA]");
});
