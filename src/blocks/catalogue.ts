import { lineCounterV2 } from "./analytics/line-counter.ts";
import { timeInZoneV1, timeInZoneV2, timeInZoneV3 } from "./analytics/time-in-zone.ts";
import type { Block, BlockManifest } from "./block.ts";
import { continueIfV1 } from "./flow/continue-if.ts";
import { deltaFilterV1 } from "./flow/delta-filter.ts";
import { forEachV1 } from "./flow/for-each.ts";
import { rateLimiterV1 } from "./flow/rate-limiter.ts";
import { switchV1 } from "./flow/switch.ts";
import { switchCaseV1 } from "./flow/switch-case.ts";
import { expressionV1 } from "./formula/expression.ts";
import { firstNonEmptyOrDefaultV1 } from "./formula/first-non-empty.ts";
import { propertyDefinitionV1 } from "./formula/property-definition.ts";
import { stringTemplateV1 } from "./formula/string-template.ts";
import { KNOWN_BLOCKS } from "./known/known-blocks.ts";
import { classificationModelV1, classificationModelV2, classificationModelV3 } from "./model/classification.ts";
import { clipV1 } from "./model/clip.ts";
import {
  instanceSegmentationModelV1,
  instanceSegmentationModelV2,
  instanceSegmentationModelV3,
  instanceSegmentationModelV4,
} from "./model/instance-segmentation.ts";
import { objectDetectionModelV1, objectDetectionModelV2, objectDetectionModelV3 } from "./model/object-detection.ts";
import { localFileSinkV1 } from "./sink/local-file-sink.ts";
import { webhookSinkV1 } from "./sink/webhook-sink.ts";
import { byteTrackerV3 } from "./tracking/byte-tracker.ts";
import { detectionOffsetV1 } from "./transformation/detection-offset.ts";
import { detectionsMergeV1 } from "./transformation/detections-merge.ts";
import { detectionsFilterV1, detectionsTransformationV1 } from "./transformation/detections-query.ts";
import { dimensionCollapseV1 } from "./transformation/dimension-collapse.ts";
import { dynamicCropV1 } from "./transformation/dynamic-crop.ts";
import { perClassConfidenceFilterV1 } from "./transformation/per-class-confidence.ts";
import { contoursDetectionV1 } from "./vision/contours-detection.ts";
import { convertGrayscaleV1 } from "./vision/convert-grayscale.ts";
import { imageBlurV1 } from "./vision/image-blur.ts";
import { thresholdV1 } from "./vision/threshold.ts";
import { boundingBoxVisualizationV1 } from "./visualization/bounding-box-visualization.ts";
import { labelVisualizationV1 } from "./visualization/label-visualization.ts";
import { maskVisualizationV1 } from "./visualization/mask-visualization.ts";
import { polygonVisualizationV1, polygonVisualizationV2 } from "./visualization/polygon-visualization.ts";

/** Every block that runs here, by file. `blocks.test.ts` proves that no file of the folder is missing. */
export const BLOCKS: readonly Block[] = [
  dimensionCollapseV1,
  objectDetectionModelV1,
  objectDetectionModelV2,
  objectDetectionModelV3,
  instanceSegmentationModelV1,
  instanceSegmentationModelV2,
  instanceSegmentationModelV3,
  instanceSegmentationModelV4,
  classificationModelV1,
  classificationModelV2,
  classificationModelV3,
  clipV1,
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
  deltaFilterV1,
  rateLimiterV1,
  switchCaseV1,
  forEachV1,
  switchV1,
  expressionV1,
  firstNonEmptyOrDefaultV1,
  stringTemplateV1,
  detectionOffsetV1,
  detectionsMergeV1,
  perClassConfidenceFilterV1,
  convertGrayscaleV1,
  imageBlurV1,
  thresholdV1,
  contoursDetectionV1,
  boundingBoxVisualizationV1,
  labelVisualizationV1,
  maskVisualizationV1,
  polygonVisualizationV1,
  polygonVisualizationV2,
  webhookSinkV1,
  localFileSinkV1,
];

/** Blocks by type id and alias. */
export type Catalogue = ReadonlyMap<string, Block>;

export function catalogueOf(blocks: readonly Block[]): Catalogue {
  const catalogue = new Map<string, Block>();
  for (const block of blocks) for (const name of [block.type, ...block.aliases]) catalogue.set(name, block);
  return catalogue;
}

export const CATALOGUE: Catalogue = catalogueOf(BLOCKS);

/** Every block type that is known, by type id and alias; those that run as they are declared here. */
export const KNOWN: ReadonlyMap<string, BlockManifest> = withKnown(CATALOGUE);

/** A catalogue together with the known types that it lacks, except those withheld. */
export function withKnown(catalogue: Catalogue, withheld: readonly string[] = []): Map<string, BlockManifest> {
  const lacking = KNOWN_BLOCKS.filter(({ type }) => !catalogue.has(type) && !withheld.includes(type));
  const names = lacking.flatMap((block) => [block.type, ...block.aliases].map((name) => [name, block] as const));
  return new Map([...names, ...catalogue]);
}
