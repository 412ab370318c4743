import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonFault, jsonPlaces } from "../../src/definition/json-places.ts";

/** What is reported about a text, with what stands at the place. */
function told(text: string): string {
  const fault = jsonFault(text);
  if (fault === null) return "JSON";
  const hint = fault.hint?.startsWith("definitions are JSON") ? "" : ` (${fault.hint})`;
  return `${JSON.stringify(text.slice(fault.offset, fault.offset + 6))} ${fault.what}${hint}`;
}

it.each([
  ['{"a": True}', '"True}" is not JSON at "True" (write true; Python\'s literals are no JSON)'],
  ['{"a": [1, NaN]}', '"NaN]}" is not JSON at "NaN" (JSON has no NaN: write null or a number)'],
  ["{“a”: 1}", '"“a”: 1" needs a name in double quotes (write straight double quotes, as in "name")'],
  ['{"a": “b”}', '"“b”}" is not JSON at "“b”" (write straight double quotes, as in "name")'],
  ["{'a': 1}", "\"'a': 1\" needs a name in double quotes"],
  ['{"a": 1,}', '",}" has a comma after the last element'],
  ['{"a": 1,, "b": 2}', '", \\"b\\":" has a comma too many'],
  ["[1 2]", '"2]" needs a comma or "]"'],
  ['{"a" 1}', '"1}" needs a ":" after a name'],
  ['{"a": 1', '"" ends too early'],
  ['{"a": "b', '"" ends too early'],
  ["", '"" ends too early'],
  ['{"a": "b\nc"}', '"\\nc\\"}" has a text that goes on over the end of its line'],
  ['{"a": "\\x"}', '"\\\\x\\"}" has an escape that JSON does not know'],
  ["{} x", '"x" goes on after its end'],
  ["// no\n{}", '"// no\\n" is not JSON at "//"'],
  ["[01]", '"01]" is not JSON at "01"'],
])("the first fault of %j is found where it is", (text, found) => {
  expect(told(text)).toBe(found);
});

it("agrees with the parser about what is JSON", () => {
  const nearly = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "{", '"', "x", "}", "\\", "1"))
    .map(([text, at, more]) => {
      const place = at % (text.length + 1);
      return `${text.slice(0, place)}${more}${text.slice(place)}`;
    });
  fc.assert(
    fc.property(nearly, (text) => {
      expect(jsonFault(text) === null).toBe(isJson(text));
    }),
  );
});

it("knows where values stand, those of an object by their names", () => {
  const text = '{\n  "a": [1, {"b/c": null}],\n  "d": {}\n}';
  const shown = [...jsonPlaces(text)].map(([path, offset]) => [path, text.slice(offset, offset + 3)]);
  expect(Object.fromEntries(shown)).toEqual({
    "": "{\n ",
    "/a": '"a"',
    "/a/0": "1, ",
    "/a/1": '{"b',
    "/a/1/b~1c": '"b/',
    "/d": '"d"',
  });
});

it("gives up on what is nested too deeply to be followed", () => {
  expect(jsonFault("[".repeat(200_000))).toBeNull();
  expect(jsonPlaces("[".repeat(200_000)).has("")).toBe(true);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
