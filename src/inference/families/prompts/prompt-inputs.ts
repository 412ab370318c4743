// The two ways in which exported decoders of Segment Anything take prompts: points alone, where two of them are the corners of a box (the
// authors' exporter and samexporter), or points and boxes (Hugging Face).
import type { Prompt } from "../../../kinds/model-task.ts";
import { describeTensors } from "../evidence.ts";
import type { ExtraInput, GraphFacts, MaskChoices, OutputTensor, PromptedRun } from "../family.ts";

/** Labels of points. */
const LABEL = { outside: 0, inside: 1, topLeft: 2, bottomRight: 3, none: -1 };

/** How a decoder takes prompts and names what it gives. */
interface PromptForm {
  /** Inputs that it must have, and those that it may have. */
  needs: readonly string[];
  may: readonly string[];
  scores: string;
  /** Outputs with maps, the best one first. */
  maps: readonly string[];
  inputs(prompt: Prompt, run: PromptedRun): ExtraInput[];
}

const POINTS: PromptForm = {
  needs: ["point_coords", "point_labels"],
  may: ["mask_input", "has_mask_input", "orig_im_size"],
  scores: "iou_predictions",
  maps: ["low_res_masks", "masks"],
  inputs: pointInputs,
};

const BOXES: PromptForm = {
  needs: ["input_points", "input_labels", "input_boxes"],
  may: [],
  scores: "iou_scores",
  maps: ["pred_masks"],
  inputs: boxInputs,
};

/** The form of a decoder that takes `embeddings`, or why it has none. */
export function promptFormOf(decoder: GraphFacts, embeddings: readonly string[]): PromptForm | string {
  const names = decoder.inputs.map(({ name }) => name);
  if (names.includes("input_points") && !names.includes("input_boxes")) {
    return 'its decoder takes points alone, and boxes are asked for; export it with "input_boxes", or with the exporter of the authors';
  }
  const form = [POINTS, BOXES].find(({ needs }) => needs.every((name) => names.includes(name)));
  const fed = form === undefined ? [] : [...form.needs, ...form.may, ...embeddings];
  const others = decoder.inputs.filter(({ name, elementType }) => !fed.includes(name) || !isFed(elementType));
  const given = decoder.outputs.map(({ name }) => name);
  const hasMaps = form !== undefined && given.includes(form.scores) && form.maps.some((name) => given.includes(name));
  if (form !== undefined && hasMaps && others.length === 0 && embeddings.every((name) => names.includes(name)))
    return form;
  return `expected a decoder of ${embeddings.join(", ")} with point_coords or input_points, found ${describeTensors(decoder.inputs)}`;
}

function isFed(elementType: string): boolean {
  return ["float32", "int32", "int64"].includes(elementType);
}

/** The form of a decoder that was recognised. */
function formOf({ decoder }: PromptedRun): PromptForm {
  return decoder.inputs.some(({ name }) => name === "input_points") ? BOXES : POINTS;
}

export function promptInputs(prompt: Prompt, run: PromptedRun): ExtraInput[] {
  return formOf(run).inputs(prompt, run);
}

type Point = readonly [x: number, y: number, label: number];

function coordinatesOf(points: readonly Point[]): number[] {
  return points.flatMap((point) => point.slice(0, 2));
}

function pointInputs({ points, box }: Prompt, run: PromptedRun): ExtraInput[] {
  const all: Point[] = points.map(({ x, y, isInside }) => [x, y, isInside ? LABEL.inside : LABEL.outside]);
  if (box !== null) all.push([box[0], box[1], LABEL.topLeft], [box[2], box[3], LABEL.bottomRight]);
  // A box is padded by its second corner, points need another one.
  else all.push([0, 0, LABEL.none]);
  const tensor = valuesIn(run);
  return [
    tensor("point_coords", [1, all.length, 2], coordinatesOf(all)),
    tensor(
      "point_labels",
      [1, all.length],
      all.map(([, , label]) => label),
    ),
    ...given(run, "mask_input", ({ shape }) => {
      const dims = [1, 1, sideOf(shape[2]), sideOf(shape[3])];
      return tensor("mask_input", dims, new Array<number>(dims.reduce((count, dim) => count * dim, 1)).fill(0));
    }),
    ...given(run, "has_mask_input", () => tensor("has_mask_input", [1], [0])),
    ...given(run, "orig_im_size", () => tensor("orig_im_size", [2], [run.height, run.width])),
  ];
}

function boxInputs({ points, box }: Prompt, run: PromptedRun): ExtraInput[] {
  const all: Point[] = points.map(({ x, y, isInside }) => [x, y, isInside ? LABEL.inside : LABEL.outside]);
  if (box === null && all.length === 0) all.push([0, 0, LABEL.none]);
  const tensor = valuesIn(run);
  return [
    tensor("input_points", [1, 1, all.length, 2], coordinatesOf(all)),
    tensor(
      "input_labels",
      [1, 1, all.length],
      all.map(([, , label]) => label),
    ),
    tensor("input_boxes", [1, box === null ? 0 : 1, 4], box ?? []),
  ];
}

/** Makes values of an input in its own type. */
function valuesIn({ decoder }: PromptedRun) {
  return (name: string, dims: readonly number[], values: readonly number[]): ExtraInput => {
    const { elementType = "float32" } = decoder.inputs.find((input) => input.name === name) ?? {};
    return { name, elementType: elementType as ExtraInput["elementType"], dims, values };
  };
}

type Input = GraphFacts["inputs"][number];

function given(run: PromptedRun, name: string, make: (input: Input) => ExtraInput): ExtraInput[] {
  return run.decoder.inputs.filter((input) => input.name === name).map(make);
}

const USUAL_SIDE = 256;

function sideOf(dim: number | string | undefined): number {
  return typeof dim === "number" ? dim : USUAL_SIDE;
}

export function maskChoices(outputs: readonly OutputTensor[], run: PromptedRun): MaskChoices {
  const form = formOf(run);
  const place = (name: string) => run.decoder.outputs.findIndex((output) => output.name === name);
  const name = form.maps.find((candidate) => place(candidate) >= 0) ?? "";
  const maps = outputs[place(name)]!;
  const [height = 0, width = 0] = maps.dims.slice(-2);
  const scores = outputs[place(form.scores)]!.data;
  const isScaled = name === "masks" && run.decoder.inputs.some((input) => input.name === "orig_im_size");
  // Four maps are one for a prompt that means one thing, and three for one that may mean several.
  return {
    data: maps.data,
    width,
    height,
    scores,
    single: scores.length === 4 ? 0 : null,
    covers: isScaled ? "image" : "square",
  };
}
