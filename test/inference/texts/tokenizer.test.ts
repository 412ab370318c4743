import { describe, expect, test } from "vitest";
import { openTokenizer } from "../../../src/inference/texts/tokenizer.ts";

describe("CLIP's tokenizer", async () => {
  const { encode } = await openTokenizer({ type: "clip" });
  const within = (text: string) => encode(text).slice(1, -1);

  test("gives the known tokens of texts", () => {
    expect(encode("a photo of a cat")).toEqual([49406, 320, 1125, 539, 320, 2368, 49407]);
    expect(encode("Forklift #12, no helmet")).toEqual([49406, 43202, 258, 272, 273, 267, 871, 11122, 49407]);
    expect(encode("")).toEqual([49406, 49407]);
  });

  test("takes no notice of case, of white space and of how characters of HTML are written", () => {
    const plain = within("a cat & a dog");
    for (const text of [
      "A  CAT\n& a\tdog ",
      "a cat &amp; a dog",
      "a cat &amp;amp; a dog",
      "a cat &#38; a dog",
      "a cat &#x26; a dog",
    ]) {
      expect(within(text)).toEqual(plain);
    }
  });

  test("has tokens for every text", () => {
    for (const text of ["日本 😀", "\u0000", "&#9999999;", "\ud800"]) {
      expect(within(text).every((token) => token >= 0 && token < 49406)).toBe(true);
      expect(within(text).length).toBeGreaterThan(0);
    }
  });
});
