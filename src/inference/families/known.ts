import { BugError } from "../../base/errors.ts";
import type { FamilyName } from "../description.ts";
import type { Family } from "./family.ts";
import { yolov8 } from "./yolov8.ts";
import { yolox } from "./yolox.ts";

/** Every family that can be decoded, in the order in which they are tried on a file. */
export const FAMILIES: readonly Family[] = [yolox, yolov8];

export function familyOf(name: FamilyName): Family {
  const family = FAMILIES.find((candidate) => candidate.name === name);
  if (family === undefined) throw new BugError(`family "${name}" is not in the list of families`);
  return family;
}
