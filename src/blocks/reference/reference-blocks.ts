import type { BlockManifest } from "../contract/block.ts";
import { CLOUD } from "./cloud.ts";
import { DETECTIONS } from "./detections.ts";
import { DRAWING_MORE } from "./drawing-more.ts";
import { DRAWING_OBJECTS } from "./drawing-objects.ts";
import { IMAGE_CHANGES } from "./image-changes.ts";
import { IMAGE_MEASURES } from "./image-measures.ts";
import { INDUSTRIAL } from "./industrial.ts";
import { LANGUAGE_MODELS } from "./language-models.ts";
import { LOCAL_MODELS } from "./local-models.ts";
import { LOGIC } from "./logic.ts";
import { manifestOf, type ReferenceBlock, type ReferenceGroup, typeOf } from "./notation.ts";
import { ROBOFLOW_MODELS } from "./roboflow-models.ts";
import { SINKS } from "./sinks.ts";
import { TRACKING } from "./tracking.ts";

/** Block types of the reference's world as they are there, whether or not a block of that type runs here; those alone that are wanted. */
export function referenceBlocks(isWanted: (type: string) => boolean = () => true): BlockManifest[] {
  const group = (why: ReferenceBlock["why"], blocks: ReferenceGroup) =>
    Object.entries(blocks)
      .filter(([name]) => isWanted(typeOf(name)))
      .map(([name, block]) => manifestOf(name, { why, ...block }));
  return [
    ...group("drawing", DRAWING_OBJECTS),
    ...group("drawing", DRAWING_MORE),
    ...group("vision", IMAGE_CHANGES),
    ...group("vision", IMAGE_MEASURES),
    ...group("logic", DETECTIONS),
    ...group("logic", TRACKING),
    ...group("logic", LOGIC),
    ...group("model", ROBOFLOW_MODELS),
    ...group("model", LOCAL_MODELS),
    ...group("sink", SINKS),
    ...group("service", LANGUAGE_MODELS),
    ...group("platform", CLOUD),
    ...group("protocol", INDUSTRIAL),
  ];
}
