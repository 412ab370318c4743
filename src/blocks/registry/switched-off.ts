import type { Block } from "../contract/block.ts";

/** Which blocks an operator does not want to be usable. */
export interface BlockFilter {
  /** Categories, as blocks declare them. */
  categories: readonly string[];
  /** Parts of type ids; case does not matter. */
  patterns: readonly string[];
}

/** A block that is there but may not be used, and the setting that says so. */
export interface SwitchedOff {
  block: Block;
  reason: string;
}

const CATEGORIES = "WORKFLOW_DISABLED_BLOCK_TYPES";
const PATTERNS = "WORKFLOW_DISABLED_BLOCK_PATTERNS";

/** The reference's two switches, comma lists. */
export function filterOf(environment: Readonly<Record<string, string | undefined>>): BlockFilter {
  return { categories: commaList(environment[CATEGORIES]), patterns: commaList(environment[PATTERNS]) };
}

/** Why a block is switched off, null for one that is not. */
export function reasonOff({ type, category }: Block, { categories, patterns }: BlockFilter): string | null {
  const named = categories.find((name) => sameCategory(name, category));
  if (named !== undefined) return `${CATEGORIES} has "${named}"`;
  const pattern = patterns.find((part) => type.toLowerCase().includes(part.toLowerCase()));
  return pattern === undefined ? null : `${PATTERNS} has "${pattern}"`;
}

/** Names in a comma list, without blanks and empty entries. */
export function commaList(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** The reference calls some categories by other names. */
const REFERENCE_NAMES: Readonly<Record<string, string>> = {
  flow_control: "flow",
  formula: "data",
  classical_computer_vision: "vision",
};

function sameCategory(name: string, category: string | undefined): boolean {
  const wanted = name.toLowerCase();
  return category !== undefined && (REFERENCE_NAMES[wanted] ?? wanted) === category;
}
