// Written by scripts/make-catalogue.ts from the folders beside it; `npm run docs` writes it again.

import { dataAggregatorV1 } from "./analytics/data-aggregator.ts";
import { detectionEventLogV1 } from "./analytics/detection-event-log.ts";
import { distanceMeasurementV1 } from "./analytics/distance-measurement.ts";
import { geotagDetectionV1 } from "./analytics/geotag-detection.ts";
import { identifyChangesV1 } from "./analytics/identify-changes.ts";
import { identifyOutliersV1 } from "./analytics/identify-outliers.ts";
import { lineCounterV1, lineCounterV2 } from "./analytics/line-counter.ts";
import { maskAreaMeasurementV1 } from "./analytics/mask-area-measurement.ts";
import { overlapV1 } from "./analytics/overlap.ts";
import { overlapAnalysisV1 } from "./analytics/overlap-analysis.ts";
import { pathDeviationV1, pathDeviationV2 } from "./analytics/path-deviation.ts";
import { sizeMeasurementV1 } from "./analytics/size-measurement.ts";
import { timeInZoneV1, timeInZoneV2, timeInZoneV3 } from "./analytics/time-in-zone.ts";
import { velocityV1 } from "./analytics/velocity.ts";
import type { Block } from "./contract/block.ts";
import { vlmAsClassifierV1, vlmAsClassifierV2 } from "./data/answers/vlm-as-classifier.ts";
import { vlmAsDetectorV1, vlmAsDetectorV2 } from "./data/answers/vlm-as-detector.ts";
import { cosineSimilarityV1 } from "./data/cosine-similarity.ts";
import { csvFormatterV1 } from "./data/csv-formatter.ts";
import { currentTimeV1 } from "./data/current-time.ts";
import { environmentSecretsStoreV1 } from "./data/environment-secrets-store.ts";
import { expressionV1 } from "./data/expression.ts";
import { firstNonEmptyOrDefaultV1 } from "./data/first-non-empty.ts";
import { jsonParserV1 } from "./data/json-parser.ts";
import { stitchOcrDetectionsV1, stitchOcrDetectionsV2 } from "./data/lines/stitch-ocr-detections.ts";
import { propertyDefinitionV1 } from "./data/property-definition.ts";
import { stringTemplateV1 } from "./data/string-template.ts";
import { bufferV1 } from "./flow/buffer.ts";
import { cacheGetV1 } from "./flow/cache-get.ts";
import { cacheSetV1 } from "./flow/cache-set.ts";
import { continueIfV1 } from "./flow/continue-if.ts";
import { deltaFilterV1 } from "./flow/delta-filter.ts";
import { forEachV1 } from "./flow/for-each.ts";
import { frameDelayV1 } from "./flow/frame-delay.ts";
import { rateLimiterV1 } from "./flow/rate-limiter.ts";
import { switchV1 } from "./flow/switch.ts";
import { switchCaseV1 } from "./flow/switch-case.ts";
import { anomalyDetectionModelV1 } from "./model/anomaly-detection-model.ts";
import { classificationModelV1, classificationModelV2, classificationModelV3 } from "./model/classification.ts";
import { clipV1 } from "./model/clip.ts";
import { clipComparisonV1, clipComparisonV2 } from "./model/clip-comparison.ts";
import { googleVisionOcrV1 } from "./model/cloud/google-vision-ocr.ts";
import { stabilityAiImageGenV1 } from "./model/cloud/stability-image-gen.ts";
import { stabilityAiInpaintingV1 } from "./model/cloud/stability-inpainting.ts";
import { stabilityAiOutpaintingV1 } from "./model/cloud/stability-outpainting.ts";
import { depthEstimationV1 } from "./model/depth-estimation.ts";
import { easyOcrV1 } from "./model/easy-ocr.ts";
import { embedDetectionsV1 } from "./model/embed-detections.ts";
import { embeddingModelV1 } from "./model/embedding-model.ts";
import { gazeV1 } from "./model/gaze.ts";
import {
  instanceSegmentationModelV1,
  instanceSegmentationModelV2,
  instanceSegmentationModelV3,
  instanceSegmentationModelV4,
} from "./model/instance-segmentation.ts";
import {
  keypointDetectionModelV1,
  keypointDetectionModelV2,
  keypointDetectionModelV3,
} from "./model/keypoint-detection.ts";
import {
  anthropicClaudeV1,
  anthropicClaudeV2,
  anthropicClaudeV3,
  anthropicClaudeV4,
  anthropicClaudeV5,
} from "./model/language/anthropic-claude.ts";
import {
  googleGeminiV1,
  googleGeminiV2,
  googleGeminiV3,
  googleGeminiV4,
  googleGeminiV5,
  googleGeminiV6,
} from "./model/language/google-gemini.ts";
import { googleGemmaV1, googleGemmaV2, googleGemmaV3, googleGemmaV4 } from "./model/language/google-gemma.ts";
import { kimiOpenrouterV1, kimiOpenrouterV2, kimiOpenrouterV3 } from "./model/language/kimi-openrouter.ts";
import { llama32VisionV1, llamaVisionV2 } from "./model/language/llama-vision.ts";
import { lmmV1 } from "./model/language/lmm.ts";
import { lmmForClassificationV1 } from "./model/language/lmm-for-classification.ts";
import { metaVlmV1, metaVlmV2, metaVlmV3 } from "./model/language/meta-vlm.ts";
import { mistralVlmV1 } from "./model/language/mistral-vlm.ts";
import { openAiV2, openAiV3, openAiV4, openAiV5, openAiV6, openAiV7 } from "./model/language/open-ai.ts";
import { openAiV1 } from "./model/language/open-ai-first.ts";
import { openaiCompatibleV1 } from "./model/language/openai-compatible.ts";
import { openrouterV1, openrouterV2, openrouterV3 } from "./model/language/openrouter.ts";
import { qwen35OpenrouterV1, qwen36OpenrouterV1 } from "./model/language/qwen-openrouter.ts";
import { qwenVlmV1, qwenVlmV2, qwenVlmV3, qwenVlmV4 } from "./model/language/qwen-vlm.ts";
import { spacexAiV1, spacexAiV2, spacexAiV3 } from "./model/language/spacexai.ts";
import { zaiVlmV1, zaiVlmV2 } from "./model/language/zai-vlm.ts";
import {
  multiLabelClassificationModelV1,
  multiLabelClassificationModelV2,
  multiLabelClassificationModelV3,
} from "./model/multi-label-classification.ts";
import { objectDetectionModelV1, objectDetectionModelV2, objectDetectionModelV3 } from "./model/object-detection.ts";
import { ocrModelV1 } from "./model/ocr-model.ts";
import { perceptionEncoderV1 } from "./model/perception-encoder.ts";
import { ppOcrV1 } from "./model/pp-ocr.ts";
import { segmentAnythingV1 } from "./model/segment-anything.ts";
import { semanticSegmentationModelV1, semanticSegmentationModelV2 } from "./model/semantic-segmentation.ts";
import { yoloWorldModelV1 } from "./model/yolo-world.ts";
import { emailNotificationV1, emailNotificationV2 } from "./sink/email-notification.ts";
import { localFileSinkV1 } from "./sink/local-file-sink.ts";
import { mqttWriterSinkV1 } from "./sink/mqtt-writer-sink.ts";
import { onvifSinkV1 } from "./sink/onvif-sink.ts";
import { s3SinkV1 } from "./sink/s3-sink.ts";
import { slackNotificationV1 } from "./sink/slack-notification.ts";
import { twilioSmsNotificationV1, twilioSmsNotificationV2 } from "./sink/twilio-sms-notification.ts";
import { visionEventBundleV1 } from "./sink/vision-event-bundle.ts";
import { webhookSinkV1 } from "./sink/webhook-sink.ts";
import { byteTrackerV1, byteTrackerV2, byteTrackerV3 } from "./tracking/byte-tracker.ts";
import { stabilizeDetectionsV1 } from "./tracking/stabilize-detections.ts";
import { trackClassLockV1 } from "./tracking/track-class-lock.ts";
import { trackersBotsortV1 } from "./tracking/trackers-botsort.ts";
import { trackersBytetrackV1 } from "./tracking/trackers-bytetrack.ts";
import { trackersOcsortV1 } from "./tracking/trackers-ocsort.ts";
import { trackersSortV1 } from "./tracking/trackers-sort.ts";
import { detectionOffsetV1 } from "./transformation/change/detection-offset.ts";
import { detectionsClassesReplacementV1 } from "./transformation/change/detections-classes-replacement.ts";
import { detectionsFilterV1, detectionsTransformationV1 } from "./transformation/change/detections-query.ts";
import { dimensionCollapseV1 } from "./transformation/change/dimension-collapse.ts";
import { perClassConfidenceFilterV1 } from "./transformation/change/per-class-confidence.ts";
import { detectionsConsensusV1 } from "./transformation/compare/detections-consensus.ts";
import { detectionsDifferenceV1 } from "./transformation/compare/detections-difference.ts";
import { detectionsNearestNeighborV1 } from "./transformation/compare/detections-nearest-neighbor.ts";
import { dynamicCropV1 } from "./transformation/crops/dynamic-crop.ts";
import { imageSlicerV1, imageSlicerV2 } from "./transformation/crops/image-slicer.ts";
import { imageStackV1 } from "./transformation/crops/image-stack.ts";
import { absoluteStaticCropV1, relativeStaticCropV1 } from "./transformation/crops/static-crop.ts";
import { detectionsCombineV1 } from "./transformation/join/detections-combine.ts";
import { detectionsListRollupV1 } from "./transformation/join/detections-list-rollup.ts";
import { detectionsMergeV1 } from "./transformation/join/detections-merge.ts";
import { detectionsStitchV1 } from "./transformation/join/detections-stitch.ts";
import { boundingRectV1 } from "./transformation/planes/bounding-rect.ts";
import { dynamicZoneV1 } from "./transformation/planes/dynamic-zone.ts";
import { perspectiveCorrectionV1 } from "./transformation/planes/perspective-correction.ts";
import { autoRotateOnEdgesV1 } from "./vision/auto-rotate-on-edges.ts";
import { backgroundSubtractionV1 } from "./vision/background-subtraction.ts";
import { cameraCalibrationV1 } from "./vision/camera-calibration.ts";
import { cameraFocusV1, cameraFocusV2 } from "./vision/camera-focus.ts";
import { barcodeDetectorV1, qrCodeDetectorV1 } from "./vision/code-detectors.ts";
import { contoursDetectionV1 } from "./vision/contours-detection.ts";
import { contrastEnhancementV1 } from "./vision/contrast-enhancement.ts";
import { contrastEqualizationV1 } from "./vision/contrast-equalization.ts";
import { convertGrayscaleV1 } from "./vision/convert-grayscale.ts";
import { dominantColorV1 } from "./vision/dominant-color.ts";
import { imageBlurV1 } from "./vision/image-blur.ts";
import { imagePreprocessingV1 } from "./vision/image-preprocessing.ts";
import { maskEdgeSnapV1 } from "./vision/mask-edge-snap.ts";
import { morphologicalTransformationV1, morphologicalTransformationV2 } from "./vision/morphological-transformation.ts";
import { motionDetectionV1 } from "./vision/motion-detection.ts";
import { pixelColorCountV1 } from "./vision/pixel-color-count.ts";
import { siftV1 } from "./vision/sift.ts";
import { siftComparisonV1, siftComparisonV2 } from "./vision/sift-comparison.ts";
import { stitchImagesV1 } from "./vision/stitch-images.ts";
import { templateMatchingV1 } from "./vision/template-matching.ts";
import { thresholdV1 } from "./vision/threshold.ts";
import { backgroundColorVisualizationV1 } from "./visualization/areas/background-color-visualization.ts";
import { blurVisualizationV1 } from "./visualization/areas/blur-visualization.ts";
import { colorVisualizationV1 } from "./visualization/areas/color-visualization.ts";
import { haloVisualizationV1, haloVisualizationV2 } from "./visualization/areas/halo-visualization.ts";
import { maskVisualizationV1 } from "./visualization/areas/mask-visualization.ts";
import { pixelateVisualizationV1 } from "./visualization/areas/pixelate-visualization.ts";
import { polygonVisualizationV1, polygonVisualizationV2 } from "./visualization/areas/polygon-visualization.ts";
import { heatmapVisualizationV1 } from "./visualization/history/heatmap-visualization.ts";
import { lineCounterVisualizationV1 } from "./visualization/history/line-counter-visualization.ts";
import { polygonZoneVisualizationV1 } from "./visualization/history/polygon-zone-visualization.ts";
import { referencePathVisualizationV1 } from "./visualization/history/reference-path-visualization.ts";
import { traceVisualizationV1 } from "./visualization/history/trace-visualization.ts";
import { boundingBoxVisualizationV1 } from "./visualization/marks/bounding-box-visualization.ts";
import { circleVisualizationV1 } from "./visualization/marks/circle-visualization.ts";
import { cornerVisualizationV1 } from "./visualization/marks/corner-visualization.ts";
import { dotVisualizationV1 } from "./visualization/marks/dot-visualization.ts";
import { ellipseVisualizationV1 } from "./visualization/marks/ellipse-visualization.ts";
import { iconVisualizationV1 } from "./visualization/marks/icon-visualization.ts";
import { keypointVisualizationV1 } from "./visualization/marks/keypoint-visualization.ts";
import { triangleVisualizationV1 } from "./visualization/marks/triangle-visualization.ts";
import { anomalyHeatmapVisualizationV1 } from "./visualization/pictures/anomaly-heatmap-visualization.ts";
import { cropVisualizationV1 } from "./visualization/pictures/crop-visualization.ts";
import { gridVisualizationV1 } from "./visualization/pictures/grid-visualization.ts";
import { modelComparisonVisualizationV1 } from "./visualization/pictures/model-comparison-visualization.ts";
import { classificationLabelVisualizationV1 } from "./visualization/texts/classification-label-visualization.ts";
import { labelVisualizationV1, labelVisualizationV2 } from "./visualization/texts/label-visualization.ts";
import { qrCodeGeneratorV1 } from "./visualization/texts/qr-code-generator.ts";
import { richLabelVisualizationV1 } from "./visualization/texts/rich-label-visualization.ts";
import { textDisplayV1 } from "./visualization/texts/text-display.ts";

