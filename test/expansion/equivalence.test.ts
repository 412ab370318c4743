import fc from "fast-check";
import { expect, it } from "vitest";
import { anything } from "../dynamic/code-in-a-definition.ts";
import { type Scenario, scenarios } from "../engine/random-definition.ts";
import { issuesOf, openPlan } from "../helpers/open-plan.ts";
import { dynamicWorkflow, type Entry, generated, output } from "./documents.ts";

// A workflow inside a step gives what the same workflow gives by itself.

const numRuns = Number(process.env["MILLRACE_PROPERTY_RUNS"] ?? 200);

type Document = Scenario["document"];

interface Shown {
  name: string;
  selector: string;
  depth: number;
}

/** The scenario with those outputs alone that a dynamic step can declare. */
function shownBy(document: Document): Shown[] {
  const { plan } = openPlan(document);
  return plan.outputs.flatMap(({ name, source }) => {
    if (source.type !== "slot") return [];
    const lineage = plan.levels[plan.slots[source.slot]?.level ?? 0]?.lineage ?? [];
    const depth = lineage.filter((id) => !id.startsWith("<")).length;
    const selector = document.outputs.find((one) => one["name"] === name)?.["selector"] as string;
    return depth < 2 ? [{ name, selector, depth }] : [];
  });
}

/** Rows, one for each element also where no output follows the batch; or the failure. */
async function outcomeOf(document: object, inputs: Entry, size: number): Promise<unknown> {
  const sources = Array.from({ length: size }, (_, i) => `camera-${i}`);
  try {
    const { rows } = await openPlan(document).run(inputs, { sources });
    return Array.from({ length: size }, (_, i) => rows[rows.length === size ? i : 0]);
  } catch {
    return "failed";
  }
}

it("a workflow that code makes is that workflow", async () => {
  await fc.assert(
    fc.asyncProperty(scenarios(), async ({ document, inputs, size }) => {
      fc.pre(issuesOf(document).length === 0);
      const shown = shownBy(document);
      fc.pre(shown.length > 0);
      const made = generated(document.steps, Object.fromEntries(shown.map(({ name, selector }) => [name, selector])));
      const definition = dynamicWorkflow("Plan", `function run() { return ${JSON.stringify(made)}; }`, {
        inputs: {
          x: { ...anything, is_dimensionality_reference: true },
          y: anything,
          z: { ...anything, dimensionality_offset: 1 },
          p: anything,
          q: anything,
        },
        outputs: Object.fromEntries(shown.map(({ name, depth }) => [name, output({ dimensionality_offset: depth })])),
        manifest: { accepts_empty_values: true },
      });
      const names = ["x", "y", "z", "p", "q"];
      const dynamic = {
        ...document,
        steps: [{ type: "Plan", name: "plan", ...Object.fromEntries(names.map((name) => [name, `$inputs.${name}`])) }],
        outputs: shown.map(({ name }) => ({ type: "JsonField", name, selector: `$steps.plan.${name}` })),
        dynamic_blocks_definitions: [definition],
      };
      const own = { ...document, outputs: shown.map(({ name, selector }) => ({ type: "JsonField", name, selector })) };
      expect(await outcomeOf(dynamic, inputs, size)).toEqual(await outcomeOf(own, inputs, size));
    }),
    { numRuns },
  );
});

