import fc from "fast-check";
import { expect, test } from "vitest";
import { createLedger } from "../../src/stream/ledger.ts";

test("settling a frame twice, or one that was never decoded, is a bug", () => {
  const ledger = createLedger();
  ledger.decoded({ camera: "a", sequence: 1 });
  ledger.published({ camera: "a", sequence: 1 });
  expect(() => ledger.dropped({ camera: "a", sequence: 1 }, "timeout")).toThrow('frame 1 of "a" is not in flight');
  expect(() => ledger.published({ camera: "b", sequence: 1 })).toThrow('frame 1 of "b" is not in flight');
});

test("whatever happens to frames, decoded is the sum of published, dropped and in flight", () => {
  const fate = fc.constantFrom("published", "newest_wins", "no_slot", "timeout", "stay");
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b"), fate)), (frames) => {
      const ledger = createLedger();
      frames.forEach(([camera], sequence) => void ledger.decoded({ camera, sequence }));
      frames.forEach(([camera, end], sequence) => {
        if (end === "published") ledger.published({ camera, sequence });
        else if (end !== "stay") ledger.dropped({ camera, sequence }, end);
      });
      const all = Object.values(ledger.snapshot());
      const dropped = all.flatMap((counts) => Object.values(counts.dropped)).reduce((sum, n) => sum + n, 0);
      const sum = (key: "decoded" | "published" | "inFlight") => all.reduce((total, counts) => total + counts[key], 0);
      expect(sum("decoded")).toBe(frames.length);
      expect(sum("decoded")).toBe(sum("published") + dropped + sum("inFlight"));
    }),
  );
});

test("a snapshot does not change afterwards", () => {
  const ledger = createLedger();
  ledger.decoded({ camera: "a", sequence: 1 });
  const before = ledger.snapshot();
  ledger.dropped({ camera: "a", sequence: 1 }, "shutdown");
  expect(before).toEqual({ a: { decoded: 1, published: 0, dropped: {}, inFlight: 1 } });
  expect(ledger.snapshot()).toEqual({ a: { decoded: 1, published: 0, dropped: { shutdown: 1 }, inFlight: 0 } });
});
