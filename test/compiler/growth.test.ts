import { expect, it } from "vitest";
import { check } from "../../src/compiler/compile.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { libraryOf } from "../helpers/open-plan.ts";

type Chain = (i: number) => string;

it.each<[string, Chain]>([
  ["in a chain", (i) => (i === 0 ? "$inputs.x" : `$steps.s${i - 1}.out`)],
  ["side by side", () => "$inputs.x"],
])("ten times as many steps %s are read ten times as often", (_, from) => {
  const reads = (count: number) => readsOf(documentOf(stepsOf(count, from), { out: `$steps.s${count - 1}.out` }));
  expect(reads(1000)).toBeLessThan(10.5 * reads(100));
});

function stepsOf(count: number, from: Chain) {
  return Array.from({ length: count }, (_, i) => ({ type: "identity", name: `s${i}`, value: from(i) }));
}

/** How often the compiler reads something of a document. */
function readsOf(document: object): number {
  let reads = 0;
  const watched = <T>(value: T): T => {
    if (typeof value !== "object" || value === null) return value;
    return new Proxy(value, {
      get(target, key) {
        reads++;
        return watched(Reflect.get(target, key));
      },
    });
  };
  const { issues } = check(watched(document), libraryOf());
  expect(issues).toEqual([]);
  return reads;
}
