import type { ReferenceGroup } from "./notation.ts";

export const ROBOFLOW_MODELS: ReferenceGroup = {
  "anomaly_detection_model@v1": {
    summary: "Scores how much an image differs from normal ones, and where.",
    in: `+model; include_anomaly_map: bool|$[bool] = true; confidence: num0..1|$[f01] = 0.5;
      anomaly_threshold: num|$[float] = null; +learning`,
    out: `predictions: cls; anomaly_score: float; anomaly_threshold: float; anomaly_decision_threshold: float;
      is_anomalous: bool; anomaly_map: ndarray; inference_id: inf_id; model_id: rf_model`,
    batches: ["images"],
  },
  "embedding_model@v1": {
    summary: "Gives the features or the logits that a classifier has for an image.",
    in: "data*: $[image]; model_id*: $[rf_model]|str; output_type: {feature_vector,logits} = feature_vector",
    out: "embedding: embedding; embedding_info: dict",
    batches: ["data"],
  },
  "roboflow_action_recognition_model@v1": {
    summary: "Names actions over ranges of a video's frames.",
    in: `+model; class_filter: $[list]|list<str> = null; confidence: $[float|str]|num|{best,default} = null;
      stride_seconds: $[float]|num = null`,
    out: "timeline: action_recognition_prediction; error_status: str",
    batches: ["images"],
  },
  "roboflow_classification_model@v1": {
    summary: "Names the class of an image with a model by its id.",
    aliases: ["RoboflowClassificationModel", "ClassificationModel"],
    in: "+model; +confidence; +learning",
    out: "predictions: cls; inference_id: str",
    batches: ["images"],
  },
  "roboflow_classification_model@v2": {
    summary: "Names the class of an image with a model by its id.",
    in: "+model; +confidence; +learning",
    out: "predictions: cls; inference_id: inf_id; model_id: rf_model",
    batches: ["images"],
  },
  "roboflow_classification_model@v3": {
    summary: "Names the class of an image with a model by its id.",
    in: "+model; +own_confidence; +learning",
    out: "predictions: cls; inference_id: inf_id; model_id: rf_model",
    batches: ["images"],
  },
  "roboflow_instance_segmentation_model@v1": {
    summary: "Finds objects and their masks with a model by its id.",
    aliases: ["RoboflowInstanceSegmentationModel", "InstanceSegmentationModel"],
    in: "+model; +confidence; +nms; +mask_decoding; +learning; +dense_masks",
    out: "inference_id: str; predictions: is",
    batches: ["images"],
  },
  "roboflow_instance_segmentation_model@v2": {
    summary: "Finds objects and their masks with a model by its id.",
    in: "+model; +confidence; +nms; +mask_decoding; +learning; +dense_masks",
    out: "inference_id: inf_id; predictions: is; model_id: rf_model",
    batches: ["images"],
  },
  "roboflow_instance_segmentation_model@v3": {
    summary: "Finds objects and their masks with a model by its id.",
    in: "+model; +best_confidence; +nms; +mask_decoding; +learning; +dense_masks",
    out: "inference_id: inf_id; predictions: is; model_id: rf_model",
    batches: ["images"],
  },
  "roboflow_instance_segmentation_model@v4": {
    summary: "Finds objects and their masks with a model by its id.",
    in: "+model; +best_confidence; +nms; +mask_decoding; +learning",
    out: "inference_id: inf_id; predictions: rle|is; model_id: rf_model",
    batches: ["images"],
  },
  "roboflow_keypoint_detection_model@v1": {
    summary: "Finds objects and their keypoints with a model by its id.",
    aliases: ["RoboflowKeypointDetectionModel", "KeypointsDetectionModel"],
    in: "+model; +confidence; keypoint_confidence: num0..1|$[f01] = 0; +nms; +learning",
    out: "inference_id: str; predictions: kp",
    batches: ["images"],
  },
  "roboflow_keypoint_detection_model@v2": {
    summary: "Finds objects and their keypoints with a model by its id.",
    in: "+model; +confidence; keypoint_confidence: num0..1|$[f01] = 0; +nms; +learning",
    out: "inference_id: inf_id; predictions: kp; model_id: rf_model",
    batches: ["images"],
  },
  "roboflow_keypoint_detection_model@v3": {
    summary: "Finds objects and their keypoints with a model by its id.",
    in: "+model; +own_confidence; keypoint_confidence: num0..1|$[f01] = 0; +nms; +learning",
    out: "inference_id: inf_id; predictions: kp; model_id: rf_model",
    batches: ["images"],
  },
  "roboflow_multi_label_classification_model@v1": {
    summary: "Names all classes of an image with a model by its id.",
    aliases: ["RoboflowMultiLabelClassificationModel", "MultiLabelClassificationModel"],
    in: "+model; +confidence; +learning",
    out: "predictions: cls; inference_id: str",
    batches: ["images"],
  },
  "roboflow_multi_label_classification_model@v2": {
    summary: "Names all classes of an image with a model by its id.",
    in: "+model; +confidence; +learning",
    out: "predictions: cls; inference_id: inf_id; model_id: rf_model",
    batches: ["images"],
  },
  "roboflow_multi_label_classification_model@v3": {
    summary: "Names all classes of an image with a model by its id.",
    in: "+model; +best_confidence; +learning",
    out: "predictions: cls; inference_id: inf_id; model_id: rf_model",
    batches: ["images"],
  },
  "roboflow_object_detection_model@v1": {
    summary: "Finds objects with a model by its id.",
    aliases: ["RoboflowObjectDetectionModel", "ObjectDetectionModel"],
    in: "+model; +confidence; +nms; +learning",
    out: "inference_id: str; predictions: od",
    batches: ["images"],
  },
  "roboflow_object_detection_model@v2": {
    summary: "Finds objects with a model by its id.",
    in: "+model; +confidence; +nms; +learning",
    out: "inference_id: inf_id; predictions: od; model_id: rf_model",
    batches: ["images"],
  },
  "roboflow_object_detection_model@v3": {
    summary: "Finds objects with a model by its id.",
    in: "+model; +best_confidence; +nms; +learning",
    out: "inference_id: inf_id; predictions: od; model_id: rf_model",
    batches: ["images"],
  },
  "roboflow_semantic_segmentation_model@v1": {
    summary: "Names the class of every pixel with a model by its id.",
    in: "+model",
    out: "inference_id: inf_id; predictions: sem; model_id: rf_model",
    batches: ["images"],
  },
  "roboflow_semantic_segmentation_model@v2": {
    summary: "Names the class of every pixel with a model by its id.",
    in: "+model; +best_confidence",
    out: "inference_id: inf_id; predictions: sem; model_id: rf_model",
    batches: ["images"],
  },
};
