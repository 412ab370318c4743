import { describe, expect, it } from "vitest";
import { MillraceError } from "../../../src/base/errors.ts";
import { checkJsonBounds, ReadBudget } from "../../../src/dynamic/ipc/bounds.ts";
import { encodeMessage, FROM_PROCESS, LARGEST_ANSWER_HEADER, MessageReader } from "../../../src/dynamic/ipc/message.ts";
import type { Segment } from "../../../src/dynamic/ipc/segments.ts";
import { IpcReader } from "../../../src/dynamic/ipc/values.ts";
import { findPythonCommand, openBlock, picture } from "../child-block.ts";

const noImages = { toIpc: () => ({}), fromIpc: () => picture(1, 1) };
const MIB = 2 ** 20;

/** The code of the fault that a text becomes as the header of an answer; its length where it is read. */
function judgeText(text: string): string | number {
  return codeOf(() => {
    checkJsonBounds(Buffer.from(text));
    return text.length;
  });
}

function judgeValue(value: unknown, segments: readonly Segment[] = [], budget = new ReadBudget()): unknown {
  return codeOf(() => new IpcReader(segments, noImages, budget).read(value));
}

function codeOf<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    return error instanceof MillraceError ? error.code : String(error);
  }
}

/** Repeats it up to nearly the length that a header may have. */
const filled = (open: string, item: string, close: string) => {
  const count = Math.floor((LARGEST_ANSWER_HEADER - 1000) / (item.length + 1));
  return `${open}${new Array(count).fill(item).join(",")}${close}`;
};

describe("JSON of an answer", () => {
  it.each([
    ["lists", filled("[", "[]", "]")],
    ["objects", filled("[", "{}", "]")],
    ["keys", filled("{", '"a":1', "}")],
    ["small numbers", filled("[", "1", "]")],
    ["lists in lists", `${"[".repeat(MIB)}${"]".repeat(MIB)}`],
    ["lists behind a text with a quote", `["\\"",${filled("", "[]", "")}]`],
  ])("is refused before it is parsed when it is all %s", (_, text) => {
    expect(judgeText(text)).toBe("DYNAMIC_PROTOCOL");
  });

  it.each([
    ["one text", `"${"x".repeat(4 * MIB - 100)}"`],
    ["a text of commas and brackets", `"${"[{,:".repeat(MIB - 100)}"`],
    ["numbers with many digits", filled("[", "0.1234567890123456", "]")],
    ["points", filled("[", "[1234.12345678,2345.12345678]", "]")],
  ])("is read when it is %s", (_, text) => {
    expect(judgeText(text)).toBe(text.length);
  });
});

describe("values of an answer", () => {
  const list = (shape: number[], dtype: "uint8" | "float64" = "uint8"): Segment => {
    const items = shape.reduce((product, count) => product * count, 1);
    return { name: "list", dtype, shape, data: dtype === "uint8" ? new Uint8Array(items) : new Float64Array(items) };
  };

  it.each([
    ["one list of 8 million bytes", [8 * MIB]],
    ["lists of one item", [MIB, 1]],
    ["lists in lists of one item", [MIB / 2, 1, 1, 1, 1, 1]],
  ])("are refused when they are %s", (_, shape) => {
    expect(judgeValue({ $: "list", s: 0 }, [list(shape)])).toBe("DYNAMIC_VALUE");
  });

  it("are refused when several lists are too many together", () => {
    const many = [0, 1, 2, 3, 4].map((s) => ({ $: "list", s }));
    const segments = many.map(() => list([MIB]));
    expect(judgeValue(many.slice(0, 3), segments)).toHaveLength(3);
    expect(judgeValue(many, segments)).toBe("DYNAMIC_VALUE");
  });

  it("are refused when they are detections without number", () => {
    const count = 300_000;
    const table = { $: "detections", s: 0, optional: [], classes: ["a"], ids: ",".repeat(count - 1) };
    const value = { ...table, width: 1, height: 1, parent_id: "p", parent: null, root: null };
    expect(judgeValue(value, [list([7, count])])).toBe("DYNAMIC_VALUE");
  });

  it("are not read on when the deadline of the call is over", () => {
    const budget = new ReadBudget(-1);
    expect(judgeValue({ $: "list", s: 0 }, [list([100, 100])], budget)).toBe("DYNAMIC_TIMEOUT");
    // What is small is there at once.
    expect(judgeValue([1, 2], [], new ReadBudget(-1))).toEqual([1, 2]);
  });
});

describe("segments of an answer", () => {
  it("may not lie over each other, which would make many values of few bytes", () => {
    const data = new Float64Array([1, 2]);
    const segments = [0, 1].map(() => ({ name: "list", dtype: "float64", shape: [2], data }) as const);
    const bytes = Buffer.from(encodeMessage({ type: "result", sequence: 1, header: {}, segments }));
    expect(new MessageReader(FROM_PROCESS).push(new Uint8Array(bytes))).toHaveLength(1);
    const forged = Buffer.from(bytes.toString("latin1").replace('"offset":16', '"offset":8 '), "latin1");
    expect(() => new MessageReader(FROM_PROCESS).push(new Uint8Array(forged))).toThrow(
      "at 8, before the end of another at 16",
    );
  });
});

const FORGED = `
import os, struct
def run(self):
    text = b'{"value":[' + b"[]," * 1300000 + b'[]],"segments":[]}'
    data = struct.pack("<IBBHII", 16 + len(text), 6, 0, 1, 4, len(text)) + text
    while data:
        data = data[os.write(3, data):]
    return 1
`;

describe("a process that writes an answer of its own making", () => {
  it.each(["local", "isolated"] as const)("fails its call and is ended, with code_blocks %s", async (mode) => {
    const { call, events } = openBlock(FORGED, { mode });
    await expect(call()).rejects.toMatchObject({ code: "DYNAMIC_PROTOCOL" });
    expect(events).toContainEqual(expect.objectContaining({ type: "block_process_ended" }));
  });
});

describe("code that answers more than can be passed on", () => {
  const python = findPythonCommand(true);
  if (python === null) process.stderr.write("skipped: arrays of too many numbers, for want of a Python with numpy\n");

  it.skipIf(python === null)(
    "gets an error, and keeps running, when it is an array that would become a list",
    async () => {
      const source = `def run(self, n): return np.zeros((n, 3000), dtype="uint8")`;
      const { call, events } = openBlock(source, { python: python ?? "" });
      await expect(call({ n: 3000 })).rejects.toMatchObject({ code: "DYNAMIC_VALUE" });
      expect(await call({ n: 1 })).toHaveLength(1);
      expect(events.map(({ type }) => type)).not.toContain("block_process_ended");
    },
  );

  it.each([
    ["python", "def run(self, n): return [[] for _ in range(n)]"],
    ["javascript", "function run({ n }) { return Array.from({ length: n }, () => []) }"],
  ] as const)("gets an error, and keeps running, when it is lists of %s", async (language, source) => {
    const { call, events } = openBlock(source, { language, mode: "isolated" });
    await expect(call({ n: 300_000 })).rejects.toMatchObject({ code: "DYNAMIC_VALUE" });
    expect(await call({ n: 2 })).toEqual([[], []]);
    expect(events.map(({ type }) => type)).not.toContain("block_process_ended");
  });
});
