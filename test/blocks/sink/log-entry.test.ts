import { expect, test } from "vitest";
import { logEntry } from "../../../src/blocks/sink/log-entry.ts";

test("the header of CSV stands in front of the first entry alone", () => {
  expect(logEntry("a,b\n1,2\n", "csv", true)).toBe("a,b\n1,2\n");
  expect(logEntry("a,b\n3,4", "csv", false)).toBe("3,4\n");
  expect(logEntry("a,b", "csv", false)).toBe("\n");
});

test("JSON takes one line, in the spacing and with the escapes of Python", () => {
  expect(logEntry('{\n "b": [1, {"ä": null}]\n}', "json", true)).toBe('{"b": [1, {"\\u00e4": null}]}\n');
  expect(() => logEntry("broken", "json", false)).toThrow("the content is no JSON: broken");
});

test("every entry ends with one line end", () => {
  expect(["", "x", "x\n"].map((content) => logEntry(content, "txt", false))).toEqual(["\n", "x\n", "x\n"]);
});
