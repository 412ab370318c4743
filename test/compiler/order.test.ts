import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documentOf } from "../helpers/logic-blocks.ts";
import { openPlan } from "../helpers/open-plan.ts";
import { tell } from "../helpers/tell.ts";

const step = (name: string, ...values: string[]) => ({
  type: "list",
  name,
  values: values.length === 0 ? ["$inputs.x"] : values.map((value) => `$steps.${value}.out`),
});
const gate = (name: string, value: string, ...targets: string[]) => {
  return { type: "gate", name, value, next_steps: targets.map((target) => `$steps.${target}`) };
};
const orderOf = (steps: Record<string, unknown>[]) =>
  openPlan(documentOf(steps, {})).plan.steps.map(({ name }) => name);

describe("cycles", () => {
  it("are reported with their chain, from the step that is written first", () => {
    expect(
      tell({
        "a step that reads itself": documentOf([step("a", "a")], {}),
        "a gate that lets itself run": documentOf([gate("g", "$inputs.x", "g")], {}),
        "two steps": documentOf([step("a", "b"), step("b", "a")], {}),
        "four steps, and others before and behind": documentOf(
          [
            step("behind", "d"),
            step("before"),
            step("d", "c"),
            step("a", "d", "before"),
            step("b", "a"),
            step("c", "b"),
          ],
          {},
        ),
        "through a gate": documentOf([step("a"), step("b", "a"), gate("g", "$steps.b.out", "a")], {}),
        "two at once": documentOf([step("a", "b"), step("b", "a"), step("c", "d"), step("d", "c")], {}),
      }),
    ).toMatchInlineSnapshot(`
      "
      a step that reads itself
        ExecutionGraphStructureError COMPILE_CYCLE at /steps/0
          step "a" refers to itself

      a gate that lets itself run
        ExecutionGraphStructureError COMPILE_CYCLE at /steps/0
          step "g" refers to itself

      two steps
        ExecutionGraphStructureError COMPILE_CYCLE at /steps/0
          steps form a cycle: $steps.a -> $steps.b -> $steps.a

      four steps, and others before and behind
        ExecutionGraphStructureError COMPILE_CYCLE at /steps/2
          steps form a cycle: $steps.d -> $steps.a -> $steps.b -> $steps.c -> $steps.d

      through a gate
        ExecutionGraphStructureError COMPILE_CYCLE at /steps/0
          steps form a cycle: $steps.a -> $steps.b -> $steps.g -> $steps.a

      two at once
        ExecutionGraphStructureError COMPILE_CYCLE at /steps/0
          steps form a cycle: $steps.a -> $steps.b -> $steps.a
        ExecutionGraphStructureError COMPILE_CYCLE at /steps/2
          steps form a cycle: $steps.c -> $steps.d -> $steps.c
      "
    `);
  });

  it("of any length are found", () => {
    const ring = Array.from({ length: 5_000 }, (_, i) => step(`s${i}`, `s${(i + 1) % 5_000}`));
    expect(tell({ ring: documentOf(ring, {}) })).toMatch(/steps form a cycle: \$steps\.s0 -> \$steps\.s4999 -> /);
  });
});

describe("the order of steps", () => {
  it("is by longest distance from the start, then as written", () => {
    expect(orderOf([step("d", "c", "a"), step("b"), step("c", "a"), step("a"), step("e", "a")])).toEqual([
      "b",
      "a",
      "c",
      "e",
      "d",
    ]);
  });

  it("puts a gate before the steps that it lets run", () => {
    expect(orderOf([step("a"), gate("g", "$inputs.x", "a")])).toEqual(["g", "a"]);
  });

  it("puts every step behind what it needs, in whichever order they are written", () => {
    const graphs = fc.array(fc.array(fc.nat(99), { maxLength: 3 }), { minLength: 1, maxLength: 20 });
    const shuffled = graphs
      .map((needs) => needs.map((list, i) => step(`s${i}`, ...(i === 0 ? [] : list.map((n) => `s${n % i}`)))))
      .chain((steps) => fc.shuffledSubarray(steps, { minLength: steps.length }));
    fc.assert(
      fc.property(shuffled, (steps) => {
        const order = orderOf(steps);
        for (const { name, values } of steps) {
          for (const value of values.filter((text) => text.startsWith("$steps."))) {
            expect(order.indexOf(value.split(".")[1] as string)).toBeLessThan(order.indexOf(name));
          }
        }
      }),
    );
  });
});
