import { dynamic, kind, type Promised, pipeline, step } from "millrace";

// How many characters two texts have in common: a loop over characters that are known only when the step runs.

const letterIndex = step(
  { name: "letter_index", inputs: { character: kind.string }, outputs: { index: kind.integer } },
  ({ character }) => character.toLowerCase().charCodeAt(0) - "a".charCodeAt(0),
);

const tally = step(
  { name: "tally", inputs: { counts: kind.list, index: kind.integer }, outputs: { counts: kind.list } },
  ({ counts, index }) => ({ counts: counts.map((count, i) => (i === index ? Number(count) + 1 : count)) }),
);

const shared = step(
  { name: "shared", inputs: { first: kind.list, second: kind.list }, outputs: { count: kind.integer } },
  ({ first, second }) => first.reduce((sum: number, count, i) => sum + Math.min(Number(count), Number(second[i])), 0),
);

const LETTERS = 26;

export const commonCharacters = dynamic(
  {
    name: "common_characters",
    inputs: { first: kind.string, second: kind.string },
    outputs: { count: kind.integer },
    limits: { maxSteps: 200 },
  },
  (_, { first, second }) => {
    const p = pipeline("common_characters");
    const counted = (text: string) => {
      // What the steps give is not known here: it can be handed on, not looked at.
      let counts: unknown[] | Promised<"list_of_values"> = new Array<number>(LETTERS).fill(0);
      for (const character of text)
        counts = p.step(tally, { counts, index: p.step(letterIndex, { character }).index }).counts;
      return counts;
    };
    return p.outputs({ count: p.step(shared, { first: counted(first), second: counted(second) }).count });
  },
);
