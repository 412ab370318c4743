import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { boundedMatch } from "../../src/query/bounded-match.ts";
import { patternOf } from "../../src/query/python-pattern.ts";

const site = { name: "StringMatches", path: "/operations/0" };
const matchOf = (regex: string) => boundedMatch(patternOf(regex), site);

describe("a regular expression", () => {
  it.each([
    ["(a+)+$", `${"a".repeat(60)}b`],
    ["(a|aa)+$", `${"a".repeat(60)}b`],
    ["^(\\w+\\s?)*$", `${"word ".repeat(30)}!`],
    ["(?i)(x+x+)+y", "x".repeat(80)],
    ["(a{1,30}){1,30}$", `${"a".repeat(60)}b`],
    ["(.*)*\\1z", "a".repeat(60)],
    ["a.*b.*c.*d.*e.*f", "ab".repeat(4000)],
    ["\\s+$", `${" ".repeat(900_000)}x`],
  ])("that takes without end fails its element, and not its thread: %s", (regex, text) => {
    expect(() => matchOf(regex)(text)).toThrow(
      expect.objectContaining({ code: "QUERY_OPERATION_FAILED", message: expect.stringContaining("more than 300 ms") }),
    );
  });

  it("that took too long is not tried again for a second", () => {
    const isFound = matchOf("(a+)+$");
    expect(() => isFound(`${"a".repeat(60)}b`)).toThrow("(a+)+, try the same characters in many ways");
    expect(() => isFound("aaa")).toThrow("left out for a second");
    // Another one of the same kind goes on.
    expect(matchOf("(a+)+$")("aaa")).toBe(true);
  });

  it.each([
    ["(a+)+$", "baaa", true],
    ["(ab)*c$", "ababc", true],
    ["^\\d{4}-\\d{2}$", "2026-11", true],
    ["^\\d{4}-\\d{2}$", "2026-1", false],
    ["x.*y", `x${"-".repeat(100_000)}y`, true],
  ])("that is over soon gives its answer: %s", (regex, text, expected) => {
    expect(matchOf(regex)(text as string)).toBe(expected);
  });

  it("is bounded on a thread of a workflow too", async () => {
    const module = new URL("../../src/query/bounded-match.ts", import.meta.url).href;
    const code = `
      import { parentPort } from "node:worker_threads";
      import { boundedMatch } from ${JSON.stringify(module)};
      try { boundedMatch(/(a+)+$/u, { name: "n", path: "" })("a".repeat(60) + "b"); } catch (error) { parentPort.postMessage(error.code); }`;
    const loader = new URL("../fixtures/typescript-loader.mjs", import.meta.url).href;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
      execArgv: ["--import", loader],
    });
    const told = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    await worker.terminate();
    expect(told).toBe("QUERY_OPERATION_FAILED");
  });
});
