import { readFileSync } from "node:fs";
import { basename, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import type { CaseVerdict } from "../src/casebook/test-case.ts";
import { testCases } from "../src/casebook/test-cases.ts";
import { goldenFolder, lacksGolden } from "./helpers/assets.ts";

// Answers of the reference engine, recorded. What differs on purpose is listed with the decision that says why.

interface Listed {
  /** Cases that differ on purpose, by the number of the decision. */
  decided: Readonly<Record<string, readonly string[]>>;
  /** Cases that are still to become the same. */
  open?: readonly string[];
  /** Cases where the reference is wrong and the answer here is compared with another expectation. */
  defects: Readonly<Record<string, unknown>>;
}

const LISTED = JSON.parse(read("golden-differences.json")) as Listed;
const FOLDERS = ["golden", "golden-pixels"] as const;

describe.skipIf(lacksGolden())("cases of the reference engine", () => {
  const verdicts = new Map<string, CaseVerdict>();
  const notSame = () => [...verdicts].filter(([, { status }]) => status !== "same" && status !== "unsupported");
  const isDefect = (name: string) => name.includes("/defects/");

  beforeAll(async () => {
    const paths = FOLDERS.map(goldenFolder);
    const onVerdict = (verdict: CaseVerdict) => verdicts.set(nameOf(verdict.file), verdict);
    await testCases({ paths, models: {}, update: false, only: [], onVerdict });
  }, 300_000);

  it("give the same here, but for those that are listed with a decision", () => {
    const listed = new Set(Object.values(LISTED.decided).flat());
    const found = notSame().filter(([name]) => !isDefect(name));
    const open = new Set(LISTED.open ?? []);
    const others = found
      .filter(([name]) => !listed.has(name) && !open.has(name))
      .map(([name, verdict]) => [name, verdict.differences[0]]);
    expect(others).toEqual([]);
    const names = new Set(found.map(([name]) => name));
    expect([...listed].filter((name) => !names.has(name))).toEqual([]);
  });

  it("are no longer listed as open once they are the same", () => {
    const names = new Set(notSame().map(([name]) => name));
    expect((LISTED.open ?? []).filter((name) => !names.has(name))).toEqual([]);
  });

  it("are listed with decisions that exist", () => {
    const decisions = read("../docs/decisions.md");
    const absent = Object.keys(LISTED.decided).filter((number) => !decisions.includes(`\n### ${number}. `));
    expect(absent).toEqual([]);
  });

  it("where the reference is wrong, do not give its wrong answer", () => {
    const wrong = [...verdicts].filter(([name, { status }]) => isDefect(name) && status === "same");
    expect(wrong.map(([name]) => name)).toEqual(Object.keys(LISTED.defects));
  });
});

function nameOf(file: string): string {
  const folder = FOLDERS.map(goldenFolder).find((path) => file.startsWith(`${path}/`)) ?? "";
  return `${basename(folder)}/${relative(folder, file).replace(/\.json$/, "")}`;
}

function read(name: string): string {
  return readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8");
}
