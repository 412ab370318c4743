import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable, printableEntry } from "../../src/base/printable.ts";

describe("text for a terminal", () => {
  it.each([
    ["an escape sequence", "a\u001b[2Jb", "a\\u001b[2Jb"],
    ["a control sequence of one character", "\u009b31m", "\\u009b31m"],
    ["a carriage return, which writes over what was there", "true\rfalse", "true\\u000dfalse"],
    ["other ends of lines", "a\u0085b\u2028c\vd", "a\\u0085b\\u2028c\\u000bd"],
    ["turned writing", "\u202egpj.exe", "\\u202egpj.exe"],
    ["a backspace and a bell", "a\b\u0007", "a\\u0008\\u0007"],
  ])("shows %s as its code", (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it("leaves words of all languages, tabs and lines as they are", () => {
    const text = "Größe\t人物\n\u{1f600} é\r\nend";
    expect(printable(text)).toBe("Größe\t人物\n\u{1f600} é\nend");
  });

  it("is the same text when it is JSON", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(JSON.parse(printable(JSON.stringify(text)))).toBe(text);
      }),
    );
  });
});

describe("an entry of a log", () => {
  it("is one, whatever lines its text has", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const [, ...further] = printableEntry(`entry ${text}`).split(/[\n\r\v\f\u0085\u2028\u2029]/);
        expect(further.filter((line) => /^\S/.test(line))).toEqual([]);
      }),
    );
  });
});
