import { lineCounterV2 } from "./analytics/line-counter.ts";
import { timeInZoneV1, timeInZoneV2, timeInZoneV3 } from "./analytics/time-in-zone.ts";
import type { Block } from "./block.ts";
import { continueIfV1 } from "./flow/continue-if.ts";
import { propertyDefinitionV1 } from "./formula/property-definition.ts";
import { objectDetectionModelV1, objectDetectionModelV2, objectDetectionModelV3 } from "./model/object-detection.ts";
import { byteTrackerV3 } from "./tracking/byte-tracker.ts";
import { detectionsFilterV1, detectionsTransformationV1 } from "./transformation/detections-query.ts";
import { dimensionCollapseV1 } from "./transformation/dimension-collapse.ts";
import { dynamicCropV1 } from "./transformation/dynamic-crop.ts";

/** Every block that runs here, by file. `blocks.test.ts` proves that no file of the folder is missing. */
export const BLOCKS: readonly Block[] = [
  dimensionCollapseV1,
  objectDetectionModelV1,
  objectDetectionModelV2,
  objectDetectionModelV3,
  byteTrackerV3,
  lineCounterV2,
  timeInZoneV1,
  timeInZoneV2,
  timeInZoneV3,
  dynamicCropV1,
  continueIfV1,
  detectionsFilterV1,
  detectionsTransformationV1,
  propertyDefinitionV1,
];

/** Blocks by type id and alias. */
export type Catalogue = ReadonlyMap<string, Block>;

export function catalogueOf(blocks: readonly Block[]): Catalogue {
  const catalogue = new Map<string, Block>();
  for (const block of blocks) for (const name of [block.type, ...block.aliases]) catalogue.set(name, block);
  return catalogue;
}

export const CATALOGUE: Catalogue = catalogueOf(BLOCKS);
