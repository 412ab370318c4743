import { type MillraceError, StepError } from "../base/errors.ts";
import type { Block, Context, FrameScope } from "../blocks/contract/block.ts";
import type { ForEachSubworkflow, PlanStep } from "../compiler/plan.ts";
import type { StepFault } from "../engine/batch.ts";
import { countItems, fieldOf, type Item, itemsOf, ordered } from "./for-each-items.ts";
import { ItemKeys, keylessStateKey } from "./item-keys.ts";
import { SubPlan, type SubResult } from "./sub-plan.ts";
import { deeper, innerFailure, stateKeyOf, subworkflowBlock } from "./subworkflow-block.ts";
import { openHost, type SubworkflowHost } from "./subworkflow-host.ts";

type Elements = readonly Record<string, unknown>[];

/** One item of one element, with its place in the list as it came. */
interface ItemRun {
  element: number;
  index: number;
  item: Item;
  source: string;
  stateKey: string;
  frame: FrameScope;
}

/** What became of the items of one element. */
interface Share {
  runs: ItemRun[];
  /** Items as they came, before any were left out. */
  total: number;
  error: MillraceError | null;
}

/** Runs the items of all elements of a batch as one batch through the workflow. */
export function openForEach(
  step: PlanStep,
  subworkflow: ForEachSubworkflow,
  { surroundings, path, types }: SubworkflowHost,
): Block {
  const sub = new SubPlan(subworkflow.plan, openHost(surroundings, path, types));
  const settings = settingsOf(step);
  const keys = new ItemKeys({ ...settings, forget: (stateKey) => sub.forget(stateKey) });
  /** State keys of items without a key, to be forgotten after the run. */
  const alone: string[] = [];
  const bound = subworkflow.shared.flatMap(({ name, property }) => {
    const input = subworkflow.plan.inputs.find((candidate) => candidate.name === name);
    return input === undefined ? [] : [{ name, property, batch: input.batch }];
  });

  async function runMany(elements: Elements, contexts: readonly Context[]): Promise<unknown[]> {
    const shares = elements.map((element, e) => shareOf(element, e, contexts[e] as Context));
    const runs = shares.flatMap((share) => share.runs);
    const { rows, faults } = await runItems(runs, elements);
    for (const stateKey of alone.splice(0)) sub.forget(stateKey);
    const evicted = sweep(contexts);
    let at = 0;
    return shares.map((share) => {
      const first = at;
      at += share.runs.length;
      const part = {
        rows: rows.slice(first, at),
        faults: share.runs.map((_, n) => faults.get(first + n)?.[0] ?? null),
      };
      return share.error ?? answerOf(share, part, evicted);
    });
  }

  function shareOf(element: Record<string, unknown>, e: number, context: Context): Share {
    try {
      const total = countItems(element, subworkflow, settings.isProduct);
      if (total > settings.maxItems && settings.overflow === "fail") throw tooMany(total, settings.maxItems);
      const all = itemsOf(element, subworkflow, settings.isProduct).map((item, index) => ({ item, index }));
      const sorted = settings.orderBy === null ? all : ordered(all, settings.orderBy);
      const kept = sorted.slice(0, settings.maxItems);
      return { runs: kept.map((entry) => runOf(entry, e, context)), total, error: null };
    } catch (error) {
      if (error instanceof StepError) return { runs: [], total: 0, error };
      throw error;
    }
  }

  function runOf({ item, index }: { item: Item; index: number }, element: number, context: Context): ItemRun {
    const outer = stateKeyOf(context);
    const value = settings.keyBy === null ? undefined : fieldOf(item, settings.keyBy);
    const place = { element, index, item, source: context.source, frame: deeper(context) };
    if (settings.keyBy === null) return { ...place, stateKey: outer };
    if (value !== undefined && value !== null) return { ...place, stateKey: keys.use(outer, value, performance.now()) };
    // An item without the key shares its state with no other, and with no other frame.
    const stateKey = keylessStateKey(outer, index);
    alone.push(stateKey);
    return { ...place, stateKey };
  }

  /** The workflow does not run without items. */
  async function runItems(runs: readonly ItemRun[], elements: Elements): Promise<SubResult> {
    if (runs.length === 0) return { rows: [], faults: new Map() };
    const size = settings.concurrency ?? runs.length;
    if (size >= runs.length) return sub.run(batchOf(runs, elements));
    const rows: SubResult["rows"] = [];
    const faults = new Map<number, readonly StepFault[]>();
    for (let start = 0; start < runs.length; start += size) {
      const found = await sub.run(batchOf(runs.slice(start, start + size), elements));
      for (const [i, fault] of found.faults) faults.set(start + i, fault);
      rows.push(...found.rows);
    }
    return { rows, faults };
  }

  function batchOf(runs: readonly ItemRun[], elements: Elements) {
    const shared = (property: string) => runs.map(({ element }) => elements[element]?.[property]);
    const inputs: Record<string, unknown> = {};
    for (const { name, property, batch } of bound) inputs[name] = batch ? shared(property) : shared(property)[0];
    for (const { name } of subworkflow.over) inputs[name] = runs.map(({ item }) => item[name]);
    return {
      sources: runs.map(({ source }) => source),
      stateKeys: runs.map(({ stateKey }) => stateKey),
      frames: runs.map(({ frame }) => frame),
      inputs,
    };
  }

  function sweep(contexts: readonly Context[]): number {
    if (settings.keyBy === null) return 0;
    const outers = new Set(contexts.map(stateKeyOf));
    return [...outers].reduce((sum, outer) => sum + keys.sweep(outer, performance.now()), 0);
  }

  function answerOf(share: Share, part: Part, evicted: number): unknown {
    const failed = part.faults.filter((fault) => fault !== null).length;
    const error = failureOf(share, part, failed);
    if (error !== null) return error;
    const dropped = share.total - share.runs.length;
    const status = share.total === 0 ? "empty" : failed + dropped > 0 ? "partial" : "ok";
    const errors = part.faults.flatMap((fault, n) =>
      fault === null ? [] : [innerFailure(fault, path, share.runs[n]?.index ?? n).message],
    );
    const result = {
      status,
      items: share.total,
      failed,
      dropped,
      states_evicted: evicted,
      errors: errors.slice(0, 20),
    };
    return { ...columnsOf(share, part), result };
  }

  function failureOf({ runs }: Share, { faults }: Part, failed: number): MillraceError | null {
    const { onItemError, minSuccessRatio, minSuccesses } = settings;
    const succeeded = runs.length - failed;
    const first = faults.findIndex((fault) => fault !== null);
    const fault = faults[first];
    const tooFew =
      (minSuccessRatio !== null && runs.length > 0 && succeeded / runs.length < minSuccessRatio) ||
      (minSuccesses !== null && succeeded < minSuccesses);
    const isForgiven = onItemError === "null" || minSuccessRatio !== null || minSuccesses !== null;
    if (fault !== null && fault !== undefined && (tooFew || !isForgiven)) {
      const error = innerFailure(fault, path, runs[first]?.index ?? first);
      const counted = `${failed} of ${runs.length} items failed; the first: ${error.message}`;
      return tooFew ? new StepError("DYN009", counted, error.details) : error;
    }
    return tooFew ? new StepError("DYN009", `${succeeded} items succeeded, expected ${minSuccesses ?? 0}`) : null;
  }

  /** One list for each output; where the items are elements of a batch, as long as that batch. */
  function columnsOf({ runs, total }: Share, { rows }: Part): Record<string, unknown[]> {
    const isAligned = subworkflow.iterate === "elements";
    const outputs = step.outputs.filter(({ name }) => name !== "result");
    return Object.fromEntries(
      outputs.map(({ name, below }) => {
        const empty = below.length > 1 ? [] : null;
        const column = isAligned ? new Array<unknown>(total).fill(empty) : [];
        for (const [n, { index }] of runs.entries()) column[isAligned ? index : n] = rows[n]?.[name] ?? empty;
        return [name, column];
      }),
    );
  }

  return subworkflowBlock(step, runMany, (stateKey) => {
    keys.drop(stateKey);
    sub.forget(stateKey);
  });
}

interface Part {
  rows: readonly (Readonly<Record<string, unknown>> | null)[];
  /** First failure of each item, null for one that succeeded. */
  faults: readonly (StepFault | null)[];
}

/** The block's schema has checked them. */
function settingsOf({ literals }: PlanStep) {
  return {
    isProduct: literals["product"] === true,
    maxItems: literals["max_items"] as number,
    overflow: literals["overflow"] as "fail" | "truncate",
    orderBy: literals["order_by"] as string | null,
    onItemError: literals["on_item_error"] as "fail" | "null",
    minSuccessRatio: literals["min_success_ratio"] as number | null,
    minSuccesses: literals["min_successes"] as number | null,
    keyBy: literals["key_by"] as string | null,
    mostKeys: literals["max_keys"] as number,
    ttlS: literals["key_ttl_s"] as number,
    concurrency: literals["concurrency"] as number | null,
  };
}

function tooMany(count: number, most: number): StepError {
  const message = `there are ${count} items, more than "max_items" (${most}); "overflow": "truncate" runs the first of them`;
  return new StepError("DYN006", message, { limit: "max_items", value: count, most });
}
