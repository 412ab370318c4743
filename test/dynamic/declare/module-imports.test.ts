import { describe, expect, it } from "vitest";
import { documentOf } from "../../helpers/logic-blocks.ts";
import { openPlan } from "../../helpers/open-plan.ts";
import { codeBlock } from "../code-in-a-definition.ts";

function open(source: string, imports: string[]) {
  const document = {
    ...documentOf([{ type: "Code", name: "s", value: "$inputs.x" }], { s: "$steps.s.out" }),
    dynamic_blocks_definitions: [codeBlock("Code", source, { code: { imports } })],
  };
  return openPlan(document);
}

describe("the imports of a block", () => {
  it("are variables of their names", async () => {
    const source = `
      const run = ({ value }) => ({
        out: [crypto.createHash("md5").update(value).digest("hex"), path.basename("/a/b"), util.isDeepStrictEqual([], [])],
      });`;
    const { run } = open(source, ["node:crypto", "path", "node:util", "util"]);
    expect((await run({ x: ["a"] })).rows).toEqual([{ s: ["0cc175b9c0f1b6a831c399e269772661", "b", true] }]);
  });

  it("may be any of those that reach nothing outside", async () => {
    const names = ["assert", "buffer", "crypto", "events", "path", "querystring", "string_decoder", "url", "util"];
    const { run } = open(`const run = () => ({ out: [${names}].map((one) => typeof one) });`, names);
    const [row] = (await run({ x: [1] })).rows;
    expect(new Set(row?.["s"] as string[])).toEqual(new Set(["object", "function"]));
  });
});
