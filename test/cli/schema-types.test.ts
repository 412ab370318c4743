import { writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { codeBlock } from "../dynamic/code-in-a-definition.ts";
import { millrace, ROOT } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();
vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  const snake = codeBlock("Snake", "def run(self, value): return {'out': value}", { code: { type: "PythonCode" } });
  const blocks = [codeBlock("Counter", "function run() {}"), snake];
  const document = { version: "1.0", inputs: [], steps: [], outputs: [], dynamic_blocks_definitions: blocks };
  await writeFile(folder.path("two.json"), JSON.stringify(document));
});

const types = (...args: string[]) => millrace(["schema", "types", ...args], { cwd: folder.path(".") });

describe("millrace schema types", () => {
  it.each([
    [[`${ROOT}/examples/code-blocks/counter.json`], "# def run(self: BlockSelf, input_value: Any) -> BlockResult: ..."],
    [["two.json", "--block", "Counter"], "What `run` of Counter gets"],
    [["two.json", "--block", "Snake"], '# "Snake" is\n# def run(self: BlockSelf, value: Any) -> BlockResult: ...'],
    [[], "declare namespace millrace {"],
    [["--language", "python"], "class WorkflowImageData:"],
  ])("prints types for editors: %j", async (args, expected) => {
    const { code, stdout, stderr } = await types(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(expected);
  });

  it("tells what is wrong with its arguments", async () => {
    const told = async (...args: string[]) => {
      const { code, stdout, stderr } = await types(...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      return stderr;
    };
    expect(await told("two.json")).toContain("the definition brings several");
    expect(await told("two.json", "--block", "Snak")).toContain('did you mean "Snake"?');
    expect(await told("--language", "ruby", "--block", "Snake")).toMatch(
      /--language is "ruby"(.|\n)*--block is "Snake"/,
    );
    expect(await told("absent.json")).toContain("there is no such file");
  });
});
