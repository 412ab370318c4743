import { afterAll, expect, test } from "vitest";
import type { Family, FamilyOf } from "../../src/inference/families/family.ts";
import { FAMILIES } from "../../src/inference/families/family-list.ts";
import { inspectModel } from "../../src/inference/inspect.ts";
import { openModel } from "../../src/inference/open-model.ts";
import { openModelFolder } from "../fixtures/model-folder.ts";
import { paint, tinyYolox } from "../fixtures/models.ts";
import { boxesOf } from "../helpers/boxes-of.ts";

const folder = openModelFolder();
afterAll(() => folder[Symbol.dispose]());

const parameters = {
  confidence: 0.5,
  iouThreshold: 0.5,
  maxDetections: 300,
  maxCandidates: 3000,
  classAgnostic: false,
  classFilter: null,
};

/** Lengths of the outputs that a decoder has seen, after the reply. */
async function lengthsAfterwards(familySource: string | null): Promise<number[]> {
  const seen: Float32Array[] = [];
  const yolox = FAMILIES.find(({ name }) => name === "yolox") as FamilyOf<"detect">;
  const curious: Family = {
    ...yolox,
    decode(request, into) {
      seen.push(...request.outputs.map(({ data }) => data));
      yolox.decode(request, into);
    },
  };
  const description = await inspectModel(folder.write("m.onnx", tinyYolox({})), { family: "yolox" });
  const model = await openModel({ ...description, familySource }, new SharedArrayBuffer(0), {
    providers: ["cpu"],
    families: [curious],
  });
  const size = { width: 32, height: 32 };
  const rgb = paint(32, 32, []);
  await boxesOf(model, [{ source: { type: "owned", rgb, ...size }, ...size, parameters }]);
  await model.close();
  return seen.map(({ length }) => length);
}

test("outputs are freed when their reply is made, without waiting for a collection", async () => {
  expect(await lengthsAfterwards(null)).toEqual([0]);
});

test("those of a family of a package are left to the collector, as it may hand them out", async () => {
  expect(await lengthsAfterwards("some-package")).toEqual([21 * 7]);
});
