import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { excerpt } from "../../../src/dynamic/report/excerpt.ts";

const TEXT = "a\nb\n\tconst c = d.e;\nf\ng\nh\ni\nj\nk\nlast";

describe("lines around a place", () => {
  it("are numbered, with a mark at the line and a caret below the column", () => {
    expect(excerpt(TEXT, { line: 9, column: 1 })).toBe(
      ["   7 | i", "   8 | j", ">  9 | k", "     | ^", "  10 | last"].join("\n"),
    );
  });

  it("keep tabs before the caret", () => {
    expect(excerpt(TEXT, { line: 3, column: 12 })).toContain("\n    | \t          ^\n");
  });

  it("have no caret without a column, and none of the empty lines that end the text", () => {
    expect(excerpt("a\nb\n\n\n", { line: 2, column: null })).toBe("  1 | a\n> 2 | b");
  });

  it("show the part of a long line where the place is", () => {
    const shown = excerpt(`${"x".repeat(500)}HERE${"y".repeat(500)}`, { line: 1, column: 501 });
    const [row = "", caret = ""] = shown.split("\n");
    expect(row.length).toBeLessThan(140);
    expect(row.slice(caret.indexOf("^")).startsWith("HERE")).toBe(true);
  });

  it("are none for a place outside of the text, and mark each line inside of it", () => {
    const lines = fc.array(fc.stringMatching(/^[a-z]{0,40}$/), { minLength: 1 });
    fc.assert(
      fc.property(lines, fc.nat(60), fc.nat(100), (text, at, column) => {
        const rows = excerpt(text.join("\n"), { line: at + 1, column: column + 1 }).split("\n");
        if (at >= text.length) return rows.join() === "";
        const marked = rows.findIndex((row) => row.startsWith(">"));
        const start = rows[marked]?.indexOf("|") ?? 0;
        return rows[marked + 1]?.indexOf("^") === start + 2 + column;
      }),
    );
  });
});
