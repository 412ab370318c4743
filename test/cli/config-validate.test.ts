import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { millrace } from "../helpers/cli.ts";
import { baseConfig, trackingWorkflow } from "../helpers/daemon.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();

async function validate(config: object, ...flags: string[]) {
  await writeFile(folder.path("shapes.json"), JSON.stringify(trackingWorkflow()));
  await writeFile(folder.path("millrace.yaml"), JSON.stringify(config));
  return millrace(["config", "validate", "millrace.yaml", ...flags], { cwd: folder.path(".") });
}

const GOOD = {
  ...baseConfig,
  cameras: { gate: { url: "rtsp://127.0.0.1:1/none" } },
  pipelines: { one: { workflow: "shapes.json", cameras: ["gate"] } },
};

test("a config is checked with all that it names, without asking cameras", async () => {
  expect(await validate(GOOD)).toMatchObject({ code: 0, stdout: "", stderr: "millrace.yaml: ok\n" });
});

test("faults of the config and of its definitions are reported at once", async () => {
  const pipelines = {
    one: { workflow: "shapes.json", cameras: ["gate"], parameters: { confidence: "high", nothing: 1 } },
  };
  const { code, stdout } = await validate({ ...GOOD, pipelines }, "--json");
  const verdict = JSON.parse(stdout) as { ok: boolean; issues: { code: string; path: string }[] };
  expect([code, verdict.ok]).toEqual([2, false]);
  expect(verdict.issues.map(({ code: issue, path }) => [issue, path])).toEqual(
    expect.arrayContaining([
      ["CONFIG_UNKNOWN_PARAMETER", "/pipelines/one/parameters/nothing"],
      ["RUN_INPUT", "/pipelines/one/parameters/confidence"],
    ]),
  );
});

test("a file that is not there is a fault", async () => {
  const { code, stderr } = await millrace(["config", "validate", "nowhere.yaml"], { cwd: folder.path(".") });
  expect([code, stderr]).toEqual([2, "nowhere.yaml: there is no such file [CONFIG_FILE]\n"]);
});
