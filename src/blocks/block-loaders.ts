// Written by scripts/make-catalogue.ts from the folders beside it; `npm run docs` writes it again.
import type { Block } from "./contract/block.ts";

/** How each block that runs here is loaded, with its type and aliases: a daemon needs few of them. */
export const BLOCK_LOADERS: readonly (readonly [names: readonly string[], load: () => Promise<Block>])[] = [
  [["roboflow_core/data_aggregator@v1"], async () => (await import("./analytics/data-aggregator.ts")).dataAggregatorV1],
  [
    ["roboflow_core/detection_event_log@v1"],
    async () => (await import("./analytics/detection-event-log.ts")).detectionEventLogV1,
  ],
  [
    ["roboflow_core/distance_measurement@v1"],
    async () => (await import("./analytics/distance-measurement.ts")).distanceMeasurementV1,
  ],
  [
    ["roboflow_core/geotag_detection@v1"],
    async () => (await import("./analytics/geotag-detection.ts")).geotagDetectionV1,
  ],
  [
    ["roboflow_core/identify_changes@v1"],
    async () => (await import("./analytics/identify-changes.ts")).identifyChangesV1,
  ],
  [
    ["roboflow_core/identify_outliers@v1"],
    async () => (await import("./analytics/identify-outliers.ts")).identifyOutliersV1,
  ],
  [["roboflow_core/line_counter@v1"], async () => (await import("./analytics/line-counter.ts")).lineCounterV1],
  [["roboflow_core/line_counter@v2"], async () => (await import("./analytics/line-counter.ts")).lineCounterV2],
  [
    ["roboflow_core/mask_area_measurement@v1"],
    async () => (await import("./analytics/mask-area-measurement.ts")).maskAreaMeasurementV1,
  ],
  [
    ["roboflow_core/overlap_analysis@v1", "OverlapAnalysis"],
    async () => (await import("./analytics/overlap-analysis.ts")).overlapAnalysisV1,
  ],
  [["roboflow_core/overlap@v1"], async () => (await import("./analytics/overlap.ts")).overlapV1],
  [
    ["roboflow_core/path_deviation_analytics@v1"],
    async () => (await import("./analytics/path-deviation.ts")).pathDeviationV1,
  ],
  [
    ["roboflow_core/path_deviation_analytics@v2"],
    async () => (await import("./analytics/path-deviation.ts")).pathDeviationV2,
  ],
  [
    ["roboflow_core/size_measurement@v1"],
    async () => (await import("./analytics/size-measurement.ts")).sizeMeasurementV1,
  ],
  [["roboflow_core/time_in_zone@v1"], async () => (await import("./analytics/time-in-zone.ts")).timeInZoneV1],
  [["roboflow_core/time_in_zone@v2"], async () => (await import("./analytics/time-in-zone.ts")).timeInZoneV2],
  [["roboflow_core/time_in_zone@v3"], async () => (await import("./analytics/time-in-zone.ts")).timeInZoneV3],
  [["roboflow_core/velocity@v1"], async () => (await import("./analytics/velocity.ts")).velocityV1],
  [
    ["roboflow_core/vlm_as_classifier@v1"],
    async () => (await import("./data/answers/vlm-as-classifier.ts")).vlmAsClassifierV1,
  ],
  [
    ["roboflow_core/vlm_as_classifier@v2"],
    async () => (await import("./data/answers/vlm-as-classifier.ts")).vlmAsClassifierV2,
  ],
  [
    ["roboflow_core/vlm_as_detector@v1"],
    async () => (await import("./data/answers/vlm-as-detector.ts")).vlmAsDetectorV1,
  ],
  [
    ["roboflow_core/vlm_as_detector@v2"],
    async () => (await import("./data/answers/vlm-as-detector.ts")).vlmAsDetectorV2,
  ],
  [
    ["roboflow_core/cosine_similarity@v1"],
    async () => (await import("./data/cosine-similarity.ts")).cosineSimilarityV1,
  ],
  [["roboflow_core/csv_formatter@v1"], async () => (await import("./data/csv-formatter.ts")).csvFormatterV1],
  [["roboflow_core/current_time@v1"], async () => (await import("./data/current-time.ts")).currentTimeV1],
  [
    ["roboflow_core/environment_secrets_store@v1"],
    async () => (await import("./data/environment-secrets-store.ts")).environmentSecretsStoreV1,
  ],
  [["roboflow_core/expression@v1", "Expression"], async () => (await import("./data/expression.ts")).expressionV1],
  [
    ["roboflow_core/first_non_empty_or_default@v1", "FirstNonEmptyOrDefault"],
    async () => (await import("./data/first-non-empty.ts")).firstNonEmptyOrDefaultV1,
  ],
  [["roboflow_core/json_parser@v1"], async () => (await import("./data/json-parser.ts")).jsonParserV1],
  [
    ["roboflow_core/stitch_ocr_detections@v1"],
    async () => (await import("./data/lines/stitch-ocr-detections.ts")).stitchOcrDetectionsV1,
  ],
  [
    ["roboflow_core/stitch_ocr_detections@v2"],
    async () => (await import("./data/lines/stitch-ocr-detections.ts")).stitchOcrDetectionsV2,
  ],
  [
    ["roboflow_core/property_definition@v1", "PropertyDefinition", "PropertyExtraction"],
    async () => (await import("./data/property-definition.ts")).propertyDefinitionV1,
  ],
  [["roboflow_core/string_template@v1"], async () => (await import("./data/string-template.ts")).stringTemplateV1],
  [["roboflow_core/buffer@v1", "Buffer"], async () => (await import("./flow/buffer.ts")).bufferV1],
  [["roboflow_core/cache_get@v1"], async () => (await import("./flow/cache-get.ts")).cacheGetV1],
  [["roboflow_core/cache_set@v1"], async () => (await import("./flow/cache-set.ts")).cacheSetV1],
  [["roboflow_core/continue_if@v1", "ContinueIf"], async () => (await import("./flow/continue-if.ts")).continueIfV1],
  [["roboflow_core/delta_filter@v1"], async () => (await import("./flow/delta-filter.ts")).deltaFilterV1],
  [["millrace/for_each@v1"], async () => (await import("./flow/for-each.ts")).forEachV1],
  [
    ["roboflow_core/frame_delay@v1", "FrameDelay", "roboflow_core/time_travel@v1", "TimeTravel"],
    async () => (await import("./flow/frame-delay.ts")).frameDelayV1,
  ],
  [["roboflow_core/rate_limiter@v1"], async () => (await import("./flow/rate-limiter.ts")).rateLimiterV1],
  [["roboflow_core/switch_case@v1", "SwitchCase"], async () => (await import("./flow/switch-case.ts")).switchCaseV1],
  [["millrace/switch@v1"], async () => (await import("./flow/switch.ts")).switchV1],
  [
    ["roboflow_core/anomaly_detection_model@v1"],
    async () => (await import("./model/anomaly-detection-model.ts")).anomalyDetectionModelV1,
  ],
  [
    ["roboflow_core/roboflow_classification_model@v1", "RoboflowClassificationModel", "ClassificationModel"],
    async () => (await import("./model/classification.ts")).classificationModelV1,
  ],
  [
    ["roboflow_core/roboflow_classification_model@v2"],
    async () => (await import("./model/classification.ts")).classificationModelV2,
  ],
  [
    ["roboflow_core/roboflow_classification_model@v3"],
    async () => (await import("./model/classification.ts")).classificationModelV3,
  ],
  [
    ["roboflow_core/clip_comparison@v1", "ClipComparison"],
    async () => (await import("./model/clip-comparison.ts")).clipComparisonV1,
  ],
  [["roboflow_core/clip_comparison@v2"], async () => (await import("./model/clip-comparison.ts")).clipComparisonV2],
  [["roboflow_core/clip@v1"], async () => (await import("./model/clip.ts")).clipV1],
  [
    ["roboflow_core/google_vision_ocr@v1"],
    async () => (await import("./model/cloud/google-vision-ocr.ts")).googleVisionOcrV1,
  ],
  [
    ["roboflow_core/stability_ai_image_gen@v1"],
    async () => (await import("./model/cloud/stability-image-gen.ts")).stabilityAiImageGenV1,
  ],
  [
    ["roboflow_core/stability_ai_inpainting@v1"],
    async () => (await import("./model/cloud/stability-inpainting.ts")).stabilityAiInpaintingV1,
  ],
  [
    ["roboflow_core/stability_ai_outpainting@v1"],
    async () => (await import("./model/cloud/stability-outpainting.ts")).stabilityAiOutpaintingV1,
  ],
  [["roboflow_core/depth_estimation@v1"], async () => (await import("./model/depth-estimation.ts")).depthEstimationV1],
  [["roboflow_core/easy_ocr@v1", "EasyOCR"], async () => (await import("./model/easy-ocr.ts")).easyOcrV1],
  [["millrace/embed_detections@v1"], async () => (await import("./model/embed-detections.ts")).embedDetectionsV1],
  [["roboflow_core/embedding_model@v1"], async () => (await import("./model/embedding-model.ts")).embeddingModelV1],
  [["roboflow_core/gaze@v1"], async () => (await import("./model/gaze.ts")).gazeV1],
  [
    [
      "roboflow_core/roboflow_instance_segmentation_model@v1",
      "RoboflowInstanceSegmentationModel",
      "InstanceSegmentationModel",
    ],
    async () => (await import("./model/instance-segmentation.ts")).instanceSegmentationModelV1,
  ],
  [
    ["roboflow_core/roboflow_instance_segmentation_model@v2"],
    async () => (await import("./model/instance-segmentation.ts")).instanceSegmentationModelV2,
  ],
  [
    ["roboflow_core/roboflow_instance_segmentation_model@v3"],
    async () => (await import("./model/instance-segmentation.ts")).instanceSegmentationModelV3,
  ],
  [
    ["roboflow_core/roboflow_instance_segmentation_model@v4"],
    async () => (await import("./model/instance-segmentation.ts")).instanceSegmentationModelV4,
  ],
  [
    ["roboflow_core/roboflow_keypoint_detection_model@v1", "RoboflowKeypointDetectionModel", "KeypointsDetectionModel"],
    async () => (await import("./model/keypoint-detection.ts")).keypointDetectionModelV1,
  ],
  [
    ["roboflow_core/roboflow_keypoint_detection_model@v2"],
    async () => (await import("./model/keypoint-detection.ts")).keypointDetectionModelV2,
  ],
  [
    ["roboflow_core/roboflow_keypoint_detection_model@v3"],
    async () => (await import("./model/keypoint-detection.ts")).keypointDetectionModelV3,
  ],
  [
    ["roboflow_core/anthropic_claude@v1"],
    async () => (await import("./model/language/anthropic-claude.ts")).anthropicClaudeV1,
  ],
  [
    ["roboflow_core/anthropic_claude@v2"],
    async () => (await import("./model/language/anthropic-claude.ts")).anthropicClaudeV2,
  ],
  [
    ["roboflow_core/anthropic_claude@v3"],
    async () => (await import("./model/language/anthropic-claude.ts")).anthropicClaudeV3,
  ],
  [
    ["roboflow_core/anthropic_claude@v4"],
    async () => (await import("./model/language/anthropic-claude.ts")).anthropicClaudeV4,
  ],
  [
    ["roboflow_core/anthropic_claude@v5"],
    async () => (await import("./model/language/anthropic-claude.ts")).anthropicClaudeV5,
  ],
  [["roboflow_core/google_gemini@v1"], async () => (await import("./model/language/google-gemini.ts")).googleGeminiV1],
  [["roboflow_core/google_gemini@v2"], async () => (await import("./model/language/google-gemini.ts")).googleGeminiV2],
  [["roboflow_core/google_gemini@v3"], async () => (await import("./model/language/google-gemini.ts")).googleGeminiV3],
  [["roboflow_core/google_gemini@v4"], async () => (await import("./model/language/google-gemini.ts")).googleGeminiV4],
  [["roboflow_core/google_gemini@v5"], async () => (await import("./model/language/google-gemini.ts")).googleGeminiV5],
  [["roboflow_core/google_gemini@v6"], async () => (await import("./model/language/google-gemini.ts")).googleGeminiV6],
  [["roboflow_core/google_gemma@v1"], async () => (await import("./model/language/google-gemma.ts")).googleGemmaV1],
  [["roboflow_core/google_gemma@v2"], async () => (await import("./model/language/google-gemma.ts")).googleGemmaV2],
  [["roboflow_core/google_gemma@v3"], async () => (await import("./model/language/google-gemma.ts")).googleGemmaV3],
  [["roboflow_core/google_gemma@v4"], async () => (await import("./model/language/google-gemma.ts")).googleGemmaV4],
  [
    ["roboflow_core/kimi_openrouter@v1"],
    async () => (await import("./model/language/kimi-openrouter.ts")).kimiOpenrouterV1,
  ],
  [
    ["roboflow_core/kimi_openrouter@v2"],
    async () => (await import("./model/language/kimi-openrouter.ts")).kimiOpenrouterV2,
  ],
  [
    ["roboflow_core/kimi_openrouter@v3"],
    async () => (await import("./model/language/kimi-openrouter.ts")).kimiOpenrouterV3,
  ],
  [
    ["roboflow_core/llama_3_2_vision@v1"],
    async () => (await import("./model/language/llama-vision.ts")).llama32VisionV1,
  ],
  [["roboflow_core/llama_vision@v2"], async () => (await import("./model/language/llama-vision.ts")).llamaVisionV2],
  [
    ["roboflow_core/lmm_for_classification@v1", "LMMForClassification"],
    async () => (await import("./model/language/lmm-for-classification.ts")).lmmForClassificationV1,
  ],
  [["roboflow_core/lmm@v1", "LMM"], async () => (await import("./model/language/lmm.ts")).lmmV1],
  [["roboflow_core/meta_vlm@v1"], async () => (await import("./model/language/meta-vlm.ts")).metaVlmV1],
  [["roboflow_core/meta_vlm@v2"], async () => (await import("./model/language/meta-vlm.ts")).metaVlmV2],
  [["roboflow_core/meta_vlm@v3"], async () => (await import("./model/language/meta-vlm.ts")).metaVlmV3],
  [["roboflow_core/mistral_vlm@v1"], async () => (await import("./model/language/mistral-vlm.ts")).mistralVlmV1],
  [["roboflow_core/open_ai@v1", "OpenAI"], async () => (await import("./model/language/open-ai-first.ts")).openAiV1],
  [["roboflow_core/open_ai@v2"], async () => (await import("./model/language/open-ai.ts")).openAiV2],
  [["roboflow_core/open_ai@v3"], async () => (await import("./model/language/open-ai.ts")).openAiV3],
  [["roboflow_core/open_ai@v4"], async () => (await import("./model/language/open-ai.ts")).openAiV4],
  [["roboflow_core/open_ai@v5"], async () => (await import("./model/language/open-ai.ts")).openAiV5],
  [["roboflow_core/open_ai@v6"], async () => (await import("./model/language/open-ai.ts")).openAiV6],
  [["roboflow_core/open_ai@v7"], async () => (await import("./model/language/open-ai.ts")).openAiV7],
  [
    ["roboflow_core/openai_compatible@v1"],
    async () => (await import("./model/language/openai-compatible.ts")).openaiCompatibleV1,
  ],
  [["roboflow_core/openrouter@v1"], async () => (await import("./model/language/openrouter.ts")).openrouterV1],
  [["roboflow_core/openrouter@v2"], async () => (await import("./model/language/openrouter.ts")).openrouterV2],
  [["roboflow_core/openrouter@v3"], async () => (await import("./model/language/openrouter.ts")).openrouterV3],
  [
    ["roboflow_core/qwen3_5_openrouter@v1"],
    async () => (await import("./model/language/qwen-openrouter.ts")).qwen35OpenrouterV1,
  ],
  [
    ["roboflow_core/qwen3_6_openrouter@v1"],
    async () => (await import("./model/language/qwen-openrouter.ts")).qwen36OpenrouterV1,
  ],
  [["roboflow_core/qwen_vlm@v1"], async () => (await import("./model/language/qwen-vlm.ts")).qwenVlmV1],
  [["roboflow_core/qwen_vlm@v2"], async () => (await import("./model/language/qwen-vlm.ts")).qwenVlmV2],
  [["roboflow_core/qwen_vlm@v3"], async () => (await import("./model/language/qwen-vlm.ts")).qwenVlmV3],
  [["roboflow_core/qwen_vlm@v4"], async () => (await import("./model/language/qwen-vlm.ts")).qwenVlmV4],
  [["roboflow_core/spacexai@v1"], async () => (await import("./model/language/spacexai.ts")).spacexAiV1],
  [["roboflow_core/spacexai@v2"], async () => (await import("./model/language/spacexai.ts")).spacexAiV2],
  [["roboflow_core/spacexai@v3"], async () => (await import("./model/language/spacexai.ts")).spacexAiV3],
  [["roboflow_core/zai_vlm@v1"], async () => (await import("./model/language/zai-vlm.ts")).zaiVlmV1],
  [["roboflow_core/zai_vlm@v2"], async () => (await import("./model/language/zai-vlm.ts")).zaiVlmV2],
  [
    [
      "roboflow_core/roboflow_multi_label_classification_model@v1",
      "RoboflowMultiLabelClassificationModel",
      "MultiLabelClassificationModel",
    ],
    async () => (await import("./model/multi-label-classification.ts")).multiLabelClassificationModelV1,
  ],
  [
    ["roboflow_core/roboflow_multi_label_classification_model@v2"],
    async () => (await import("./model/multi-label-classification.ts")).multiLabelClassificationModelV2,
  ],
  [
    ["roboflow_core/roboflow_multi_label_classification_model@v3"],
    async () => (await import("./model/multi-label-classification.ts")).multiLabelClassificationModelV3,
  ],
  [
    ["roboflow_core/roboflow_object_detection_model@v1", "RoboflowObjectDetectionModel", "ObjectDetectionModel"],
    async () => (await import("./model/object-detection.ts")).objectDetectionModelV1,
  ],
  [
    ["roboflow_core/roboflow_object_detection_model@v2"],
    async () => (await import("./model/object-detection.ts")).objectDetectionModelV2,
  ],
  [
    ["roboflow_core/roboflow_object_detection_model@v3"],
    async () => (await import("./model/object-detection.ts")).objectDetectionModelV3,
  ],
  [["roboflow_core/ocr_model@v1", "OCRModel"], async () => (await import("./model/ocr-model.ts")).ocrModelV1],
  [
    ["roboflow_core/perception_encoder@v1"],
    async () => (await import("./model/perception-encoder.ts")).perceptionEncoderV1,
  ],
  [["roboflow_core/pp_ocr@v1"], async () => (await import("./model/pp-ocr.ts")).ppOcrV1],
  [["roboflow_core/segment_anything@v1"], async () => (await import("./model/segment-anything.ts")).segmentAnythingV1],
  [
    ["roboflow_core/roboflow_semantic_segmentation_model@v1"],
    async () => (await import("./model/semantic-segmentation.ts")).semanticSegmentationModelV1,
  ],
  [
    ["roboflow_core/roboflow_semantic_segmentation_model@v2"],
    async () => (await import("./model/semantic-segmentation.ts")).semanticSegmentationModelV2,
  ],
  [
    ["roboflow_core/yolo_world_model@v1", "YoloWorldModel", "YoloWorld"],
    async () => (await import("./model/yolo-world.ts")).yoloWorldModelV1,
  ],
  [
    ["roboflow_core/email_notification@v1"],
    async () => (await import("./sink/email-notification.ts")).emailNotificationV1,
  ],
  [
    ["roboflow_core/email_notification@v2"],
    async () => (await import("./sink/email-notification.ts")).emailNotificationV2,
  ],
  [["roboflow_core/local_file_sink@v1"], async () => (await import("./sink/local-file-sink.ts")).localFileSinkV1],
  [
    ["roboflow_enterprise/mqtt_writer_sink@v1", "mqtt_writer_sink@v1"],
    async () => (await import("./sink/mqtt-writer-sink.ts")).mqttWriterSinkV1,
  ],
  [["roboflow_core/onvif_sink@v1"], async () => (await import("./sink/onvif-sink.ts")).onvifSinkV1],
  [["roboflow_core/s3_sink@v1"], async () => (await import("./sink/s3-sink.ts")).s3SinkV1],
  [
    ["roboflow_core/slack_notification@v1"],
    async () => (await import("./sink/slack-notification.ts")).slackNotificationV1,
  ],
  [
    ["roboflow_core/twilio_sms_notification@v1"],
    async () => (await import("./sink/twilio-sms-notification.ts")).twilioSmsNotificationV1,
  ],
  [
    ["roboflow_core/twilio_sms_notification@v2"],
    async () => (await import("./sink/twilio-sms-notification.ts")).twilioSmsNotificationV2,
  ],
  [
    ["roboflow_core/vision_event_bundle@v1"],
    async () => (await import("./sink/vision-event-bundle.ts")).visionEventBundleV1,
  ],
  [["roboflow_core/webhook_sink@v1"], async () => (await import("./sink/webhook-sink.ts")).webhookSinkV1],
  [["roboflow_core/byte_tracker@v1"], async () => (await import("./tracking/byte-tracker.ts")).byteTrackerV1],
  [["roboflow_core/byte_tracker@v2"], async () => (await import("./tracking/byte-tracker.ts")).byteTrackerV2],
  [["roboflow_core/byte_tracker@v3"], async () => (await import("./tracking/byte-tracker.ts")).byteTrackerV3],
  [
    ["roboflow_core/stabilize_detections@v1"],
    async () => (await import("./tracking/stabilize-detections.ts")).stabilizeDetectionsV1,
  ],
  [
    ["roboflow_core/track_class_lock@v1"],
    async () => (await import("./tracking/track-class-lock.ts")).trackClassLockV1,
  ],
  [
    ["roboflow_core/trackers_botsort@v1"],
    async () => (await import("./tracking/trackers-botsort.ts")).trackersBotsortV1,
  ],
  [
    ["roboflow_core/trackers_bytetrack@v1"],
    async () => (await import("./tracking/trackers-bytetrack.ts")).trackersBytetrackV1,
  ],
  [["roboflow_core/trackers_ocsort@v1"], async () => (await import("./tracking/trackers-ocsort.ts")).trackersOcsortV1],
  [["roboflow_core/trackers_sort@v1"], async () => (await import("./tracking/trackers-sort.ts")).trackersSortV1],
  [
    ["roboflow_core/detection_offset@v1", "DetectionOffset"],
    async () => (await import("./transformation/change/detection-offset.ts")).detectionOffsetV1,
  ],
  [
    ["roboflow_core/detections_classes_replacement@v1", "DetectionsClassesReplacement"],
    async () =>
      (await import("./transformation/change/detections-classes-replacement.ts")).detectionsClassesReplacementV1,
  ],
  [
    ["roboflow_core/detections_filter@v1", "DetectionsFilter"],
    async () => (await import("./transformation/change/detections-query.ts")).detectionsFilterV1,
  ],
  [
    ["roboflow_core/detections_transformation@v1", "DetectionsTransformation"],
    async () => (await import("./transformation/change/detections-query.ts")).detectionsTransformationV1,
  ],
  [
    ["roboflow_core/dimension_collapse@v1", "DimensionCollapse"],
    async () => (await import("./transformation/change/dimension-collapse.ts")).dimensionCollapseV1,
  ],
  [
    ["roboflow_core/per_class_confidence_filter@v1"],
    async () => (await import("./transformation/change/per-class-confidence.ts")).perClassConfidenceFilterV1,
  ],
  [
    ["roboflow_core/detections_consensus@v1", "DetectionsConsensus"],
    async () => (await import("./transformation/compare/detections-consensus.ts")).detectionsConsensusV1,
  ],
  [
    ["roboflow_core/detections_difference@v1", "DetectionsDifference"],
    async () => (await import("./transformation/compare/detections-difference.ts")).detectionsDifferenceV1,
  ],
  [
    ["roboflow_core/detections_nearest_neighbor@v1"],
    async () => (await import("./transformation/compare/detections-nearest-neighbor.ts")).detectionsNearestNeighborV1,
  ],
  [
    ["roboflow_core/dynamic_crop@v1", "DynamicCrop", "Crop"],
    async () => (await import("./transformation/crops/dynamic-crop.ts")).dynamicCropV1,
  ],
  [
    ["roboflow_core/image_slicer@v1"],
    async () => (await import("./transformation/crops/image-slicer.ts")).imageSlicerV1,
  ],
  [
    ["roboflow_core/image_slicer@v2"],
    async () => (await import("./transformation/crops/image-slicer.ts")).imageSlicerV2,
  ],
  [["roboflow_core/image_stack@v1"], async () => (await import("./transformation/crops/image-stack.ts")).imageStackV1],
  [
    ["roboflow_core/absolute_static_crop@v1", "AbsoluteStaticCrop"],
    async () => (await import("./transformation/crops/static-crop.ts")).absoluteStaticCropV1,
  ],
  [
    ["roboflow_core/relative_statoic_crop@v1", "RelativeStaticCrop"],
    async () => (await import("./transformation/crops/static-crop.ts")).relativeStaticCropV1,
  ],
  [
    ["roboflow_core/detections_combine@v1"],
    async () => (await import("./transformation/join/detections-combine.ts")).detectionsCombineV1,
  ],
  [
    ["roboflow_core/detections_list_rollup@v1", "DetectionsListRollUp"],
    async () => (await import("./transformation/join/detections-list-rollup.ts")).detectionsListRollupV1,
  ],
  [
    ["roboflow_core/detections_merge@v1"],
    async () => (await import("./transformation/join/detections-merge.ts")).detectionsMergeV1,
  ],
  [
    ["roboflow_core/detections_stitch@v1"],
    async () => (await import("./transformation/join/detections-stitch.ts")).detectionsStitchV1,
  ],
  [
    ["roboflow_core/bounding_rect@v1"],
    async () => (await import("./transformation/planes/bounding-rect.ts")).boundingRectV1,
  ],
  [
    ["roboflow_core/dynamic_zone@v1", "DynamicZone"],
    async () => (await import("./transformation/planes/dynamic-zone.ts")).dynamicZoneV1,
  ],
  [
    ["roboflow_core/perspective_correction@v1", "PerspectiveCorrection"],
    async () => (await import("./transformation/planes/perspective-correction.ts")).perspectiveCorrectionV1,
  ],
  [
    ["roboflow_core/auto_rotate_on_edges@v1"],
    async () => (await import("./vision/auto-rotate-on-edges.ts")).autoRotateOnEdgesV1,
  ],
  [
    ["roboflow_core/background_subtraction@v1"],
    async () => (await import("./vision/background-subtraction.ts")).backgroundSubtractionV1,
  ],
  [
    ["roboflow_core/camera-calibration@v1"],
    async () => (await import("./vision/camera-calibration.ts")).cameraCalibrationV1,
  ],
  [["roboflow_core/camera_focus@v1"], async () => (await import("./vision/camera-focus.ts")).cameraFocusV1],
  [["roboflow_core/camera_focus@v2"], async () => (await import("./vision/camera-focus.ts")).cameraFocusV2],
  [
    ["roboflow_core/barcode_detector@v1", "BarcodeDetector", "BarcodeDetection"],
    async () => (await import("./vision/code-detectors.ts")).barcodeDetectorV1,
  ],
  [
    ["roboflow_core/qr_code_detector@v1", "QRCodeDetector", "QRCodeDetection"],
    async () => (await import("./vision/code-detectors.ts")).qrCodeDetectorV1,
  ],
  [
    ["roboflow_core/contours_detection@v1"],
    async () => (await import("./vision/contours-detection.ts")).contoursDetectionV1,
  ],
  [
    ["roboflow_core/contrast_enhancement@v1"],
    async () => (await import("./vision/contrast-enhancement.ts")).contrastEnhancementV1,
  ],
  [
    ["roboflow_core/contrast_equalization@v1"],
    async () => (await import("./vision/contrast-equalization.ts")).contrastEqualizationV1,
  ],
  [
    ["roboflow_core/convert_grayscale@v1"],
    async () => (await import("./vision/convert-grayscale.ts")).convertGrayscaleV1,
  ],
  [["roboflow_core/dominant_color@v1"], async () => (await import("./vision/dominant-color.ts")).dominantColorV1],
  [["roboflow_core/image_blur@v1"], async () => (await import("./vision/image-blur.ts")).imageBlurV1],
  [
    ["roboflow_core/image_preprocessing@v1"],
    async () => (await import("./vision/image-preprocessing.ts")).imagePreprocessingV1,
  ],
  [["roboflow_core/mask_edge_snap@v1"], async () => (await import("./vision/mask-edge-snap.ts")).maskEdgeSnapV1],
  [
    ["roboflow_core/morphological_transformation@v1"],
    async () => (await import("./vision/morphological-transformation.ts")).morphologicalTransformationV1,
  ],
  [
    ["roboflow_core/morphological_transformation@v2"],
    async () => (await import("./vision/morphological-transformation.ts")).morphologicalTransformationV2,
  ],
  [["roboflow_core/motion_detection@v1"], async () => (await import("./vision/motion-detection.ts")).motionDetectionV1],
  [
    ["roboflow_core/pixel_color_count@v1"],
    async () => (await import("./vision/pixel-color-count.ts")).pixelColorCountV1,
  ],
  [["roboflow_core/sift_comparison@v1"], async () => (await import("./vision/sift-comparison.ts")).siftComparisonV1],
  [["roboflow_core/sift_comparison@v2"], async () => (await import("./vision/sift-comparison.ts")).siftComparisonV2],
  [["roboflow_core/sift@v1"], async () => (await import("./vision/sift.ts")).siftV1],
  [["roboflow_core/stitch_images@v1"], async () => (await import("./vision/stitch-images.ts")).stitchImagesV1],
  [
    ["roboflow_core/template_matching@v1"],
    async () => (await import("./vision/template-matching.ts")).templateMatchingV1,
  ],
  [["roboflow_core/threshold@v1"], async () => (await import("./vision/threshold.ts")).thresholdV1],
  [
    ["roboflow_core/background_color_visualization@v1", "BackgroundColorVisualization"],
    async () =>
      (await import("./visualization/areas/background-color-visualization.ts")).backgroundColorVisualizationV1,
  ],
  [
    ["roboflow_core/blur_visualization@v1", "BlurVisualization"],
    async () => (await import("./visualization/areas/blur-visualization.ts")).blurVisualizationV1,
  ],
  [
    ["roboflow_core/color_visualization@v1", "ColorVisualization"],
    async () => (await import("./visualization/areas/color-visualization.ts")).colorVisualizationV1,
  ],
  [
    ["roboflow_core/halo_visualization@v1", "HaloVisualization"],
    async () => (await import("./visualization/areas/halo-visualization.ts")).haloVisualizationV1,
  ],
  [
    ["roboflow_core/halo_visualization@v2"],
    async () => (await import("./visualization/areas/halo-visualization.ts")).haloVisualizationV2,
  ],
  [
    ["roboflow_core/mask_visualization@v1", "MaskVisualization"],
    async () => (await import("./visualization/areas/mask-visualization.ts")).maskVisualizationV1,
  ],
  [
    ["roboflow_core/pixelate_visualization@v1", "PixelateVisualization"],
    async () => (await import("./visualization/areas/pixelate-visualization.ts")).pixelateVisualizationV1,
  ],
  [
    ["roboflow_core/polygon_visualization@v1", "PolygonVisualization"],
    async () => (await import("./visualization/areas/polygon-visualization.ts")).polygonVisualizationV1,
  ],
  [
    ["roboflow_core/polygon_visualization@v2"],
    async () => (await import("./visualization/areas/polygon-visualization.ts")).polygonVisualizationV2,
  ],
  [
    ["roboflow_core/heatmap_visualization@v1", "HeatmapVisualization"],
    async () => (await import("./visualization/history/heatmap-visualization.ts")).heatmapVisualizationV1,
  ],
  [
    ["roboflow_core/line_counter_visualization@v1"],
    async () => (await import("./visualization/history/line-counter-visualization.ts")).lineCounterVisualizationV1,
  ],
  [
    ["roboflow_core/polygon_zone_visualization@v1"],
    async () => (await import("./visualization/history/polygon-zone-visualization.ts")).polygonZoneVisualizationV1,
  ],
  [
    ["roboflow_core/reference_path_visualization@v1"],
    async () => (await import("./visualization/history/reference-path-visualization.ts")).referencePathVisualizationV1,
  ],
  [
    ["roboflow_core/trace_visualization@v1"],
    async () => (await import("./visualization/history/trace-visualization.ts")).traceVisualizationV1,
  ],
  [
    ["roboflow_core/bounding_box_visualization@v1", "BoundingBoxVisualization"],
    async () => (await import("./visualization/marks/bounding-box-visualization.ts")).boundingBoxVisualizationV1,
  ],
  [
    ["roboflow_core/circle_visualization@v1", "CircleVisualization"],
    async () => (await import("./visualization/marks/circle-visualization.ts")).circleVisualizationV1,
  ],
  [
    ["roboflow_core/corner_visualization@v1", "CornerVisualization"],
    async () => (await import("./visualization/marks/corner-visualization.ts")).cornerVisualizationV1,
  ],
  [
    ["roboflow_core/dot_visualization@v1", "DotVisualization"],
    async () => (await import("./visualization/marks/dot-visualization.ts")).dotVisualizationV1,
  ],
  [
    ["roboflow_core/ellipse_visualization@v1", "EllipseVisualization"],
    async () => (await import("./visualization/marks/ellipse-visualization.ts")).ellipseVisualizationV1,
  ],
  [
    ["roboflow_core/icon_visualization@v1", "IconVisualization"],
    async () => (await import("./visualization/marks/icon-visualization.ts")).iconVisualizationV1,
  ],
  [
    ["roboflow_core/keypoint_visualization@v1", "KeypointVisualization"],
    async () => (await import("./visualization/marks/keypoint-visualization.ts")).keypointVisualizationV1,
  ],
  [
    ["roboflow_core/triangle_visualization@v1", "TriangleVisualization"],
    async () => (await import("./visualization/marks/triangle-visualization.ts")).triangleVisualizationV1,
  ],
  [
    ["roboflow_core/anomaly_heatmap_visualization@v1"],
    async () =>
      (await import("./visualization/pictures/anomaly-heatmap-visualization.ts")).anomalyHeatmapVisualizationV1,
  ],
  [
    ["roboflow_core/crop_visualization@v1", "CropVisualization"],
    async () => (await import("./visualization/pictures/crop-visualization.ts")).cropVisualizationV1,
  ],
  [
    ["roboflow_core/grid_visualization@v1"],
    async () => (await import("./visualization/pictures/grid-visualization.ts")).gridVisualizationV1,
  ],
  [
    ["roboflow_core/model_comparison_visualization@v1"],
    async () =>
      (await import("./visualization/pictures/model-comparison-visualization.ts")).modelComparisonVisualizationV1,
  ],
  [
    ["roboflow_core/classification_label_visualization@v1"],
    async () =>
      (await import("./visualization/texts/classification-label-visualization.ts")).classificationLabelVisualizationV1,
  ],
  [
    ["roboflow_core/label_visualization@v1", "LabelVisualization"],
    async () => (await import("./visualization/texts/label-visualization.ts")).labelVisualizationV1,
  ],
  [
    ["roboflow_core/label_visualization@v2"],
    async () => (await import("./visualization/texts/label-visualization.ts")).labelVisualizationV2,
  ],
  [
    ["roboflow_core/qr_code_generator@v1", "QRCodeGenerator"],
    async () => (await import("./visualization/texts/qr-code-generator.ts")).qrCodeGeneratorV1,
  ],
  [
    ["roboflow_core/rich_label_visualization@v1"],
    async () => (await import("./visualization/texts/rich-label-visualization.ts")).richLabelVisualizationV1,
  ],
  [
    ["roboflow_core/text_display@v1"],
    async () => (await import("./visualization/texts/text-display.ts")).textDisplayV1,
  ],
];
