import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { patternOf } from "../../src/query/python-pattern.ts";

// Patterns are those of Python: where one is there, it judges as well.

/** Patterns with the texts in which they are found, of those below. */
const PATTERNS: [string, readonly string[]][] = [
  ["^\\d+$", ["123", "١٢", "12\n"]],
  ["(?a)^\\d+$", ["123", "12\n"]],
  ["^\\w+$", ["abc", "ABC", "naïve", "straße", "дом", "a_b", "123", "١٢", "12\n", "½", "aab", "aaa", "İ"]],
  ["(?a)^\\w+$", ["abc", "ABC", "a_b", "123", "12\n", "aab", "aaa"]],
  ["\\bве", []],
  ["\\bдом\\b", ["дом"]],
  ["(?a)\\bдом\\b", []],
  ["a\\Bb", ["abc", "aab"]],
  ["^\\W+$", ["-", "]", "[", "{", " "]],
  ["[\\W]", ["a b", "a-b", "12\n", "-", "]", "[", "{", "x]y", " ", "a\u2028b", "a\rb"]],
  ["\\s", ["a b", "12\n", " ", "a\u2028b", "a\rb"]],
  ["(?a)\\s", ["a b", "12\n", " ", "a\rb"]],
  ["[]]", ["]", "x]y"]],
  ["[^]]y", []],
  ["[]x-]y", ["x]y"]],
  ["a++b", ["abc", "aab"]],
  ["a++ab", []],
  ["(?>a+)b", ["abc", "aab"]],
  ["(a)++(b)\\2?c", ["abc"]],
  ["a{2}+a", ["aaa"]],
  ["a{,2}b", ["abc", "a b", "a-b", "a_b", "aab", "a\u2028b", "a\rb"]],
  ["(?#a comment)abc", ["abc"]],
  ["a(?#how often)+b", ["abc", "aab"]],
  ["(?x) a \\  b  # a space", ["a b"]],
  ["(?ix)A[ ]B", ["a b"]],
  ["(?P<first>a)(?P=first)b", ["aab"]],
  ["(?i)STRASSE|STRAßE", ["straße"]],
  ["^.$", ["½", "-", "]", "[", "{", " ", "İ"]],
  ["a.b", ["a b", "a-b", "a_b", "aab", "a\u2028b", "a\rb"]],
  ["(?m)^b$", []],
  ["\\Aabc\\Z", ["abc"]],
  ["{x}|^{$", ["{"]],
  ["\\x2d|\\055", ["a-b", "-"]],
  ["\\u0434\\U0000043e", ["дом"]],
  ["[\\b]|[&&]|[a-\\x63]{3}", ["abc", "aab", "aaa"]],
  ["(?<!a)b", ["a b", "a-b", "a_b", "a\u2028b", "a\rb"]],
  ["(?=a)a{3}$", ["aaa"]],
  [
    "x|",
    [
      "abc",
      "ABC",
      "naïve",
      "straße",
      "дом",
      "a b",
      "a-b",
      "a_b",
      "123",
      "١٢",
      "12\n",
      "½",
      "-",
      "]",
      "[",
      "{",
      "x]y",
      "aab",
      "aaa",
      " ",
      "a\u2028b",
      "a\rb",
      "İ",
    ],
  ],
];
const TEXTS = [
  "abc",
  "ABC",
  "naïve",
  "straße",
  "дом",
  "a b",
  "a-b",
  "a_b",
  "123",
  "١٢",
  "12\n",
  "½",
  "-",
  "]",
  "[",
  "{",
  "x]y",
  "aab",
  "aaa",
  " ",
  "a\u2028b",
  "a\rb",
  "İ",
];

const FAULTS = [
  "(a",
  "a)",
  "[a",
  "[]",
  "*a",
  "a**",
  "\\q",
  "\\2",
  "(?P=no)",
  "(?L)a",
  "(?i:a)",
  "(x)?(?(1)a|b)",
  "[b-a]",
  "a\\",
];

const found = (regex: string) => TEXTS.filter((text) => patternOf(regex).test(text));

const JUDGE = `
import json, re, sys
patterns, texts, faults = json.load(sys.stdin)
def fails(pattern):
    try:
        re.compile(pattern)
    except re.error:
        return True
    return False
print(json.dumps([[[t for t in texts if re.search(p, t)] for p in patterns], [f for f in faults if fails(f)]]))
`;
const judge = spawnSync("python3", ["-c", JUDGE], {
  input: JSON.stringify([PATTERNS.map(([regex]) => regex), TEXTS, FAULTS]),
  encoding: "utf8",
});
const hasJudge = judge.status === 0;
if (!hasJudge) process.stderr.write("skipped: Python as the judge of patterns, as there is none of 3.11 or later\n");

describe("a regular expression", () => {
  it.each(PATTERNS)("finds what it finds in Python: %s", (regex, texts) => {
    expect(found(regex)).toEqual(texts);
  });

  it.skipIf(!hasJudge)("is judged here as Python judges it", () => {
    const [expected, faults] = JSON.parse(judge.stdout) as [string[][], string[]];
    expect(PATTERNS.map(([, texts]) => texts)).toEqual(expected);
    // Flags of a part and conditions are of Python alone.
    expect(faults).toEqual(FAULTS.filter((regex) => !regex.startsWith("(?i:") && !regex.includes("(?(")));
  });

  it.each(FAULTS)("is refused: %s", (regex) => {
    expect(() => patternOf(regex)).toThrow(SyntaxError);
  });

  it("may have the spellings of JavaScript", () => {
    expect(patternOf("(?<first>\\p{Lu})\\k<first>\\/").test("AA/")).toBe(true);
  });
});
