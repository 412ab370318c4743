import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Zones } from "../../../src/daemon/config/schema/zone-schema.ts";
import { DrawnZones } from "../../../src/daemon/zones/drawn-zones.ts";
import { readDrawn, zoneFile } from "../../../src/daemon/zones/zone-file.ts";
import "../../helpers/property-seed.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();
const LINE = { line: [[0, 0.5], [1, 0.5]] } as Zones[string]; // biome-ignore format: points

async function opened(directory: string | undefined): Promise<DrawnZones> {
  const zones = new DrawnZones();
  await zones.follow(directory);
  return zones;
}

async function draw(zones: DrawnZones, id: string, zone: Zones[string] | null) {
  return zones.take(zones.with(id, zone));
}

describe("zones that were drawn", () => {
  test("are after any changes what they would be in a map, in memory and in a program that starts later", async () => {
    const changes = fc.array(
      fc.record({
        id: fc.constantFrom("door", "kerb", "a-1", "__x"),
        y: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
        isTakenBack: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(changes, async (all) => {
        const directory = folder.path("any");
        await rm(directory, { recursive: true, force: true });
        const [zones, expected] = [await opened(directory), new Map<string, Zones[string]>()];
        for (const { id, y, isTakenBack } of all) {
          const zone = y === null ? null : ({ line: [[0, y], [1, y]] } as Zones[string]); // biome-ignore format: points
          const undo = await draw(zones, id, zone);
          if (isTakenBack) await undo();
          else if (zone === null) expected.delete(id);
          else expected.set(id, zone);
          expect(zones.now.zones).toEqual(Object.fromEntries(expected));
        }
        expect((await readDrawn(directory)).zones).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 30 },
    );
  });

  test("end with the program where there is no folder for them, and none are there in another one", async () => {
    const zones = await opened(undefined);
    await draw(zones, "kerb", LINE);
    expect(zones.now.zones).toEqual({ kerb: LINE });
    expect((await opened(undefined)).now.zones).toEqual({});
    await zones.follow(folder.path("other"));
    expect(zones.now.zones).toEqual({});
  });

  test("are left as they were when the disk takes nothing", async () => {
    await writeFile(folder.path("file"), "");
    const zones = await opened(folder.path("file/below"));
    await expect(draw(zones, "kerb", LINE)).rejects.toMatchObject({
      code: "ZONE_NOT_KEPT",
      message: expect.stringContaining("state_dir"),
    });
    expect(zones.now.zones).toEqual({});
  });

  test("are 500 at most", async () => {
    const directory = folder.path("many");
    await mkdir(directory);
    const zones = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`z${i}`, LINE]));
    await writeFile(zoneFile(directory), JSON.stringify({ zones }));
    const drawn = await opened(directory);
    expect(() => drawn.with("one-more", LINE)).toThrow("500");
    expect(Object.keys(drawn.with("z1", null).zones)).toHaveLength(499);
    expect(Object.keys(drawn.with("z1", LINE).zones)).toHaveLength(500);
  });
});

describe("a file of zones that is damaged", () => {
  test.each([
    ["is cut off", '{"version": 1, "zones": {"door": {"li', "cannot be read"],
    ["has something else in it", "[1, 2]", 'no map of "zones"'],
    ["is empty", "", "cannot be read"],
  ])("is said and kept beside the next one: it %s", async (name, content, words) => {
    const directory = folder.path(name.replaceAll(" ", "-"));
    await mkdir(directory);
    await writeFile(zoneFile(directory), content);
    const zones = await opened(directory);
    expect(zones.now).toEqual({ zones: {}, damage: [expect.stringContaining(words)] });
    await draw(zones, "kerb", LINE);
    expect(await readFile(`${zoneFile(directory)}.broken`, "utf8")).toBe(content);
    expect(await readDrawn(directory)).toEqual({ zones: { kerb: LINE }, damage: [] });
    expect((await readdir(directory)).toSorted()).toEqual(["zones.json", "zones.json.broken"]);
  });

  test("costs only the zones that are wrong in it", async () => {
    const directory = folder.path("half");
    await mkdir(directory);
    const zones = { kerb: LINE, flat: { line: [[0, 0]] }, "No Name": LINE };
    await writeFile(zoneFile(directory), JSON.stringify({ zones }));
    const { zones: found, damage } = await readDrawn(directory);
    expect(found).toEqual({ kerb: LINE });
    expect(damage).toEqual([
      expect.stringMatching(/zones\/flat\/line: "line" has 1 point, expected 2/),
      expect.stringContaining('"No Name" is no name of a zone'),
    ]);
  });
});
