import { pointer } from "../base/issue.ts";
import type { Case, Tolerance } from "./case-file.ts";
import { PICTURE_RULE, type PictureRule, pictureFault } from "./compare-pictures.ts";
import { parseCsv } from "./csv-table.ts";
import { type Difference, stepFinder } from "./difference.ts";
import type { ExpectedPictures } from "./expected-pictures.ts";
import { instantOf } from "./instant.ts";
import { type Path, pathMatcher } from "./path-pattern.ts";
import { Picture } from "./picture.ts";
import { polygonOf, samePolygon } from "./polygon.ts";
import { Renaming } from "./renaming.ts";

type Fields = Record<string, unknown>;
type CompareRules = Pick<Case, "definition" | "tolerance" | "ignore" | "up_to_renaming" | "unordered" | "csv" | "mask">;

/** Keys that only some versions of the reference write: compared where both sides have them. */
const OPTIONAL_KEYS = new Set(["root_parent_id", "total_frames"]);

/** Compares what a case gives with what it is to give, by the rules of the case. */
export class ValueComparison {
  differences: Difference[] = [];
  readonly #tolerance: Tolerance;
  readonly #pictures: ExpectedPictures;
  readonly #renaming = new Renaming();
  readonly #isIgnored: (path: Path) => boolean;
  readonly #isRenamed: (path: Path) => boolean;
  readonly #isUnordered: (path: Path) => boolean;
  readonly #isCsv: (path: Path) => boolean;
  readonly #masks: { matches: (path: Path) => boolean; regex: RegExp; with: string }[];
  readonly #stepOf: (path: Path) => string | null;

