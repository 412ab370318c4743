import { ModelError } from "../base/errors.ts";
import { suggest } from "../base/suggest.ts";
import { TASK_TITLES, type TaskName } from "../kinds/model-task.ts";
import { describeTensors } from "./families/evidence.ts";
import { type Family, type Match, type ModelFacts, no, type Verdict } from "./families/family.ts";

/** The family of a file, or why there is none; both with what else was considered. */
export type FamilyVerdict =
  | { family: Family; match: Match; considered: string[] }
  | { family: null; reasons: string[]; considered: string[] };

/** Asks every candidate. One that matches is the family; several are none, as the file fits each of them. */
export function judgeFamily(candidates: readonly Family[], facts: ModelFacts): FamilyVerdict {
  const first = verdictsOf(candidates, facts);
  // Names of a wrong number are reported as that.
  const isDoubtful = facts.statedCount !== null && !hasMatch(first);
  const all = isDoubtful ? verdictsOf(candidates, { ...facts, statedCount: null }) : first;
  const found = all.flatMap(({ family, verdict }) => (verdict.matches ? [{ family, match: verdict }] : []));
  const [only, ...others] = found;
  const refused = first.flatMap(({ family, verdict }) => (verdict.matches ? [] : [{ family, ...verdict }]));
  const considered = describeRefusals(refused);
  if (only !== undefined && others.length === 0) return { ...only, considered };
  const several = found.map(({ family, match }) => `it may be ${family.name}: ${match.reason}; state the family`);
  return { family: null, reasons: [...several, ...reasonsOf(refused, facts)], considered };
}

interface Refused {
  family: Family;
  reason: string;
  state?: string;
}

/** Why it is none: what a statement would change, and that nothing else fits. Few candidates are all listed. */
function reasonsOf(refused: readonly Refused[], { file, task }: ModelFacts): string[] {
  if (refused.length <= FEW) return describeRefusals(refused);
  const near = refused.filter(({ state }) => state !== undefined);
  const told = task === null ? "" : ` and the task "${task.text}"`;
  const rest = `no other of the ${refused.length} known layouts has the outputs ${describeTensors(file.outputs)}${told}`;
  return [...describeRefusals(near), near.length === 0 ? rest.replace("no other", "none") : rest];
}

const FEW = 6;

/** One line for each reason, those first that a statement would change. */
function describeRefusals(refused: readonly Refused[]): string[] {
  const near = refused.flatMap(({ family, reason, state }) => {
    return state === undefined ? [] : [`not ${family.name}: ${reason}; state ${state}`];
  });
  const groups = new Map<string, string[]>();
  for (const { family, reason, state } of refused) {
    if (state === undefined) groups.set(reason, [...(groups.get(reason) ?? []), family.name]);
  }
  return [...near, ...[...groups].map(([reason, names]) => `not ${names.join(", ")}: ${reason}`)];
}

interface Judged {
  family: Family;
  verdict: Verdict;
}

function hasMatch(verdicts: readonly Judged[]): boolean {
  return verdicts.some(({ verdict }) => verdict.matches);
}

function verdictsOf(families: readonly Family[], facts: ModelFacts): Judged[] {
  return families.map((family) => ({ family, verdict: verdictOf(family, facts) }));
}

/** A file must have no inputs that the family does not feed, and be for what something else says that it is for. */
function verdictOf(family: Family, facts: ModelFacts): Verdict {
  const { task } = facts;
  if (task !== null && !isSame(family.task, task.name)) {
    return no(`${task.source} name the task "${task.text}", expected ${TASK_TITLES[family.task]}`);
  }
  if (facts.decoder !== null && family.task !== "prompted") return no("it comes with a decoder");
  const fed = [facts.image.info.name, ...(family.extraInputNames ?? [])];
  const others = facts.file.inputs.filter(({ name }) => !fed.includes(name));
  return others.length === 0 ? family.match(facts) : no(`it has further inputs: ${describeTensors(others)}`);
}

/** A classifier's numbers may be taken for an embedding. */
function isSame(own: TaskName, told: TaskName): boolean {
  return own === told || (own === "embed" && told.startsWith("classify"));
}

/** Families that a statement means: by their name, or by one that several share. */
export function familiesNamed(stated: string | undefined, families: readonly Family[]): readonly Family[] {
  if (stated === undefined) return families;
  const exact = families.filter(({ name }) => name === stated);
  const found = exact.length > 0 ? exact : families.filter(({ aliases = [] }) => aliases.includes(stated));
  if (found.length > 0) return found;
  const known = families.map(({ name }) => name);
  const hint = suggest(stated, [...known, ...families.flatMap(({ aliases = [] }) => aliases)]);
  const message = `unknown family "${stated}", known are ${known.join(", ")}${hint === undefined ? "" : `; ${hint}`}`;
  throw new ModelError("MODEL_UNKNOWN_FAMILY", message, { stated, known });
}
