import { randomUUID } from "node:crypto";
import { MillraceError } from "../base/errors.ts";
import type { FrameScope } from "../blocks/contract/block.ts";
import type { Plan, PlanGate, PlanStep } from "../compiler/plan.ts";
import { isImage } from "../kinds/image.ts";
import { videoSeconds } from "../kinds/video-metadata.ts";
import type { EngineBatch, StepFault } from "./batch.ts";
import { ancestor, type Level, levelBelow, SCALAR_LEVEL } from "./levels.ts";

/** All values of one running batch: a column for every slot, and the elements of every level known so far. */
export class Values {
  readonly faults: StepFault[] = [];
  /** Failures whose outputs were replaced by a fallback. */
  readonly recovered: StepFault[] = [];
  readonly #plan: Plan;
  readonly #batch: EngineBatch;
  readonly #levels: (Level | undefined)[];
  readonly #columns: (readonly unknown[] | undefined)[];
  readonly #flows = new Map<string, readonly (readonly string[] | undefined)[]>();
  readonly #root: Level;
  #frames: FrameScope[] | null = null;
  #run: string | null = null;
  readonly #failed = new Set<number | null>();

  constructor(plan: Plan, batch: EngineBatch) {
    this.#plan = plan;
    this.#batch = batch;
    this.#levels = new Array(plan.levels.length);
    this.#columns = new Array(plan.slots.length);
    this.#root = levelBelow(SCALAR_LEVEL, [batch.sources.length]);
    this.#levels[0] = SCALAR_LEVEL;
    for (const input of plan.inputs) {
      const given = Object.hasOwn(batch.inputs, input.name) ? batch.inputs[input.name] : undefined;
      const value = given === undefined ? input.defaultValue : given;
      if (input.batch) this.#setBatchInput(input.slot, value, input.name);
      else this.#columns[input.slot] = [value];
    }
  }

  /** A name for this run, made when it is asked for. */
  get run(): string {
    this.#run ??= randomUUID();
    return this.#run;
  }

  /** Elements of a level; a level whose step has not run has none. */
  level(index: number): Level {
    const known = this.#levels[index];
    if (known !== undefined) return known;
    const { parent, isFromInputs } = this.#plan.levels[index] ?? { parent: null, isFromInputs: false };
    const above = parent === null ? SCALAR_LEVEL : this.level(parent);
    const isRoot = isFromInputs && parent === 0;
    const level = isRoot ? this.#root : levelBelow(above, new Array(above.count).fill(0));
    this.#levels[index] = level;
    return level;
  }

