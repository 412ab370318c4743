import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { PublishReport } from "../../../src/publish/report/report.ts";
import { openSpool, type Spool, type SpoolSettings } from "../../../src/publish/spool/spool.ts";
import {
  decodeRecords,
  encodeRecord,
  type SpoolRecord,
  type StoredRecord,
} from "../../../src/publish/spool/spool-record.ts";
import { until } from "../../helpers/broker.ts";
import { mountSmallDisk, type SmallDisk } from "../../helpers/small-disk.ts";

const folders: string[] = [];
const disks: SmallDisk[] = [];

afterEach(async () => {
  for (const disk of disks.splice(0)) await disk.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "millrace-spool-"));
  folders.push(path);
  return path;
}

function spooling(settings: Partial<SpoolSettings> = {}) {
  const reports: PublishReport[] = [];
  const drops: string[] = [];
  const spool = openSpool({
    report: (event) => void reports.push(event),
    dropped: (name, reason, count) => void drops.push(`${name} ${reason} ${count}`),
    ready: () => {},
    ...settings,
  });
  return { spool, reports, drops };
}

function add(spool: Spool, text: string, expiryS = 3600): void {
  spool.append({ class: "events", topic: "m/d/camera/c/events", payload: text, expiryS }, true);
}

/** Gives out and settles everything; segments that lie on disk come in when they are asked for. */
async function drain(spool: Spool): Promise<string[]> {
  const texts: string[] = [];
  await until(() => {
    for (let entry = spool.next(); entry !== undefined; entry = spool.next()) {
      texts.push(String(entry.record.payload));
      spool.settle(entry);
    }
    return spool.stats().depth === 0;
  }, "the spool is empty");
  return texts;
}

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => String(from + i));

const BOOT = { boot: "b001", base: 0 };

function written(texts: readonly string[], from = 1): Buffer[] {
  return texts.map((payload, i) => {
    const record = { class: "events", topic: "t", payload, storedAt: 0, lifeMs: 1000 } as const;
    return encodeRecord(record, from + i, BOOT).bytes;
  });
}

function textsOf(records: readonly StoredRecord[]): string[] {
  return records.map(({ record }) => String(record.payload));
}

describe("spool records", () => {
  test("what was written is read again", () => {
    const payload = fc.oneof(fc.string({ unit: "grapheme" }), fc.uint8Array());
    const record = fc.record({
      class: fc.constant("events" as const),
      topic: fc.string(),
      payload,
      storedAt: fc.nat(),
      lifeMs: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), (records) => {
        const bytes = Buffer.concat(records.map((one, i) => encodeRecord(one, 7 + i, BOOT).bytes));
        const { records: read, loss } = decodeRecords(bytes, 7);
        expect(read.map((one) => one.record)).toEqual(records.map(withBuffer));
        expect(loss).toEqual({ bytes: 0, records: 0 });
      }),
    );
  });

  test("whatever is damaged, every other record is read and every loss is counted", () => {
    const texts = fc.array(fc.string(), { minLength: 1, maxLength: 8 });
    const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(texts, flips, (payloads, changes) => {
        const parts = written(payloads);
        const bytes = Buffer.concat(parts);
        const clean = Buffer.from(bytes);
        for (const [at, mask] of changes) bytes[at % bytes.length]! ^= mask;
        let start = 0;
        const whole = parts.map(({ length }) => {
          const isWhole = bytes.subarray(start, start + length).equals(clean.subarray(start, start + length));
          start += length;
          return isWhole;
        });
        const { records, loss } = decodeRecords(bytes, 1);
        expect(records.map(({ number }) => number)).toEqual(whole.flatMap((isWhole, i) => (isWhole ? [i + 1] : [])));
        const lostInside = whole.slice(0, whole.lastIndexOf(true) + 1).filter((isWhole) => !isWhole).length;
        const lostBehind = whole.length - 1 - whole.lastIndexOf(true);
        // Behind the last whole record only marks tell how many there were.
        expect(loss.records).toBeGreaterThanOrEqual(lostInside + Math.min(1, lostBehind));
        expect(loss.records).toBeLessThanOrEqual(lostInside + lostBehind);
        expect(loss.bytes).toBe(parts.reduce((sum, { length }, i) => sum + (whole[i] ? 0 : length), 0));
      }),
    );
  });

  test("a file that was cut off loses its end alone, an empty one is a loss", () => {
    const [one, two, three] = written(["a", "b", "c"]) as [Buffer, Buffer, Buffer];
    const cut = decodeRecords(Buffer.concat([one, two, three.subarray(0, 9)]), 1);
    expect([textsOf(cut.records), cut.loss]).toEqual([["a", "b"], { bytes: 9, records: 1 }]);
    expect(decodeRecords(Buffer.alloc(0), 1)).toEqual({ records: [], loss: { bytes: 0, records: 1 } });
    const zeroed = decodeRecords(Buffer.concat([one, Buffer.alloc(two.length), three]), 1);
    expect([textsOf(zeroed.records), zeroed.loss.records]).toEqual([["a", "c"], 1]);
  });

  test("what a failed write left in part and a later one wrote again counts once, and as no loss", () => {
    const [one, two] = written(["a", "b"]) as [Buffer, Buffer];
    const { records, loss } = decodeRecords(Buffer.concat([one, two.subarray(0, 20), one, two]), 1);
    expect([textsOf(records), loss.records]).toEqual([["a", "b"], 0]);
  });
});

