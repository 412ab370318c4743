import type { NamedParameters } from "../../kinds/model-task.ts";
import type { BoxReader, Family } from "../families/family.ts";
import type { ModelItem } from "../request.ts";
import { readBoxes } from "./boxes.ts";
import type { PartReading } from "./task-reader.ts";

/** Boxes of what is named; a model of its own classes finds those of these names. */
export function readNamed(item: ModelItem, reading: PartReading, family: BoxReader & Pick<Family, "task">) {
  const asked = item.parameters as NamedParameters;
  const parameters = { ...asked, classFilter: asked.names };
  const classes = family.task === "detect_named" ? [...asked.names] : reading.description.classes;
  const description = { ...reading.description, classes };
  return { rows: readBoxes({ ...item, parameters }, { ...reading, description }, family).rows };
}
