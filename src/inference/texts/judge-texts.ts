import { ModelError } from "../../base/errors.ts";
import type { OnnxFile } from "../files/onnx-file.ts";
import { type Judgement, noFamily } from "../judgement.ts";
import type { FoundTower } from "./find-tower.ts";
import { TEXT_ALIASES, TEXT_FAMILY } from "./judge-tower.ts";
import type { TextTower } from "./text-tower.ts";

/** A model of texts alone. */
export function judgeTexts(file: OnnxFile, tower: FoundTower, family: string | undefined): Judgement {
  const fits = family === undefined || family === TEXT_FAMILY || TEXT_ALIASES.includes(family);
  const why = typeof tower === "string" ? tower : `it takes texts alone, as ${TEXT_FAMILY} does`;
  const none = (stated?: string) => noFamily([`not ${TEXT_FAMILY}: ${why}`], stated, file);
  if (typeof tower === "string" || !fits) return none(family);
  const known = { family: tower.family, task: "embed_text", reasons: tower.reasons, texts: tower } as const;
  const batch = typeof tower.feeding.tokens.shape[0] === "string";
  return { ...none(), ...known, classes: [], classesFrom: "none", dynamicBatch: batch, considered: [] };
}

/** The tower that was found, null where a file is none. */
export function towerOf(tower: FoundTower | null): TextTower | null {
  return typeof tower === "string" ? null : tower;
}

export function towerReasons(tower: FoundTower | null): string[] {
  if (tower === null) return [];
  return typeof tower === "string" ? [`its tower for texts cannot be used: ${tower}`] : tower.reasons;
}

/** A statement that says of a model of pictures that it takes texts. */
export function takesPictures(): ModelError {
  const message = `the stated family does not fit: ${TEXT_FAMILY} takes texts alone, and this file takes pictures`;
  return new ModelError("MODEL_FAMILY_MISMATCH", message, { family: TEXT_FAMILY });
}
