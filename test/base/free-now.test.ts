import { expect, test } from "vitest";
import { freeNow } from "../../src/base/free-now.ts";

test("frees arrays that are all there is in their memory, each time, and no others", () => {
  for (let round = 0; round < 3; round++) {
    const [whole, shared] = [new Float32Array(1000), new Uint8Array(1000)];
    const [same, part] = [new Uint8Array(whole.buffer), shared.subarray(10)];
    freeNow([whole, same, part, new Uint8Array(new SharedArrayBuffer(8)), new Uint8Array()]);
    expect([whole.length, same.length, part.length, shared.length]).toEqual([0, 0, 990, 1000]);
  }
});