it("a workflow for each item is that workflow on a batch of the items", async () => {
  await fc.assert(
    fc.asyncProperty(scenarios(), fc.nat(3), async ({ document, inputs, size }, cut) => {
      fc.pre(issuesOf(document).length === 0);
      const columns = inputs as { x: unknown[]; y: unknown[]; z: unknown[]; p: unknown; q: unknown };
      const names = openPlan(document).plan.outputs.map(({ name }) => name);
      const step = {
        type: "millrace/for_each@v1",
        name: "each",
        over: { x: "$inputs.xs", y: "$inputs.ys", z: "$inputs.zs" },
        with: { p: "$inputs.p", q: "$inputs.q" },
        workflow_definition: withFlatZ(document),
      };
      const around = {
        version: "1.0",
        inputs: [
          ...["xs", "ys", "zs"].map((name) => ({ type: "WorkflowBatchInput", name })),
          { type: "WorkflowParameter", name: "p" },
          { type: "WorkflowParameter", name: "q" },
        ],
        steps: [step],
        outputs: names.map((name) => ({ type: "JsonField", name, selector: `$steps.each.${name}` })),
      };
      fc.pre(issuesOf(withFlatZ(document)).length === 0);
      const halves = (list: unknown[]) => [list.slice(0, cut % (size + 1)), list.slice(cut % (size + 1))];
      const given = { xs: halves(columns.x), ys: halves(columns.y), zs: halves(columns.z), p: columns.p, q: columns.q };
      // What a parameter is, and null, leaves the step out: then it gives nothing, where the workflow alone may.
      fc.pre(columns.p !== null && columns.q !== null);
      const expected = await outcomeOf(withFlatZ(document), inputs, size);
      const found = await outcomeOf(around, given, 2);
      if (expected === "failed") expect(found).toBe("failed");
      else expect(joined(found as Entry[], names)).toEqual(columnsOf(expected as Entry[], names));
    }),
    { numRuns },
  );
});

/** An item is one value, so the input that is nested deeper becomes one that is not. */
function withFlatZ(document: Document): Document {
  return { ...document, inputs: document.inputs.map(({ dimensionality: _, ...input }) => input) } as Document;
}

function joined(rows: readonly Entry[], names: readonly string[]): Entry {
  return Object.fromEntries(names.map((name) => [name, rows.flatMap((row) => row[name] as unknown[])]));
}

function columnsOf(rows: readonly Entry[], names: readonly string[]): Entry {
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
}

it("a case is its workflow on those elements that choose it", async () => {
  await fc.assert(
    fc.asyncProperty(
      scenarios(),
      scenarios(),
      fc.array(fc.nat(2), { minLength: 4, maxLength: 4 }),
      async (a, b, picks) => {
        const documents = [a.document, b.document].map(withFlatZ);
        fc.pre(documents.every((document) => issuesOf(document).length === 0));
        const { p, q } = a.inputs;
        fc.pre(p !== null && q !== null);
        const outputs = (i: number) => documents[i]?.outputs.map(({ name }) => name as string) ?? [];
        const cases = documents.map((document, i) => ({ when: i, workflow: prefixed(document, i) }));
        const names = ["x", "y", "z", "p", "q"];
        const around = {
          version: "1.0",
          inputs: [...(withFlatZ(a.document).inputs as Entry[]), { type: "WorkflowBatchInput", name: "on" }],
          steps: [
            {
              type: "millrace/switch@v1",
              name: "route",
              on: "$inputs.on",
              cases,
              with: Object.fromEntries(names.map((name) => [name, `$inputs.${name}`])),
            },
          ],
          outputs: [0, 1].flatMap((i) =>
            outputs(i).map((name) => ({
              type: "JsonField",
              name: `c${i}-${name}`,
              selector: `$steps.route.c${i}-${name}`,
            })),
          ),
        };
        const on = Array.from({ length: a.size }, (_, i) => picks[i] ?? 0);
        const full = (column: unknown) => (column as unknown[]).map((value) => value ?? 1);
        const inputs = { ...a.inputs, x: full(a.inputs["x"]), y: full(a.inputs["y"]), z: full(a.inputs["z"]) } as Entry;
        const rows = await outcomeOf(around, { ...inputs, on }, a.size);
        for (const i of [0, 1]) {
          const members = on.flatMap((pick, n) => (pick === i ? [n] : []));
          if (members.length === 0 || rows === "failed") continue;
          const of = (name: string) => members.map((n) => (inputs[name] as unknown[])[n]);
          const alone = { x: of("x"), y: of("y"), z: of("z"), p, q };
          const expected = await outcomeOf(documents[i] as Document, alone, members.length);
          const found = members.map((n) => (rows as Entry[])[n] as Entry);
          const own = found.map((row) => Object.fromEntries(outputs(i).map((name) => [name, row[`c${i}-${name}`]])));
          expect(own).toEqual(expected);
        }
      },
    ),
    { numRuns },
  );
});

function prefixed(document: Document, i: number): Document {
  return { ...document, outputs: document.outputs.map((one) => ({ ...one, name: `c${i}-${String(one["name"])}` })) };
}