function encodeAgain({ record, number, boot, base }: StoredRecord): Buffer {
  return encodeRecord(record, number, { boot, base }).bytes;
}

function withBuffer(record: SpoolRecord): SpoolRecord {
  return { ...record, payload: typeof record.payload === "string" ? record.payload : Buffer.from(record.payload) };
}

describe("spool", () => {
  test("gives records out in order, each once, and again after a rewind until they are settled", () => {
    const { spool } = spooling();
    for (const text of numbers(5)) add(spool, text);
    const first = spool.next()!;
    spool.next();
    spool.settle(first);
    spool.rewind();
    const texts = [];
    for (let entry = spool.next(); entry; entry = spool.next()) texts.push([entry.record.payload, entry.replayed]);
    expect(texts).toEqual([
      ["1", true],
      ["2", true],
      ["3", true],
      ["4", true],
    ]);
    expect(spool.stats()).toMatchObject({ depth: 4, unsent: 0, storage: "memory" });
  });

  test("what was not settled outlives a restart, in order and marked", async () => {
    const directory = await folder();
    const before = spooling({ directory, maxBytes: 64_000 }).spool;
    for (const text of numbers(100)) add(before, text);
    for (let i = 0; i < 30; i++) before.settle(before.next()!);
    await before.close();
    const after = spooling({ directory, maxBytes: 64_000 });
    expect(after.spool.stats()).toMatchObject({ depth: 70, storage: "disk" });
    add(after.spool, "100");
    expect(await drain(after.spool)).toEqual(numbers(71, 30));
    await after.spool.close();
    expect(await readdir(directory)).toEqual(["cursor"]);
    expect(after.drops).toEqual([]);
  });

  test("a torn last record is passed over and told", async () => {
    const directory = await folder();
    const before = spooling({ directory }).spool;
    for (const text of numbers(3)) add(before, text);
    await before.close();
    const [file] = (await readdir(directory)).filter((name) => name.endsWith(".segment"));
    await appendFile(join(directory, file!), Buffer.from([200, 0, 0, 0, 1, 2, 3, 4, 5]));
    const { spool, reports, drops } = spooling({ directory });
    expect(reports).toEqual([{ type: "spool_damaged", file, lostBytes: 9, lostRecords: 1 }]);
    expect(drops).toEqual(["unknown damaged 1"]);
    add(spool, "3");
    expect(await drain(spool)).toEqual(numbers(4));
    await spool.close();
    expect(await readdir(directory)).toContain(file!.replace("segment", "damaged"));
  });

  test("drops the oldest when it is full, counts them, and keeps its files within the limit", async () => {
    const directory = await folder();
    const { spool, drops } = spooling({ directory, maxBytes: 32_000 });
    for (const text of numbers(1000)) add(spool, text);
    const dropped = drops.map((line) => Number(line.split(" ")[2])).reduce((sum, count) => sum + count, 0);
    expect(drops.every((line) => line.startsWith("events overflow "))).toBe(true);
    expect(spool.stats().depth).toBe(1000 - dropped);
    await spool.close();
    const sizes = await Promise.all((await readdir(directory)).map((name) => stat(join(directory, name))));
    expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(34_000);
    const { spool: after } = spooling({ directory, maxBytes: 32_000 });
    expect(await drain(after)).toEqual(numbers(1000 - dropped, dropped));
    await after.close();
  });

  test("is bounded in memory where it has no directory", () => {
    const { spool, drops } = spooling({ memoryBytes: 32_000 });
    for (const text of numbers(1000)) add(spool, text);
    expect(spool.stats().bytes).toBeLessThanOrEqual(32_000);
    expect(drops.length).toBeGreaterThan(0);
  });

  test("a message too large for it is dropped and counted", () => {
    const { spool, drops } = spooling({ memoryBytes: 32_000 });
    add(spool, "x".repeat(5000));
    expect(drops).toEqual(["events too_large 1"]);
  });

  test("records past their time are dropped and counted", () => {
    let ms = 5_000_000;
    const { spool, drops } = spooling({ clock: { boot: "b001", nowMs: () => ms }, maxAgeS: 60 });
    add(spool, "short", 5);
    add(spool, "long");
    ms += 6000;
    const entry = spool.next();
    expect([entry?.record.payload, drops, spool.leftS(entry!)]).toEqual(["long", ["events expired 1"], 54]);
    expect(spool.stats().oldestAgeS).toBe(6);
  });

  test("age goes on over restarts of the process and of the machine, by what their clocks have counted", async () => {
    const directory = await folder();
    const opened = (boot: string, ms: () => number) => spooling({ directory, maxAgeS: 60, clock: { boot, nowMs: ms } });
    const first = opened("b001", () => 100_000).spool;
    add(first, "old");
    await first.close();
    const second = opened("b001", () => 130_000).spool;
    expect(second.stats().oldestAgeS).toBe(30);
    add(second, "young");
    await second.close();
    // The machine was off, for how long no clock has counted.
    let ms = 10_000;
    const third = opened("b002", () => ms);
    expect(third.spool.stats().oldestAgeS).toBe(40);
    ms += 25_000;
    await until(() => third.spool.next() !== undefined, "what is not too old is at hand");
    expect(third.drops).toEqual(["events expired 1"]);
    await third.spool.close();
  });

  test.each([
    ["a cursor of other digits", "99999999 1"],
    ["an empty cursor", ""],
    ["a cursor that is no number", "x"],
  ])("%s costs nothing: all is delivered, which may be for the second time", async (_, text) => {
    const directory = await folder();
    const before = spooling({ directory }).spool;
    for (const value of numbers(20)) add(before, value);
    await before.close();
    await writeFile(join(directory, "cursor"), text);
    const { spool, reports } = spooling({ directory });
    expect(reports).toEqual([{ type: "spool_cursor_lost", directory }]);
    expect(await drain(spool)).toEqual(numbers(20));
    await spool.close();
  });

  test("an empty segment is reported and kept, and those beside it are delivered", async () => {
    const directory = await folder();
    const before = spooling({ directory }).spool;
    for (const value of numbers(3)) add(before, value);
    await before.close();
    await writeFile(join(directory, "0000000000000100.segment"), "");
    const { spool, reports, drops } = spooling({ directory });
    expect(reports).toMatchObject([{ type: "spool_damaged", file: "0000000000000100.segment" }]);
    expect(drops).toEqual(["unknown damaged 1"]);
    expect(await drain(spool)).toEqual(numbers(3));
    await spool.close();
    expect((await readdir(directory)).toSorted()).toEqual(["0000000000000100.damaged", "cursor"]);
  });

  test("whatever is damaged in its files, every whole record is delivered, and every loss counted and told", async () => {
    const change = fc.record({ file: fc.nat(), at: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        const directory = await folder();
        const before = spooling({ directory, maxBytes: 100_000 }).spool;
        for (const value of numbers(60)) add(before, value);
        await before.close();
        const names = (await readdir(directory)).filter((name) => name.endsWith(".segment")).toSorted();
        expect(names.length).toBeGreaterThan(1);
        const clean = new Map(
          await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name))] as const)),
        );
        const dirty = new Map([...clean].map(([name, bytes]) => [name, Buffer.from(bytes)]));
        for (const { file, at, mask } of changes) {
          const bytes = dirty.get(names[file % names.length]!)!;
          bytes[at % bytes.length]! ^= mask;
        }
        for (const [name, bytes] of dirty) await writeFile(join(directory, name), bytes);
        const whole = names.flatMap((name) => {
          const { records } = decodeRecords(clean.get(name)!, Number.parseInt(name, 10));
          return records
            .filter((one) => dirty.get(name)!.includes(encodeAgain(one)))
            .map(({ record }) => String(record.payload));
        });
        const { spool, reports, drops } = spooling({ directory, maxBytes: 100_000 });
        expect(await drain(spool)).toEqual(whole);
        await spool.close();
        const counted = drops.map((line) => Number(line.split(" ")[2])).reduce((sum, count) => sum + count, 0);
        const told = reports.map((report) => (report.type === "spool_damaged" ? report.lostRecords : 0));
        expect(counted).toBe(told.reduce((sum, count) => sum + count, 0));
        expect(counted > 0).toBe(whole.length < 60);
        const damaged = names.filter((name) => !dirty.get(name)!.equals(clean.get(name)!));
        expect((await readdir(directory)).filter((name) => name.endsWith(".damaged"))).toHaveLength(
          Math.min(4, damaged.length),
        );
      }),
      { numRuns: 25 },
    );
  });

  test("damage that comes while it runs is counted by class, and the rest of the file is delivered", async () => {
    const directory = await folder();
    const before = spooling({ directory }).spool;
    for (const value of numbers(10)) add(before, value);
    await before.close();
    const { spool, reports, drops } = spooling({ directory });
    const path = join(directory, "0000000000000001.segment");
    const bytes = await readFile(path);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(path, bytes);
    expect(await drain(spool)).toEqual(numbers(9));
    expect(drops).toEqual(["events damaged 1"]);
    expect(reports).toMatchObject([{ type: "spool_damaged", lostRecords: 1 }]);
    await spool.close();
  });

  test("a file that cannot be read for a while waits, and holds up no other", async () => {
    const directory = await folder();
    const before = spooling({ directory, maxBytes: 32_000 }).spool;
    for (const value of numbers(20)) add(before, value);
    await before.close();
    const [name = ""] = (await readdir(directory)).filter((entry) => entry.endsWith(".segment")).toSorted();
    const { spool, reports, drops } = spooling({ directory, maxBytes: 32_000, retryMs: 50 });
    await rename(join(directory, name), join(directory, "elsewhere"));
    await mkdir(join(directory, name));
    const heard: string[] = [];
    const take = () => {
      for (let entry = spool.next(); entry !== undefined; entry = spool.next()) {
        heard.push(String(entry.record.payload));
        spool.settle(entry);
      }
    };
    await until(() => {
      take();
      return heard.length > 0 && spool.stats().unsent === 0;
    }, "the others are delivered");
    expect(reports).toMatchObject([{ type: "spool_unreadable", file: name }]);
    await rmdir(join(directory, name));
    await rename(join(directory, "elsewhere"), join(directory, name));
    await until(() => {
      take();
      return spool.stats().depth === 0;
    }, "all is delivered");
    expect(heard.toSorted((one, other) => Number(one) - Number(other))).toEqual(numbers(20));
    expect(drops).toEqual([]);
    await spool.close();
  });

  test("a directory that cannot be used at the start is taken later, with what an earlier run left there", async () => {
    const parent = await folder();
    const directory = join(parent, "spool");
    const before = spooling({ directory }).spool;
    for (const value of numbers(5)) add(before, value);
    await before.close();
    await rename(directory, join(parent, "elsewhere"));
    await writeFile(directory, "");
    const { spool, reports } = spooling({ directory, retryMs: 20 });
    for (const value of numbers(5, 5)) add(spool, value);
    expect(spool.stats()).toMatchObject({ depth: 5, storage: "memory" });
    await rm(directory);
    await rename(join(parent, "elsewhere"), directory);
    await until(() => reports.some(({ type }) => type === "spool_recovered"), "the disk is used again");
    expect(spool.stats()).toMatchObject({ depth: 10, storage: "disk" });
    await spool.close();
    expect(reports.map(({ type }) => type)).toEqual(["spool_degraded", "spool_recovered"]);
    const after = spooling({ directory }).spool;
    expect(await drain(after)).toEqual(numbers(10));
    await after.close();
  });

  test.each(["full", "read-only"])(
    "a %s disk at the start: the old events are delivered, new ones go there when it is usable",
    async (kind) => {
      const disk = await mountSmallDisk(256);
      if (disk === undefined) return;
      disks.push(disk);
      const directory = join(disk.path, "spool");
      const before = spooling({ directory }).spool;
      for (const value of numbers(5)) add(before, value);
      await before.close();
      const filler = join(disk.path, "filler");
      if (kind === "full") await writeFile(filler, Buffer.alloc(1_000_000)).catch(() => {});
      else disk.remount("ro");
      const { spool, reports, drops } = spooling({ directory, retryMs: 20 });
      expect(reports).toMatchObject([{ type: "spool_degraded" }]);
      for (const value of numbers(5, 5)) add(spool, value);
      const heard: string[] = [];
      await until(() => {
        const entry = spool.next();
        if (entry === undefined) return heard.length === 7;
        if (heard.length < 7) {
          heard.push(String(entry.record.payload));
          spool.settle(entry);
        }
        return heard.length === 7;
      }, "some are delivered");
      if (kind === "full") await rm(filler);
      else disk.remount("rw");
      await until(() => reports.some(({ type }) => type === "spool_recovered"), "the disk is used again");
      await spool.close();
      const after = spooling({ directory });
      expect([...heard, ...(await drain(after.spool))]).toEqual(numbers(10));
      await after.spool.close();
      expect([...drops, ...after.drops]).toEqual([]);
    },
  );

  test("what memory alone holds at the end is reported as lost", async () => {
    const { spool, reports } = spooling();
    for (const value of numbers(3)) add(spool, value);
    await spool.close();
    expect(reports).toEqual([{ type: "spool_unsaved", records: 3, directory: null }]);
  });

  test("a directory that cannot be made is reported, and memory serves", async () => {
    const file = join(await folder(), "file");
    await writeFile(file, "");
    const { spool, reports } = spooling({ directory: join(file, "spool") });
    expect(reports).toMatchObject([{ type: "spool_degraded", message: expect.stringContaining("ENOTDIR") }]);
    add(spool, "0");
    expect(await drain(spool)).toEqual(["0"]);
  });

  test("a directory that fails later is reported once, and memory serves for what comes", async () => {
    const directory = await folder();
    const { spool, reports } = spooling({ directory });
    await rm(directory, { recursive: true });
    for (const text of numbers(3)) add(spool, text);
    await until(() => reports.length > 0, "the failure is reported");
    for (const text of numbers(3, 3)) add(spool, text);
    expect(spool.stats().storage).toBe("memory");
    expect(await drain(spool)).toEqual(numbers(6));
    await spool.close();
    expect(reports.map(({ type }) => type)).toEqual(["spool_degraded"]);
  });

  test("a full disk is reported, and nothing is lost that memory holds", async (context) => {
    const full = "/dev/full";
    if ((await stat(full).catch(() => undefined)) === undefined) context.skip("no /dev/full on this machine");
    const directory = await folder();
    const { spool, reports } = spooling({ directory });
    await symlink(full, join(directory, "0000000000000001.segment"));
    for (const text of numbers(3)) add(spool, text);
    await until(() => reports.length > 0, "the failure is reported");
    expect(reports[0]).toMatchObject({ type: "spool_degraded", message: expect.stringContaining("ENOSPC") });
    expect(await drain(spool)).toEqual(numbers(3));
    await spool.close();
  });

  test("nothing is written while everything is settled at once", async () => {
    const directory = await folder();
    const { spool } = spooling({ directory });
    for (const text of numbers(200)) {
      spool.append({ class: "events", topic: "t", payload: text, expiryS: 60 }, false);
      spool.settle(spool.next()!);
    }
    await spool.close();
    expect(await readdir(directory)).toEqual(["cursor"]);
  });

  test("over any course of adding, sending, settling and restarting, the unsettled rest comes out in order", async () => {
    const command = fc.record({
      add: fc.integer({ min: 0, max: 40 }),
      send: fc.integer({ min: 0, max: 40 }),
      settle: fc.integer({ min: 0, max: 40 }),
      restart: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 8 }), async (commands) => {
        const directory = await folder();
        const open = () => spooling({ directory, maxBytes: 100_000 }).spool;
        let spool = open();
        const model: string[] = [];
        let added = 0;
        for (const step of commands) {
          for (const text of numbers(step.add, added)) add(spool, text);
          model.push(...numbers(step.add, added));
          added += step.add;
          const sent = [];
          for (let entry = spool.next(); entry && sent.length < step.send; entry = spool.next()) sent.push(entry);
          for (const entry of sent.slice(0, step.settle)) {
            expect(entry.record.payload).toBe(model.shift());
            spool.settle(entry);
          }
          spool.rewind();
          if (!step.restart) continue;
          await spool.close();
          spool = open();
        }
        expect(await drain(spool)).toEqual(model);
        await spool.close();
      }),
      { numRuns: 30 },
    );
  });
});
