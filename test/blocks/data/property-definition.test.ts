import { expect, it } from "vitest";
import { propertyDefinitionV1 } from "../../../src/blocks/data/property-definition.ts";
import { detection, detectionsOf, openStep } from "../../query/run.ts";

it("a property definition gives what its operations make of the value", () => {
  const operations = [
    { type: "DetectionsPropertyExtract", property_name: "class_name" },
    { type: "SequenceElementsCount" },
  ];
  const step = openStep(propertyDefinitionV1, { operations });
  const data = detectionsOf(detection(), detection({ class: "bus" }), detection());
  expect(step({ data })).toEqual({ output: { car: 2, bus: 1 } });
});

it("a property definition without operations passes the value on", () => {
  expect(openStep(propertyDefinitionV1, { operations: [] })({ data: 3 })).toEqual({ output: 3 });
});
