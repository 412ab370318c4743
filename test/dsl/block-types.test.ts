import { describe, expect, expectTypeOf, it } from "vitest";
import type { Block } from "../../src/blocks/contract/block.ts";
import { dynamicCropV1 } from "../../src/blocks/transformation/crops/dynamic-crop.ts";
import { dynamic } from "../../src/dsl/dynamic.ts";
import { step } from "../../src/dsl/function-step.ts";
import { kind, out } from "../../src/dsl/kind.ts";
import { pipeline } from "../../src/dsl/pipeline.ts";
import type { Promised } from "../../src/dsl/promised.ts";

// What an editor says of a step of a block; `tsc` fails where an expected error does not come.

const count = step({ name: "count", inputs: { text: kind.string }, outputs: { n: kind.integer } }, () => 1);

describe("the types of a block's step", () => {
  const inspect = dynamic(
    { name: "inspect", inputs: { image: kind.image, predictions: kind.objectDetection }, outputs: { n: kind.integer } },
    (_, { image, predictions }) => {
      const p = pipeline();
      const { n } = p.step(count, { text: "a" });
      const { crops } = p.step(dynamicCropV1, { images: image, predictions });
      expectTypeOf(crops).toEqualTypeOf<Promised<"image">>();
      p.step(dynamicCropV1, { images: crops, predictions });
      // @ts-expect-error a number is no picture
      p.step(dynamicCropV1, { images: n, predictions });
      // @ts-expect-error a picture is no detections
      p.step(dynamicCropV1, { images: image, predictions: crops });
      // @ts-expect-error detections are missing
      p.step(dynamicCropV1, { images: image });
      // @ts-expect-error a function that takes a text takes no picture
      expect(() => p.step(count, { text: crops })).toThrow(/takes string for "text"/);
      // @ts-expect-error a promise has no fields
      expect(() => crops.width).toThrow(/has no value/);
      // @ts-expect-error the block has no such output
      expect(() => p.step(dynamicCropV1, { images: image, predictions }).crop).toThrow(/has no output "crop"/);
      return p.outputs({ n });
    },
  );

  it("know kinds of what is promised", () => {
    expect(inspect.generate({ image: {} as never, predictions: {} as never })).toMatchObject({
      type: "GeneratedWorkflow",
    });
  });

  it("take anything for a block they do not know", () => {
    const p = pipeline();
    const handle = p.step(dynamicCropV1 as Block, { images: p.step(count, { text: "a" }).n });
    expectTypeOf(handle["crops"]).not.toBeNever();
    p.step("roboflow_core/dynamic_crop@v1", { anything: 1 });
    expect(p.nodes).toHaveLength(3);
  });

  it("tell the values of a result", () => {
    const listing = dynamic(
      { name: "listing", inputs: {}, outputs: { all: out(kind.integer, { offset: 1 }), one: kind.string } },
      () => null,
    );
    type Results = Awaited<ReturnType<typeof listing.run>>["results"];
    expectTypeOf<Results["one"]>().toEqualTypeOf<string>();
    expect(listing.name).toBe("listing");
  });
});
