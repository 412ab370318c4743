import { readdirSync } from "node:fs";
import { Command } from "commander";
import { expect, test } from "vitest";
import { programWith } from "../src/cli/program.ts";
import { ROOT } from "./helpers/cli.ts";
import { pageCommands } from "./helpers/page-commands.ts";

// The pages show commands that the program takes: their names, arguments and flags.

const program = await programWith();

const PAGES = ["README.md", "CONTRIBUTING.md", "demo/README.md", ...pagesOf("docs"), ...pagesOf("examples")];

test.each(PAGES)("%s", (page) => {
  const shown = pageCommands(page).flatMap(callsIn);
  const wrong = shown.flatMap((words) => faultOf(words).map((fault) => `${words.join(" ")}: ${fault}`));
  expect(wrong).toEqual([]);
});

test("what is wrong in a page is found", () => {
  const fault = (line: string) => faultOf(callsIn(line)[0] ?? []);
  expect(fault("npx millrace start --config my.yaml --supervise &")).toEqual([]);
  expect(fault("A=1 millrace run x.json --image a=b.png | head")).toEqual([]);
  expect(fault("millrace begin")).toEqual(['there is no command "begin"']);
  expect(fault("millrace start --conf my.yaml")).toEqual(["unknown: --conf"]);
  expect(fault("millrace process x.json")).toEqual(["--video is missing"]);
  expect(fault("millrace validate")).toEqual(["an argument is missing: file"]);
  expect(fault("millrace models list a b --config x")).toEqual(["an argument too many"]);
});

function pagesOf(folder: string): string[] {
  const names = readdirSync(ROOT + folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".md")).map((name) => `${folder}/${name}`);
}

/** The words after `millrace` of each call of the program in a line of a shell. */
function callsIn(line: string): string[][] {
  const commands = line.split(/\s(?:&&|\|\|?|;|&)(?:\s|$)|;\s|\s(?=2?>)/);
  return commands.flatMap((command) => {
    const words = Array.from(command.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g), ([word]) =>
      word.replaceAll(/["']/g, ""),
    );
    const at = words.findIndex((word) => /^(?:\S*\/)?millrace$|^dist\/cli\/main\.js$/.test(word));
    const before = words.slice(0, Math.max(0, at));
    const isCall = at >= 0 && before.every((word) => /^([A-Z_]+=.*|npx|node|sudo|time)$/.test(word));
    return isCall ? [words.slice(at + 1)] : [];
  });
}

function faultOf(words: readonly string[]): string[] {
  let [command, rest]: [Command, string[]] = [program, [...words]];
  for (;;) {
    const next = command.commands.find((known) => known.name() === rest[0]);
    if (next === undefined) break;
    [command, rest] = [next, rest.slice(1)];
  }
  if (command === program)
    return /^(-V|--version|-h|--help|help)$/.test(rest[0] ?? "") ? [] : [`there is no command "${rest[0] ?? ""}"`];
  // A fresh copy, as a command keeps the values of its options.
  const copy = new Command(command.name());
  for (const option of command.options) copy.addOption(option);
  const { operands, unknown } = copy.parseOptions(rest);
  const options = copy.opts();
  const missing = command.options.filter((option) => option.mandatory && options[option.attributeName()] === undefined);
  const wanted = command.registeredArguments;
  return [
    ...unknown
      .filter((word) => word.startsWith("-"))
      .slice(0, 1)
      .map((word) => `unknown: ${word}`),
    ...missing.map(({ long }) => `${long} is missing`),
    ...wanted
      .filter((argument, i) => argument.required && operands[i] === undefined)
      .map((argument) => `an argument is missing: ${argument.name()}`),
    ...(operands.length > wanted.length && !wanted.at(-1)?.variadic ? ["an argument too many"] : []),
  ];
}