  constructor(rules: CompareRules, pictures: ExpectedPictures) {
    this.#tolerance = rules.tolerance;
    this.#pictures = pictures;
    this.#isIgnored = pathMatcher(rules.ignore);
    this.#isRenamed = pathMatcher(rules.up_to_renaming);
    this.#isUnordered = pathMatcher(rules.unordered);
    this.#isCsv = pathMatcher(rules.csv);
    this.#masks = rules.mask.map((mask) => {
      return { matches: pathMatcher([mask.path]), regex: new RegExp(mask.regex, "g"), with: mask.with };
    });
    this.#stepOf = stepFinder(rules.definition);
  }

  compare(expected: unknown, found: unknown, path: Path): void {
    if (this.#isIgnored(path)) return;
    const actual = this.#masked(found, path);
    if (this.#isRenamed(path) && isName(expected)) this.#rename(expected, actual, path);
    else if (isFields(expected)) this.#object(expected, actual, path);
    else if (Array.isArray(expected)) this.#list(expected, actual, path);
    else if (this.#isCsv(path) && typeof expected === "string") this.#csv(expected, actual, path);
    else if (!this.#sameScalar(expected, actual)) this.differ(path, { expected, found: actual });
  }

  differ(path: Path, what: Pick<Difference, "expected" | "found" | "message">): void {
    const { message } = what;
    const sides = { expected: plain(what.expected), found: plain(what.found) };
    const difference = { path: pointer(path), step: this.#stepOf(path), ...sides };
    this.differences.push(message === undefined ? difference : { ...difference, message });
  }

  #masked(found: unknown, path: Path): unknown {
    if (typeof found !== "string") return found;
    const masks = this.#masks.filter(({ matches }) => matches(path));
    return masks.reduce((text, mask) => text.replace(mask.regex, mask.with), found);
  }

  #rename(expected: unknown, found: unknown, path: Path): void {
    if (isName(found) && this.#renaming.agree(expected, found)) return;
    const known = this.#renaming.nameOf(expected);
    const message = known === undefined ? "another value has this name already" : `it was ${JSON.stringify(known)}`;
    this.differ(path, { expected, found, ...(isName(found) ? { message } : {}) });
  }

  #object(expected: Fields, found: unknown, path: Path): void {
    if ("$raw" in expected) this.compare(expected["value"], found, path);
    else if ("$png" in expected) this.#png(expected, found, path);
    else if (isSpecial(expected)) this.#special(expected, found, path);
    else if (isFields(found)) this.#fields(expected, found, path);
    else this.differ(path, { expected, found });
  }

  #fields(expected: Fields, found: Fields, path: Path): void {
    const left = new Set<string>();
    if (found["value"] instanceof Picture && expected["type"] === "base64") {
      left.add("value");
      this.#picture(expected, found, { path, rule: this.#pictureRule() });
    }
    if (isEmptyDetections(expected) && isEmptyDetections(found)) left.add("image");
    for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
      const isIn = (side: Fields) => Object.hasOwn(side, key);
      if (left.has(key) || (OPTIONAL_KEYS.has(key) && !(isIn(expected) && isIn(found)))) continue;
      const at = [...path, key];
      if (isIn(expected) && isIn(found)) this.compare(expected[key], found[key], at);
      else if (!this.#isIgnored(at)) this.differ(at, { expected: expected[key], found: found[key] });
    }
  }

  #pictureRule(): PictureRule {
    const { max = 0, mean = 255 } = this.#tolerance.pixels ?? {};
    return PICTURE_RULE.parse({ mode: "close", max, max_share: 1, max_mean_abs: mean });
  }

  /** The other fields of the picture are named by the case. */
  #png(expected: Fields, found: unknown, path: Path): void {
    const rule = PICTURE_RULE.safeParse(expected["compare"] ?? { mode: "exact" });
    if (!rule.success) this.differ(path, { expected, found, message: "its rule of comparison is malformed" });
    else if (!isFields(found)) this.differ(path, { expected: "a picture", found });
    else {
      this.#picture(expected, found, { path, rule: rule.data });
      for (const [key, value] of Object.entries((expected["fields"] ?? {}) as Fields)) {
        this.compare(value, found[key], [...path, key]);
      }
    }
  }

  #picture(expected: Fields, found: Fields, { path, rule }: { path: Path; rule: PictureRule }): void {
    const wanted = this.#pictures.get(expected);
    const picture = found["value"];
    if (wanted instanceof Picture) {
      const fault = picture instanceof Picture ? pictureFault(wanted, picture, rule) : "no picture";
      if (fault !== null) this.differ(path, { expected: wanted.toJSON(), found: fault });
    } else {
      const message = `the expected picture cannot be read: ${wanted?.fault ?? "it is missing"}`;
      this.differ(path, { expected: expected["$png"] ?? "a picture", found, message });
    }
  }

  /** Values that JSON lacks; infinite numbers are null in results. */
  #special(expected: Fields, found: unknown, path: Path): void {
    if ("$datetime" in expected) {
      if (this.#isIgnored([...path, "$datetime"]) && typeof found === "string") return;
      const wanted = expected["$datetime"];
      const isSame = wanted === null ? found === null : this.#sameScalar(wanted, found);
      if (!isSame) this.differ(path, { expected: wanted, found });
    } else if ("$bytes" in expected) {
      if (found !== expected["$bytes"]) this.differ(path, { expected, found });
    } else if (found !== null) this.differ(path, { expected, found });
  }

  #list(expected: readonly unknown[], found: unknown, path: Path): void {
    if (!Array.isArray(found)) this.differ(path, { expected, found });
    else if (path.at(-1) === "points" && this.#sameOutline(expected, found)) return;
    else if (expected.length !== found.length) {
      const message = `${found.length} elements, expected ${expected.length}`;
      this.differ(path, { expected, found, message });
    } else if (this.#isUnordered(path)) this.#set(expected, found, path);
    else for (const [i, value] of expected.entries()) this.compare(value, found[i], [...path, i]);
  }

  #sameOutline(expected: unknown, found: unknown): boolean {
    const [a, b] = [polygonOf(expected), polygonOf(found)];
    return a !== null && b !== null && samePolygon(a, b, (x, y) => this.#near(x, y));
  }

  /** Each element takes the first that it is the same as. */
  #set(expected: readonly unknown[], found: readonly unknown[], path: Path): void {
    const left = [...found.keys()];
    for (const [i, value] of expected.entries()) {
      const match = left.findIndex((at) => this.#agree(value, found[at], [...path, i]));
      if (match >= 0) left.splice(match, 1);
      else this.differ([...path, i], { expected: value, found: undefined, message: "no element is the same" });
    }
  }

  #agree(expected: unknown, found: unknown, path: Path): boolean {
    return this.#renaming.attempt(() => {
      const before = this.differences;
      this.differences = [];
      this.compare(expected, found, path);
      const isSame = this.differences.length === 0;
      this.differences = before;
      return isSame;
    });
  }

  /** As tables; a place inside of one is none in the case. */
  #csv(expected: string, found: unknown, path: Path): void {
    const rows = typeof found === "string" ? parseCsv(found) : null;
    if (rows === null || !this.#agree(parseCsv(expected) ?? [], rows, [...path, "rows"])) {
      this.differ(path, { expected, found });
    }
  }

  #sameScalar(expected: unknown, found: unknown): boolean {
    if (typeof expected === "number" && typeof found === "number") return this.#near(expected, found);
    if (expected === found) return true;
    const instant = instantOf(expected);
    return instant !== null && instant === instantOf(found);
  }

  #near(expected: number, found: number): boolean {
    const { abs, rel } = this.#tolerance;
    return expected === found || Math.abs(expected - found) <= abs + rel * Math.abs(expected);
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Picture);
}

/** Pictures as their size: threads and reports pass on plain data. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function isName(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}

function isSpecial(expected: Fields): boolean {
  return "$datetime" in expected || "$bytes" in expected || "$float" in expected;
}

/** The reference keeps the size of the picture of no detection in some blocks and loses it in others. */
function isEmptyDetections({ predictions, image }: Fields): boolean {
  return Array.isArray(predictions) && predictions.length === 0 && image !== undefined;
}
