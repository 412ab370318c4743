/** Every type id of the reference, core and enterprise, by class; those without a source are of its core. */
const NAMES = {
  local: `
    absolute_static_crop@v1 anomaly_heatmap_visualization@v1 auto_rotate_on_edges@v1 background_color_visualization@v1 background_subtraction@v1
    barcode_detector@v1 blur_visualization@v1 bounding_box_visualization@v1 bounding_rect@v1 buffer@v1
    byte_tracker@v1 byte_tracker@v2 byte_tracker@v3 cache_get@v1 cache_set@v1 camera-calibration@v1 camera_focus@v1
    camera_focus@v2 circle_visualization@v1 classification_label_visualization@v1 color_visualization@v1
    continue_if@v1 contours_detection@v1 contrast_enhancement@v1 contrast_equalization@v1 convert_grayscale@v1
    corner_visualization@v1 cosine_similarity@v1 crop_visualization@v1 csv_formatter@v1 current_time@v1
    data_aggregator@v1 delta_filter@v1 detection_event_log@v1 detection_offset@v1 detections_classes_replacement@v1
    detections_combine@v1 detections_consensus@v1 detections_difference@v1 detections_filter@v1
    detections_list_rollup@v1 detections_merge@v1 detections_nearest_neighbor@v1 detections_stitch@v1
    detections_transformation@v1 dimension_collapse@v1 distance_measurement@v1 dominant_color@v1
    dot_visualization@v1 dynamic_crop@v1 dynamic_zone@v1 ellipse_visualization@v1 environment_secrets_store@v1
    expression@v1 first_non_empty_or_default@v1 frame_delay@v1 geotag_detection@v1 grid_visualization@v1
    halo_visualization@v1 halo_visualization@v2 heatmap_visualization@v1 icon_visualization@v1 identify_changes@v1
    identify_outliers@v1 image_blur@v1 image_preprocessing@v1 image_slicer@v1 image_slicer@v2 image_stack@v1
    inner_workflow@v1 json_parser@v1 keypoint_visualization@v1 label_visualization@v1 label_visualization@v2
    line_counter@v1 line_counter@v2 line_counter_visualization@v1 mask_area_measurement@v1 mask_edge_snap@v1
    mask_visualization@v1 model_comparison_visualization@v1 morphological_transformation@v1
    morphological_transformation@v2 motion_detection@v1 overlap@v1 overlap_analysis@v1 path_deviation_analytics@v1
    path_deviation_analytics@v2 per_class_confidence_filter@v1 perspective_correction@v1 pixel_color_count@v1
    pixelate_visualization@v1 polygon_visualization@v1 polygon_visualization@v2 polygon_zone_visualization@v1
    property_definition@v1 qr_code_detector@v1 qr_code_generator@v1 rate_limiter@v1 reference_path_visualization@v1
    relative_statoic_crop@v1 rich_label_visualization@v1 sift@v1 sift_comparison@v1 sift_comparison@v2
    size_measurement@v1 stabilize_detections@v1 stitch_images@v1 stitch_ocr_detections@v1 stitch_ocr_detections@v2
    string_template@v1 switch_case@v1 template_matching@v1 text_display@v1 threshold@v1 time_in_zone@v1
    time_in_zone@v2 time_in_zone@v3 trace_visualization@v1 track_class_lock@v1 trackers_botsort@v1
    trackers_bytetrack@v1 trackers_ocsort@v1 trackers_sort@v1 triangle_visualization@v1 velocity@v1
    vlm_as_classifier@v1 vlm_as_classifier@v2 vlm_as_detector@v1 vlm_as_detector@v2`,
  models: `
    roboflow_action_recognition_model@v1 anomaly_detection_model@v1 embedding_model@v1 clip@v1 clip_comparison@v1 clip_comparison@v2 depth_estimation@v1 easy_ocr@v1 florence_2@v1 florence_2@v2
    gaze@v1 moondream2@v1 ocr_model@v1 perception_encoder@v1 pp_ocr@v1 roboflow_classification_model@v1
    roboflow_classification_model@v2 roboflow_classification_model@v3 roboflow_instance_segmentation_model@v1
    roboflow_instance_segmentation_model@v2 roboflow_instance_segmentation_model@v3
    roboflow_instance_segmentation_model@v4 roboflow_keypoint_detection_model@v1
    roboflow_keypoint_detection_model@v2 roboflow_keypoint_detection_model@v3
    roboflow_multi_label_classification_model@v1 roboflow_multi_label_classification_model@v2
    roboflow_multi_label_classification_model@v3 roboflow_object_detection_model@v1
    roboflow_object_detection_model@v2 roboflow_object_detection_model@v3 roboflow_semantic_segmentation_model@v1
    roboflow_semantic_segmentation_model@v2 sam3@v1 sam3@v2 sam3@v3 sam3_interactive@v1 sam3_video@v1
    segment_anything@v1 segment_anything_2_video@v1 yolo_world_model@v1`,
  sinks: `
    email_notification@v1 email_notification@v2 local_file_sink@v1 onvif_sink@v1 s3_sink@v1 slack_notification@v1
    twilio_sms_notification@v1 twilio_sms_notification@v2 vision_event_bundle@v1 webhook_sink@v1`,
  cloud: `
    anthropic_claude@v1 anthropic_claude@v2 anthropic_claude@v3 anthropic_claude@v4 anthropic_claude@v5 google_gemini@v5
    google_gemini@v6 google_gemma@v3 google_gemma@v4 kimi_openrouter@v3 meta_vlm@v2 meta_vlm@v3 mistral_vlm@v1 open_ai@v6
    open_ai@v7 openrouter@v2 openrouter@v3 qwen_vlm@v3 qwen_vlm@v4 spacexai@v2 spacexai@v3 zai_vlm@v1 zai_vlm@v2
    asset_library_attributes@v1 cog_vlm@v1
    cosmos3_edge@v1 glm_ocr@v1 google_gemini@v1 google_gemini@v2 google_gemini@v3 google_gemini@v4 google_gemma@v1
    google_gemma@v2 google_vision_ocr@v1 kimi_openrouter@v1 kimi_openrouter@v2 llama_3_2_vision@v1 llama_vision@v2
    lmm@v1 lmm_for_classification@v1 meta_vlm@v1 model_monitoring_inference_aggregator@v1 open_ai@v1 open_ai@v2
    open_ai@v3 open_ai@v4 open_ai@v5 openai_compatible@v1 openrouter@v1 qwen25vl@v1 qwen3_5_openrouter@v1
    qwen3_5vl@v1 qwen3_5vl@v2 qwen3_6_openrouter@v1 qwen3vl@v1 qwen_vlm@v1 qwen_vlm@v2 roboflow_custom_metadata@v1
    roboflow_dataset_upload@v1 roboflow_dataset_upload@v2 roboflow_vision_events@v1 seg-preview@v1 smolvlm2@v1
    spacexai@v1 stability_ai_image_gen@v1 stability_ai_inpainting@v1 stability_ai_outpainting@v1 visual_search@v1
    visual_search_classifier@v1`,
  enterprise: `
    roboflow_enterprise/event_writer_sink@v1 microsoft_sql_server_sink@v1 modbus_tcp@v1
    roboflow_enterprise/mqtt_writer_sink@v1 roboflow_enterprise/opc_writer_sink@v1 plc_reader@v1 plc_writer@v1
    sinks@v1`,
};

export const REFERENCE_TYPES: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(NAMES).map(([name, text]) => {
    return [
      name,
      text
        .trim()
        .split(/\s+/)
        .map((type) => (type.includes("/") ? type : `roboflow_core/${type}`)),
    ];
  }),
);
