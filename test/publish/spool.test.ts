import { appendFile, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { PublishReport } from "../../src/publish/report.ts";
import { openSpool, type Spool, type SpoolSettings } from "../../src/publish/spool.ts";
import { decodeRecords, encodeRecord, type SpoolRecord } from "../../src/publish/spool-record.ts";
import { until } from "../helpers/broker.ts";

const folders: string[] = [];

afterEach(async () => {
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

describe("spool records", () => {
  test("what was written is read again, up to the first damaged byte", () => {
    const payload = fc.oneof(fc.string({ unit: "grapheme" }), fc.uint8Array());
    const record = fc.record({
      id: fc.nat(),
      class: fc.constant("events" as const),
      topic: fc.string(),
      payload,
      storedAt: fc.nat(),
      expiresAt: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 5 }), fc.nat(), (records, at) => {
        const bytes = Buffer.concat(records.map(encodeRecord));
        expect(decodeRecords(bytes).records).toEqual(records.map(withBuffer));
        const cut = bytes.subarray(0, at % (bytes.length + 1));
        const { records: whole, lostBytes } = decodeRecords(cut);
        expect(whole).toEqual(records.slice(0, whole.length).map(withBuffer));
        expect(Buffer.concat(whole.map(encodeRecord)).length + lostBytes).toBe(cut.length);
      }),
    );
  });
});

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
    const { spool, reports } = spooling({ directory });
    expect(reports).toEqual([{ type: "spool_damaged", file, lostBytes: 9 }]);
    add(spool, "3");
    expect(await drain(spool)).toEqual(numbers(4));
    await spool.close();
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

  test("records past their time are dropped and counted, a clock set forward by years ages none", () => {
    let now = Date.UTC(2026, 0, 1);
    const { spool, drops } = spooling({ now: () => now, maxAgeS: 60 });
    add(spool, "short", 5);
    add(spool, "long");
    now += 6000;
    const entry = spool.next();
    expect([entry?.record.payload, drops, spool.leftS(entry!)]).toEqual(["long", ["events expired 1"], 54]);
    now = Date.UTC(2056, 0, 1);
    spool.rewind();
    expect(spool.next()?.record.payload).toBe("long");
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
