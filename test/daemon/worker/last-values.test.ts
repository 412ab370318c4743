import { expect, it } from "vitest";
import { LastValues } from "../../../src/daemon/worker/last-values.ts";
import { detection, detections } from "../../blocks/values.ts";

const output = (name: string, picture = false) => ({ name, picture }) as never;
const texts = (values: LastValues) => {
  return Object.fromEntries(
    Object.entries(values.view()).map(([camera, kept]) => [
      camera,
      Object.fromEntries(kept.map(({ output: name, text }) => [name, text])),
    ]),
  );
};

function of(value: unknown): string | undefined {
  const values = new LastValues({ outputs: [output("out")] });
  values.note("gate", { out: value });
  return texts(values)["gate"]?.["out"];
}

it("is the last value of each output and camera, and stays where an output gives nothing", () => {
  const values = new LastValues({ outputs: [output("total"), output("code"), output("picture", true)] });
  values.note("gate", { total: 1, code: "A7", picture: {} });
  values.note("gate", { total: 2, code: null, picture: {} });
  values.note("yard", { total: 0 });
  expect(texts(values)).toEqual({ gate: { total: "2", code: "A7" }, yard: { total: "0" } });
  values.forget("gate");
  expect(texts(values)).toEqual({ yard: { total: "0" } });
});

it("is in words, whatever it is", () => {
  expect(of(1 / 3)).toBe("0.333333");
  expect(of(false)).toBe("false");
  expect(of(Number.NaN)).toBe("NaN");
  expect(of([])).toBe("none");
  expect(of({})).toBe("none");
  expect(of({ circle: 3, square: [1, 2] })).toBe("circle 3, square 1, 2");
  expect(of(new Uint8Array(5))).toBe("5 bytes");
  expect(of(new Date(0))).toBe("1970-01-01T00:00:00.000Z");
});

it("counts objects by class", () => {
  expect(of(detections([]))).toBe("0");
  expect(of(detections(["car", "person", "car"].map((name) => detection([0, 0, 1, 1], { class: name }))))).toBe(
    "3: car 2, person 1",
  );
});

it("is short, however large the value", () => {
  const many = Array.from({ length: 100_000 }, (_, i) => i);
  const deep: { inner?: object } = {};
  let innermost = deep;
  for (let i = 0; i < 50; i++) innermost = innermost.inner = {};
  const looped: { self?: object } = {};
  looped.self = looped;
  for (const value of [many, many.map(String).join(" "), many.map(() => many), deep, looped]) {
    expect(of(value)?.length).toBeLessThan(220);
  }
});
