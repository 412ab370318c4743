import { describe, expect, it } from "vitest";
import { z } from "zod";
import { BLOCKS } from "../../src/blocks/block-list.ts";
import type { BlockManifest } from "../../src/blocks/contract/block.ts";
import { referenceBlocks } from "../../src/blocks/reference/reference-blocks.ts";
import { CORE } from "../../src/blocks/registry/core.ts";
import { withKnown } from "../../src/blocks/registry/known.ts";
import { REFERENCE_TYPES } from "./reference-types.ts";

const REFERENCE_BLOCKS = referenceBlocks();
const KNOWN = withKnown(CORE.catalogue);

describe("the known block types", () => {
  it("are the reference's, class by class", () => {
    const counts = Object.entries(REFERENCE_TYPES).map(([name, types]) => [name, types.length]);
    expect(Object.fromEntries(counts)).toEqual({ local: 130, models: 41, sinks: 10, cloud: 69, enterprise: 8 });
    expect(REFERENCE_BLOCKS.map(({ type }) => type).toSorted()).toEqual(
      Object.values(REFERENCE_TYPES).flat().toSorted(),
    );
  });

  it("have no name twice", () => {
    const names = REFERENCE_BLOCKS.flatMap(({ type, aliases }) => [type, ...aliases]);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(names).toHaveLength(258 + 70);
  });

  it("are found by their names, those that run as they are declared here", () => {
    for (const { type, aliases } of REFERENCE_BLOCKS) {
      for (const name of [type, ...aliases])
        expect(KNOWN.get(name), name).toBe(CORE.catalogue.get(type) ?? KNOWN.get(type));
    }
    for (const block of BLOCKS) expect(KNOWN.get(block.type)).toBe(block);
  });

  it("say in few words what they are for, and why they cannot run", () => {
    for (const { type, summary, unsupported } of REFERENCE_BLOCKS) {
      expect(summary, type).toMatch(/^[A-Z].{10,90}\.$/);
      expect(unsupported?.reason, type).toMatch(/^(it|its|sending) .*[a-z]$/);
    }
  });

  it("name only blocks that run as a substitute", () => {
    const named = REFERENCE_BLOCKS.flatMap(
      ({ unsupported }) => unsupported?.instead?.match(/roboflow_core\/\w+@v\d/g) ?? [],
    );
    expect(named).not.toEqual([]);
    expect(named.filter((type) => !CORE.catalogue.has(type))).toEqual([]);
  });
});

describe.each(REFERENCE_BLOCKS.map((block) => [block.type, block] as const))("%s", (_, block) => {
  it("has properties that a JSON schema can show, with defaults of their own type", () => {
    const schema = z.toJSONSchema(block.schema, { io: "input", unrepresentable: "any" });
    expect(Object.keys(schema["properties"] as object)).toEqual(Object.keys(block.schema.shape));
    for (const [name, field] of fieldsOf(block)) {
      if (field._zod.optin !== undefined) expect(field.safeParse(undefined).error, name).toBeUndefined();
    }
  });

  it("gives something, unless it decides which steps run", () => {
    const gives = Object.keys(block.outputs).length > 0 || block.dynamicOutputs !== null;
    expect(gives).toBe(!block.flow);
    expect(Object.values(block.ports).some(({ steps }) => steps)).toBe(block.flow);
  });
});

const SHARED = BLOCKS.filter(({ type }) => type.startsWith("roboflow_core/"));

describe.each(SHARED.map((block) => [block.type, block] as const))("%s, which runs here,", (type, block) => {
  const row = REFERENCE_BLOCKS.find((known) => known.type === type);

  it("is known as a block of the reference", () => {
    expect(row).toBeDefined();
  });

  it("has the reference's properties, or more, which are optional", () => {
    const own = Object.fromEntries(fieldsOf(block));
    for (const [name, field] of fieldsOf(row ?? block)) {
      expect(own[name] && describeField(own[name]), name).toEqual(describeField(field));
    }
    const added = fieldsOf(block).filter(([name]) => row?.schema.shape[name] === undefined);
    expect(added.filter(([, field]) => field._zod.optin === undefined)).toEqual([]);
  });

  it("connects to what the reference's does, and takes literals where that does", () => {
    for (const [name, port] of Object.entries(row?.ports ?? {})) {
      const own = block.ports[name];
      expect({ form: own?.form, steps: own?.steps, kinds: own?.kinds.toSorted() }, name).toEqual({
        form: port.form,
        steps: port.steps,
        kinds: port.kinds.toSorted(),
      });
      if (port.literal !== null) expect(own?.literal, name).not.toBeNull();
    }
    expect(Object.keys(block.ports).toSorted()).toEqual(Object.keys(row?.ports ?? block.ports).toSorted());
  });

  it("has the reference's names, outputs and dimensionality", () => {
    expect(facts(block)).toEqual(facts(row ?? block));
  });
});

function fieldsOf(block: BlockManifest): [string, z.ZodType][] {
  const fields = Object.entries(block.schema.shape) as [string, z.ZodType][];
  return fields.filter(([name]) => name !== "type" && name !== "name");
}

function describeField(field: z.ZodType): unknown {
  const optional = field._zod.optin !== undefined;
  return optional ? { optional, default: field.parse(undefined) ?? null } : { optional };
}

function facts(block: BlockManifest): unknown {
  const { aliases, outputs, dynamicOutputs, batches, batchesOrScalars, autoBatch, flow, synonyms } = block;
  const { offsets, reference, outputOffset, acceptsEmpty } = block;
  const kinds = Object.fromEntries(Object.entries(outputs).map(([name, list]) => [name, list.toSorted()]));
  const lists = [aliases, batches, batchesOrScalars, autoBatch].map((list) => list.toSorted());
  const names = Object.keys(dynamicOutputs?.({}) ?? {});
  return { lists, kinds, names, flow, synonyms, offsets, reference, outputOffset, acceptsEmpty };
}
