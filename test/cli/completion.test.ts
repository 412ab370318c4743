import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { millrace } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();

const isThere = (shell: string) => spawnSync(shell, ["--version"]).status === 0;
const lacksBash = !isThere("bash");
if (lacksBash) process.stderr.write("skipped: bash not found\n");

/** What bash offers for a line, whose last word is being written. */
async function offers(words: string[]): Promise<string[]> {
  const { stdout } = await millrace(["completion", "bash"]);
  await writeFile(folder.path("completion.bash"), stdout);
  const script = `source ./completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _millrace; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const line = ["millrace", ...words];
  const { stdout: found } = spawnSync("bash", ["-c", script, "bash", ...line], {
    cwd: folder.path("."),
    encoding: "utf8",
  });
  return found.split("\n").filter((word) => word !== "");
}

describe.skipIf(lacksBash)("completion in bash", () => {
  test("offers commands, commands below them, and options", async () => {
    expect(await offers(["d"])).toEqual(["demo", "describe", "doctor"]);
    expect(await offers(["models", ""])).toEqual(["add", "compare", "inspect", "list", "--help"]);
    expect(await offers(["models", "list", "--c"])).toEqual(["--config"]);
    expect(await offers(["start", "--s"])).toEqual(["--supervise", "--strict"]);
  });

  test("offers files as values of options and as arguments", async () => {
    await writeFile(folder.path("people.json"), "{}");
    expect(await offers(["start", "--config", "peo"])).toEqual(["people.json"]);
    expect(await offers(["validate", "peo"])).toEqual(["people.json"]);
  });
});

test("other shells have a script too, and what is no shell is refused with those that are", async () => {
  expect((await millrace(["completion", "zsh"])).stdout).toMatch(/^autoload -U \+X bashcompinit/);
  expect((await millrace(["completion", "fish"])).stdout).toContain(
    "complete -c millrace -n '__fish_use_subcommand' -f -a doctor -d",
  );
  const refused = await millrace(["completion", "csh"]);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    'millrace: the input is wrong\nthere is no completion for "csh" [FLAG_VALUE]\n    hint: bash, zsh, fish are known\n',
  ]);
});
