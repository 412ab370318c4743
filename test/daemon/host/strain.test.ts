import { expect, test } from "vitest";
import type { HostReading } from "../../../src/daemon/host/host-reading.ts";
import { type HostLimits, type Strain, strainsOf } from "../../../src/daemon/host/strain.ts";

const MB = 2 ** 20;
const LIMITS: HostLimits = { memoryReserveBytes: 100 * MB, diskReserveBytes: 64 * MB, temperatureC: null };
const NOTHING: HostReading = { memory: null, disks: [], files: null, temperatures: [], powerMode: null };

const withMemory = (availableMb: number): HostReading => ({
  ...NOTHING,
  memory: { availableBytes: availableMb * MB, totalBytes: 1000 * MB, of: "machine" },
});
const withHeat = (celsius: number): HostReading => ({
  ...NOTHING,
  temperatures: [{ zone: "cpu", celsius, limit: 90 }],
});
const withDisk = (freeMb: number, totalMb: number): HostReading => ({
  ...NOTHING,
  disks: [{ folder: "/state", freeBytes: freeMb * MB, totalBytes: totalMb * MB }],
});

/** What is strained after each of the readings. */
function after(readings: readonly HostReading[], limits = LIMITS): string[][] {
  let before: Strain[] = [];
  return readings.map((reading) => {
    before = strainsOf(reading, limits, before);
    return before.map(({ what }) => what);
  });
}

test("memory is strained below its reserve, until there is half as much again", () => {
  const [memory, none] = [["memory"], []];
  expect(after([300, 100, 99, 101, 149, 150, 101].map(withMemory))).toEqual([
    none,
    none,
    memory,
    memory,
    memory,
    none,
    none,
  ]);
});

test("a zone is strained at its limit, until it is five degrees cooler", () => {
  const [hot, none] = [["temperature cpu"], []];
  expect(after([89, 90, 86, 85, 84, 89].map(withHeat))).toEqual([none, hot, hot, hot, none, none]);
  expect(after([69, 70].map(withHeat), { ...LIMITS, temperatureC: 70 })).toEqual([none, hot]);
});

test("a small disk is strained by its last tenth, not by a reserve that is larger than itself", () => {
  expect(after([withDisk(2, 10), withDisk(0.5, 10), withDisk(60, 10_000)])).toEqual([
    [],
    ["disk /state"],
    ["disk /state"],
  ]);
});

test("open files are strained at 85 % of what the process may have, until they are below 75 %", () => {
  const withFiles = (open: number): HostReading => ({ ...NOTHING, files: { open, most: 1000 } });
  const [many, none] = [["open files"], []];
  expect(after([849, 850, 750, 749, 800].map(withFiles))).toEqual([none, many, many, none, none]);
  expect(strainsOf(withFiles(900), LIMITS, [])[0]?.message).toMatch(/^900 are open of the 1000 .* raise the limit/);
});

test("what is strained is said in numbers, and an unknown state strains nothing", () => {
  const [strain] = strainsOf(withMemory(40), LIMITS, []);
  expect(strain?.message).toMatch(
    /^40 MB of the 1000 MB that this machine has are left, 100 MB should be; this process takes \d+ MB$/,
  );
  expect(strainsOf(NOTHING, LIMITS, [])).toEqual([]);
});