/** Every block that runs here, by file. */
export const BLOCKS: readonly Block[] = [
  dataAggregatorV1,
  detectionEventLogV1,
  distanceMeasurementV1,
  geotagDetectionV1,
  identifyChangesV1,
  identifyOutliersV1,
  lineCounterV1,
  lineCounterV2,
  maskAreaMeasurementV1,
  overlapAnalysisV1,
  overlapV1,
  pathDeviationV1,
  pathDeviationV2,
  sizeMeasurementV1,
  timeInZoneV1,
  timeInZoneV2,
  timeInZoneV3,
  velocityV1,
  vlmAsClassifierV1,
  vlmAsClassifierV2,
  vlmAsDetectorV1,
  vlmAsDetectorV2,
  cosineSimilarityV1,
  csvFormatterV1,
  currentTimeV1,
  environmentSecretsStoreV1,
  expressionV1,
  firstNonEmptyOrDefaultV1,
  jsonParserV1,
  stitchOcrDetectionsV1,
  stitchOcrDetectionsV2,
  propertyDefinitionV1,
  stringTemplateV1,
  bufferV1,
  cacheGetV1,
  cacheSetV1,
  continueIfV1,
  deltaFilterV1,
  forEachV1,
  frameDelayV1,
  rateLimiterV1,
  switchCaseV1,
  switchV1,
  anomalyDetectionModelV1,
  classificationModelV1,
  classificationModelV2,
  classificationModelV3,
  clipComparisonV1,
  clipComparisonV2,
  clipV1,
  googleVisionOcrV1,
  stabilityAiImageGenV1,
  stabilityAiInpaintingV1,
  stabilityAiOutpaintingV1,
  depthEstimationV1,
  easyOcrV1,
  embedDetectionsV1,
  embeddingModelV1,
  gazeV1,
  instanceSegmentationModelV1,
  instanceSegmentationModelV2,
  instanceSegmentationModelV3,
  instanceSegmentationModelV4,
  keypointDetectionModelV1,
  keypointDetectionModelV2,
  keypointDetectionModelV3,
  anthropicClaudeV1,
  anthropicClaudeV2,
  anthropicClaudeV3,
  anthropicClaudeV4,
  anthropicClaudeV5,
  googleGeminiV1,
  googleGeminiV2,
  googleGeminiV3,
  googleGeminiV4,
  googleGeminiV5,
  googleGeminiV6,
  googleGemmaV1,
  googleGemmaV2,
  googleGemmaV3,
  googleGemmaV4,
  kimiOpenrouterV1,
  kimiOpenrouterV2,
  kimiOpenrouterV3,
  llama32VisionV1,
  llamaVisionV2,
  lmmForClassificationV1,
  lmmV1,
  metaVlmV1,
  metaVlmV2,
  metaVlmV3,
  mistralVlmV1,
  openAiV1,
  openAiV2,
  openAiV3,
  openAiV4,
  openAiV5,
  openAiV6,
  openAiV7,
  openaiCompatibleV1,
  openrouterV1,
  openrouterV2,
  openrouterV3,
  qwen35OpenrouterV1,
  qwen36OpenrouterV1,
  qwenVlmV1,
  qwenVlmV2,
  qwenVlmV3,
  qwenVlmV4,
  spacexAiV1,
  spacexAiV2,
  spacexAiV3,
  zaiVlmV1,
  zaiVlmV2,
  multiLabelClassificationModelV1,
  multiLabelClassificationModelV2,
  multiLabelClassificationModelV3,
  objectDetectionModelV1,
  objectDetectionModelV2,
  objectDetectionModelV3,
  ocrModelV1,
  perceptionEncoderV1,
  ppOcrV1,
  segmentAnythingV1,
  semanticSegmentationModelV1,
  semanticSegmentationModelV2,
  yoloWorldModelV1,
  emailNotificationV1,
  emailNotificationV2,
  localFileSinkV1,
  mqttWriterSinkV1,
  onvifSinkV1,
  s3SinkV1,
  slackNotificationV1,
  twilioSmsNotificationV1,
  twilioSmsNotificationV2,
  visionEventBundleV1,
  webhookSinkV1,
  byteTrackerV1,
  byteTrackerV2,
  byteTrackerV3,
  stabilizeDetectionsV1,
  trackClassLockV1,
  trackersBotsortV1,
  trackersBytetrackV1,
  trackersOcsortV1,
  trackersSortV1,
  detectionOffsetV1,
  detectionsClassesReplacementV1,
  detectionsFilterV1,
  detectionsTransformationV1,
  dimensionCollapseV1,
  perClassConfidenceFilterV1,
  detectionsConsensusV1,
  detectionsDifferenceV1,
  detectionsNearestNeighborV1,
  dynamicCropV1,
  imageSlicerV1,
  imageSlicerV2,
  imageStackV1,
  absoluteStaticCropV1,
  relativeStaticCropV1,
  detectionsCombineV1,
  detectionsListRollupV1,
  detectionsMergeV1,
  detectionsStitchV1,
  boundingRectV1,
  dynamicZoneV1,
  perspectiveCorrectionV1,
  autoRotateOnEdgesV1,
  backgroundSubtractionV1,
  cameraCalibrationV1,
  cameraFocusV1,
  cameraFocusV2,
  barcodeDetectorV1,
  qrCodeDetectorV1,
  contoursDetectionV1,
  contrastEnhancementV1,
  contrastEqualizationV1,
  convertGrayscaleV1,
  dominantColorV1,
  imageBlurV1,
  imagePreprocessingV1,
  maskEdgeSnapV1,
  morphologicalTransformationV1,
  morphologicalTransformationV2,
  motionDetectionV1,
  pixelColorCountV1,
  siftComparisonV1,
  siftComparisonV2,
  siftV1,
  stitchImagesV1,
  templateMatchingV1,
  thresholdV1,
  backgroundColorVisualizationV1,
  blurVisualizationV1,
  colorVisualizationV1,
  haloVisualizationV1,
  haloVisualizationV2,
  maskVisualizationV1,
  pixelateVisualizationV1,
  polygonVisualizationV1,
  polygonVisualizationV2,
  heatmapVisualizationV1,
  lineCounterVisualizationV1,
  polygonZoneVisualizationV1,
  referencePathVisualizationV1,
  traceVisualizationV1,
  boundingBoxVisualizationV1,
  circleVisualizationV1,
  cornerVisualizationV1,
  dotVisualizationV1,
  ellipseVisualizationV1,
  iconVisualizationV1,
  keypointVisualizationV1,
  triangleVisualizationV1,
  anomalyHeatmapVisualizationV1,
  cropVisualizationV1,
  gridVisualizationV1,
  modelComparisonVisualizationV1,
  classificationLabelVisualizationV1,
  labelVisualizationV1,
  labelVisualizationV2,
  qrCodeGeneratorV1,
  richLabelVisualizationV1,
  textDisplayV1,
];
