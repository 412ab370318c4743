import { execFileSync, spawnSync } from "node:child_process";
import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { ConfigError, type UserError } from "../../src/base/errors.ts";
import { newBlock } from "../../src/daemon/commands/new-block/new-block.ts";
import { type Ended, millrace, ROOT } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();
vi.setConfig({ testTimeout: 300_000 });

const run = (...args: string[]) => millrace(args, { cwd: folder.path("."), limitMs: 120_000 });
const hasPython = spawnSync("python3", ["--version"]).status === 0;
if (!hasPython) process.stderr.write("skipped: new blocks in Python, as none is installed\n");

/** The words of a line for a shell, of which only single quotes are used. */
function words(line: string): string[] {
  return Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? "");
}

/** Runs the lines in turn and gives the last one's end. */
async function runAll(lines: readonly string[]): Promise<Ended[]> {
  const ends: Ended[] = [];
  for (const line of lines) {
    const ended = await run(...words(line));
    expect([line, ended.code, ended.code === 0 ? "" : ended.stderr]).toEqual([line, 0, ""]);
    ends.push(ended);
  }
  return ends;
}

describe("millrace blocks new", () => {
  it.runIf(hasPython)("writes a block in Python by default", () => expectWorking("NightWatch", [], "night_watch.py"));

  it.each([
    ["javascript", "night-watch.js"],
    ["typescript", "night-watch.ts"],
  ])("writes a block in %s whose types fit its code", async (language, file) => {
    const home = `in ${language}`;
    await expectWorking("NightWatch", [`--${language}`, "--dir", home], file, home);
    const tsc = () =>
      execFileSync(process.execPath, [`${ROOT}/node_modules/typescript/bin/tsc`, "-p", folder.path(home)]);
    expect(tsc().toString()).toBe("");
    await appendFile(folder.path(`${home}/${file}`), "\nrun(7);\n");
    expect(tsc).toThrow();
  });

  it("replaces no file, and names all that are there", async () => {
    const settings = { name: "Twice", language: "javascript", folder: folder.path("twice") } as const;
    const { files } = await newBlock(settings);
    await writeFile(folder.path("twice/twice.js"), "// mine");
    const refusal = await newBlock({ ...settings, name: "twice" }).catch((error: UserError) => error);
    expect(refusal).toBeInstanceOf(ConfigError);
    expect((refusal as UserError).issues.map(({ message }) => message)).toEqual(
      files.map((file) => `"${file}" is there already`),
    );
    expect(await readFile(folder.path("twice/twice.js"), "utf8")).toBe("// mine");
  });

  it.each([
    ["dark picture", 'the name of the block is "dark picture", expected a letter'],
    ["../up", 'the name of the block is "../up"'],
    ["Crop", 'dynamic block "Crop" has the type of a block that exists already'],
  ])("refuses the name %j before it writes anything", async (name, message) => {
    const made = newBlock({ name, language: "javascript", folder: folder.path("refused") });
    await expect(made).rejects.toThrow(message);
    await expect(readdir(folder.path("refused"))).rejects.toThrow();
  });

  it("takes one language", async () => {
    const { code, stderr } = await run("blocks", "new", "Two", "--python", "--typescript");
    expect([code, stderr]).toEqual([2, expect.stringContaining("--python and --typescript are given, expected one")]);
  });
});

/** What it prints as next steps succeeds as printed. */
async function expectWorking(name: string, flags: string[], file: string, home = "night-watch"): Promise<void> {
  const { code, stderr } = await run("blocks", "new", name, ...flags);
  expect(code, stderr).toBe(0);
  expect(await filesOf(home)).toContain(file);
  const steps = Array.from(stderr.matchAll(/^ {2}millrace (.+)$/gm), ([, line = ""]) => line);
  expect(steps).toHaveLength(3);
  const [validated, tested, ran] = await runAll(steps);
  expect(validated?.stderr).toMatch(/night-watch\.json: ok\n$/);
  expect(tested?.stderr).toBe("1 same\n");
  expect(JSON.parse(ran?.stdout ?? "")).toEqual([{ brightness: 0.0784, is_dark: true, dark_frames: 1 }]);
}

async function filesOf(home: string): Promise<string[]> {
  const entries = await readdir(folder.path(home), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

it.runIf(hasPython)("the tutorial of docs/code-blocks.md works as it is written", async () => {
  const page = await readFile(`${ROOT}/docs/code-blocks.md`, "utf8");
  const [, tutorial = ""] = /^## From nothing to a tested block\n([\s\S]*?)^## /m.exec(page) ?? [];
  const [made = [], checked = [], changed = []] = Array.from(
    tutorial.matchAll(/^```sh\n([\s\S]*?)^```/gm),
    ([, text = ""]) =>
      text
        .trimEnd()
        .split("\n")
        .map((line) => line.replace(/^npx millrace /, "")),
  );
  await runAll(made);
  const ran = (await runAll(checked)).at(-1)?.stdout.trim();
  expect(tutorial).toContain(`The last one prints \`${ran}\``);
  const [, shown = ""] = /^```python\n([\s\S]*?)^```/m.exec(tutorial) ?? [];
  const file = folder.path("dark-picture/dark_picture.py");
  const before = await readFile(file, "utf8");
  const [start] = before.split("def brightness_of");
  await writeFile(file, `${start}${shown}`);
  const [tested, tried] = await runAll(changed);
  expect(tested?.stderr).toBe("1 same\n");
  expect(JSON.parse(tried?.stdout ?? "")).toEqual({ brightness: 0.7843, is_dark: true, dark_frames: 1 });
});
