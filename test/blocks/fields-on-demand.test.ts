import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";

// A zod object takes kilobytes, the blocks have thousands, and every thread that runs workflows loads them all.

const WITHOUT_SCHEMAS = {
  "the list of blocks": () => import("../../src/blocks/block-list.ts"),
  "the list of the reference's blocks": () => import("../../src/blocks/reference/reference-blocks.ts"),
  "the reader of definitions": () => import("../../src/definition/document.ts"),
  "the reader of values": () => import("../../src/kinds/deserialise.ts"),
  "the list of messages": () => import("../../src/publish/messages/schemas.ts"),
};

let made = 0;
const { postProcessor: before } = z.config();

beforeAll(() => {
  z.config({ postProcessor: () => made++ });
});

afterAll(() => {
  z.config({ postProcessor: before });
});

it("schemas are counted as they are made", () => {
  const from = made;
  z.object({ a: z.string(), b: z.number().optional() });
  expect(made - from).toBe(4);
});

for (const [what, load] of Object.entries(WITHOUT_SCHEMAS)) {
  it(`loading ${what} makes no schema`, async () => {
    const from = made;
    await load();
    expect(made - from).toBe(0);
  });
}

it("every block makes its schema and ports when they are asked for, and once", async () => {
  const { BLOCKS } = await import("../../src/blocks/block-list.ts");
  const { referenceBlocks } = await import("../../src/blocks/reference/reference-blocks.ts");
  expect(BLOCKS.length).toBeGreaterThan(150);
  for (const block of [...BLOCKS, ...referenceBlocks()]) {
    const { schema, ports } = block;
    expect(Object.keys(schema.shape), block.type).toEqual(expect.arrayContaining(["type", "name"]));
    expect(Object.keys(schema.shape), block.type).toEqual(expect.arrayContaining(Object.keys(ports)));
    const from = made;
    expect([block.schema, block.ports]).toEqual([schema, ports]);
    expect(made - from, block.type).toBe(0);
  }
});
