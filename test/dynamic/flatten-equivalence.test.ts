import fc from "fast-check";
import { expect, it } from "vitest";
import type { Issue } from "../../src/base/issue.ts";
import { type Scenario, scenarios } from "../engine/random-definition.ts";
import { issuesOf, openPlan } from "../helpers/open-plan.ts";
import { closed, type Document, NEST, nest, renamed } from "./nest.ts";

const numRuns = Number(process.env["MILLRACE_PROPERTY_RUNS"] ?? 200);

const levels = fc.array(fc.array(fc.nat(15), { maxLength: 16, size: "max" }), { minLength: 1, maxLength: 4 });

/** Sets of step names, each within the one before. */
function setsOf(picks: readonly number[][]): ReadonlySet<string>[] {
  let within: ReadonlySet<string> | null = null;
  return picks.map((numbers) => {
    const names: string[] = numbers.map((n) => `s${n}`);
    const set: Set<string> = new Set(names.filter((name) => within === null || within.has(name)));
    within = set;
    return set;
  });
}

async function outcomeOf(document: Document, { inputs, size }: Scenario) {
  const issues = issuesOf(document);
  if (issues.length > 0) return { faults: [...new Set(issues.map((issue) => placed(issue, document)))].toSorted() };
  const sources = Array.from({ length: size }, (_, i) => `camera-${i}`);
  return { rows: (await openPlan(document).run(inputs, { sources })).rows };
}

/** The class of an issue and the step, as written, that its path leads to. */
function placed({ path, class: errorClass }: Issue, document: Document): string {
  let name: unknown;
  let found: unknown = document;
  for (const key of path.split("/").slice(1)) {
    if (typeof found !== "object" || found === null || !(key in found)) break;
    found = (found as Record<string, unknown>)[key];
    if (typeof found === "object" && found !== null && "type" in found) name = (found as { name?: unknown }).name;
  }
  return `${String(name).replace(/^(n__)+/, "")}:${errorClass}`;
}

it("a workflow gives the same with any of its steps in nested workflows, and its faults lead to the same steps", async () => {
  await fc.assert(
    fc.asyncProperty(scenarios(), levels, async (scenario, picks) => {
      const sets = setsOf(picks);
      const nested = nest(scenario.document, sets);
      expect(await outcomeOf(nested, scenario)).toEqual(await outcomeOf(renamed(scenario.document, sets), scenario));
    }),
    { numRuns },
  );
});

it("a gate on a nested workflow is a gate on each of its steps", async () => {
  await fc.assert(
    fc.asyncProperty(scenarios(), levels, async (scenario, picks) => {
      const sets = setsOf(picks);
      const [first] = sets;
      const names = [...closed(scenario.document.steps, first ?? new Set())];
      fc.pre(names.length > 0);
      const gate = { type: "gate", name: "gate", value: "$inputs.y" };
      const add = (document: Document, targets: readonly string[]) => {
        return { ...document, steps: [...document.steps, { ...gate, next_steps: targets }] };
      };
      const flat = renamed(scenario.document, sets);
      const targets = flat.steps.map(({ name }) => String(name)).filter((name) => name.startsWith(`${NEST}__`));
      const expected = await outcomeOf(
        add(
          flat,
          targets.map((name) => `$steps.${name}`),
        ),
        scenario,
      );
      const found = await outcomeOf(add(nest(scenario.document, sets), [`$steps.${NEST}`]), scenario);
      if ("rows" in expected) expect(found).toEqual(expected);
      else expect(found).toHaveProperty("faults");
    }),
    { numRuns },
  );
});
