import { expect, test } from "vitest";
import { narrate } from "../../src/demo/narrate.ts";

const of = (place: string, payload: string) => narrate({ topic: `millrace/demo/${place}`, payload });

test("outputs are narrated from their JSON alone, not again from their plain value", () => {
  const json = JSON.stringify({ ts: "2026-11-21T00:14:02.500Z", camera: "belt", name: "total", value: 5 });
  expect(of("workflow/parcels/output/total", json)).toBe("00:14:02.500 output   total = 5");
  const plain = [
    of("camera/belt/output/total/value", "5"),
    of("camera/belt/count/all/all", "2"),
    of("camera/belt/enabled", "ON"),
  ];
  expect(plain).toEqual([null, null, null]);
});
