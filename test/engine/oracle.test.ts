import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BLOCKS } from "../../src/blocks/block-list.ts";
import { catalogueOf } from "../../src/blocks/registry/catalogue.ts";
import { LOGIC_BLOCKS } from "../helpers/logic-blocks.ts";
import { issuesOf, openPlan } from "../helpers/open-plan.ts";
import { interpret } from "./oracle.ts";
import { type Scenario, scenarios } from "./random-definition.ts";

const numRuns = Number(process.env["MILLRACE_PROPERTY_RUNS"] ?? 500);
const blocks = catalogueOf([...BLOCKS, ...LOGIC_BLOCKS]);

async function outcomeOf({ document, inputs, size }: Scenario) {
  const issues = issuesOf(document);
  if (issues.length > 0) {
    const faults = issues.map(({ path, class: name }) => `${path.split("/")[2]}:${name}`);
    return { faults: [...new Set(faults)].toSorted() };
  }
  const sources = Array.from({ length: size }, (_, i) => `camera-${i}`);
  const { rows } = await openPlan(document).run(inputs, { sources });
  return { rows };
}

describe("the rules of the language", () => {
  it("give the same rows and the same faults by the engine and by a plain interpreter", async () => {
    await fc.assert(
      fc.asyncProperty(scenarios(), async (scenario) => {
        expect(await outcomeOf(scenario)).toEqual(interpret(scenario.document, blocks, scenario));
      }),
      { numRuns },
    );
  });
});