  levelOfSlot(slot: number): Level {
    return this.level(this.#plan.slots[slot]?.level ?? 0);
  }

  isOpen(index: number): boolean {
    return this.#levels[index] !== undefined;
  }

  setLevel(index: number, level: Level): void {
    this.#levels[index] = level;
  }

  /** Values of a slot, one for each element of its level. */
  column(slot: number): readonly unknown[] {
    const known = this.#columns[slot];
    if (known !== undefined) return known;
    const empty = new Array<unknown>(this.levelOfSlot(slot).count).fill(null);
    this.#columns[slot] = empty;
    return empty;
  }

  set(slot: number, column: readonly unknown[]): void {
    this.#columns[slot] = column;
  }

  setFlow(step: PlanStep, chosen: readonly (readonly string[] | undefined)[]): void {
    this.#flows.set(step.name, chosen);
  }

  /** Whether the flow-control step chose the target for that element; one that did not run there chose nothing. */
  isChosen(gate: PlanGate, element: number): boolean {
    const name = this.#plan.steps[gate.step]?.name ?? "";
    return this.#flows.get(name)?.[element]?.includes(gate.target) ?? false;
  }

  /** Element of the batch that element `i` of a level belongs to, null for scalars and batches born inside. */
  rootOf(i: number, levelIndex: number): number | null {
    const level = this.level(levelIndex);
    if (level === this.#root) return i;
    const at = ancestor(i, level, this.#root);
    for (let up: Level | null = level; up !== null; up = up.parent) if (up === this.#root) return at;
    return null;
  }

  /** Index of element `i` of a level in every batch that it is part of, from the outside in. */
  indexOf(i: number, levelIndex: number): number[] {
    const path: number[] = [];
    let at = i;
    for (let level = this.level(levelIndex); level.parent !== null; level = level.parent) {
      const parent = level.parentOf[at] ?? 0;
      path.unshift(at - (level.starts[parent] ?? 0));
      at = parent;
    }
    return path;
  }

  sourceOf(i: number, levelIndex: number): string {
    const root = this.rootOf(i, levelIndex);
    const { sources } = this.#batch;
    if (root !== null) return sources[root] ?? "";
    return sources.length === 1 ? (sources[0] ?? "") : "";
  }

  /** Whose state an element finds. */
  stateKeyOf(i: number, levelIndex: number): string {
    const { stateKeys } = this.#batch;
    if (stateKeys === undefined) return this.sourceOf(i, levelIndex);
    const root = this.rootOf(i, levelIndex);
    if (root !== null) return stateKeys[root] ?? "";
    return stateKeys.length === 1 ? (stateKeys[0] ?? "") : "";
  }

  /** The frame of an element; what belongs to no element of the batch counts as part of the first. */
  frameOf(i: number, levelIndex: number): FrameScope {
    const root = this.rootOf(i, levelIndex) ?? 0;
    const given = this.#batch.frames?.[root];
    if (given !== undefined) return given;
    this.#frames ??= this.#batch.sources.map((_, element) => newFrame(this.#recordedS(element)));
    return this.#frames[root] ?? newFrame(this.#recordedS(root));
  }

  /** Seconds on the clock of the recording that an element of the batch is from. */
  #recordedS(element: number): number | null {
    for (const { slot, batch } of this.#plan.inputs) {
      if (batch && this.levelOfSlot(slot) !== this.#root) continue;
      const value = this.column(slot)[batch ? element : 0];
      if (isImage(value) && value.video?.comesFromVideoFile === true) return videoSeconds(value.video);
    }
    return null;
  }

  /** Remembers that something failed for an element of the batch, null for what belongs to none. */
  fail(fault: StepFault): void {
    this.faults.push(fault);
    this.#failed.add(fault.element);
  }

  /** Whether anything failed for the element of the batch that element `i` belongs to. */
  hasFailed(i: number, levelIndex: number): boolean {
    return this.#failed.size > 0 && (this.#failed.has(null) || this.#failed.has(this.rootOf(i, levelIndex)));
  }

  #setBatchInput(slot: number, value: unknown, name: string): void {
    const chain: number[] = [];
    for (let at: number | null = this.#plan.slots[slot]?.level ?? 0; at; at = this.#plan.levels[at]?.parent ?? null) {
      chain.unshift(at);
    }
    let column: readonly unknown[] = expectList(value, name);
    if (column.length !== this.#root.count) {
      const what = `input "${name}" has ${column.length} elements, expected ${this.#root.count}`;
      throw new MillraceError("RUN_INPUT_SIZE", what);
    }
    for (const [depth, index] of chain.entries()) {
      if (depth === 0) {
        this.#levels[index] = this.#root;
        continue;
      }
      const lists = column.map((element) =>
        element === null || element === undefined ? [] : expectList(element, name),
      );
      const above = this.level(chain[depth - 1] ?? 0);
      this.#levels[index] = levelBelow(
        above,
        lists.map((list) => list.length),
      );
      column = lists.flat();
    }
    this.#columns[slot] = column;
  }
}

function newFrame(recordedS: number | null): FrameScope {
  return { depth: 0, spent: { expansions: 0, steps: 0 }, recordedS };
}

function expectList(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value === null || value === undefined) throw new MillraceError("RUN_INPUT_MISSING", `input "${name}" is missing`);
  throw new MillraceError("RUN_INPUT_NESTING", `input "${name}" is not nested as deeply as the definition says`);
}
