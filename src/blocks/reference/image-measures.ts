import type { ReferenceGroup } from "./notation.ts";

export const IMAGE_MEASURES: ReferenceGroup = {
  "camera_focus@v1": {
    summary: "Measures how sharp an image is.",
    in: "image/images*: $[image]",
    out: "image: image; focus_measure: float",
  },
  "camera_focus@v2": {
    summary: "Measures how sharp an image is.",
    in: `image/images*: $[image]; underexposed_threshold_percent: num0..100 = 3;
      overexposed_threshold_percent: num0..100 = 97; show_zebra_warnings: bool = true;
      grid_overlay: {None,2x2,3x3,4x4,5x5} = 3x3; show_hud: bool = true; show_focus_peaking: bool = true;
      show_center_marker: bool = true; detections: $[od|is] = null`,
    out: "image: image; focus_measure: float; bbox_focus_measures: list",
  },
  "contours_detection@v1": {
    summary: "Finds and draws contours.",
    in: "image/images*: $[image]; line_thickness: $[int]|int = 3",
    out: "image: image; contours: contours; hierarchy: ndarray; number_contours: int",
  },
  "dominant_color@v1": {
    summary: "Finds the main colour of an image.",
    in: `image/images*: $[image]; color_clusters: int|$[int] = 4; max_iterations: int1..|$[int] = 100;
      target_size: int|$[int] = 100`,
    out: "rgb_color: rgb",
  },
  "image_stack@v1": {
    summary: "Keeps the last images of a video.",
    in: `image*: $[image]; stack_size: int1..64|$[int] = 10; resolution_width: int16..|$[int] = 1920;
      resolution_height: int16..|$[int] = 1080; clear: bool|$[bool] = false`,
    out: "frames: list; frames_count: int",
  },
  "motion_detection@v1": {
    summary: "Tells where something moves.",
    in: `image/images*: $[image]; minimum_contour_area: int1..|$[int] = 200;
      morphological_kernel_size: int1..|$[int] = 3; threshold: int1..|$[int] = 16; history: int1..|$[int] = 30;
      detection_zone: list<any>|str|$[zone]|$[list] = null; suppress_first_detections: $[bool]|bool = true`,
    out: "motion: bool; alarm: bool; detections: od; motion_zones: list",
  },
  "pixel_color_count@v1": {
    summary: "Counts the pixels near a colour.",
    in: "image/images*: $[image]; target_color*: $[str]|$[rgb]|str|list<any>3..3; tolerance: $[int]|int = 10",
    out: "matching_pixels_count: int",
  },
  "sift@v1": {
    summary: "Finds SIFT keypoints and describes them.",
    in: "image/images*: $[image]",
    out: "image: image; keypoints: img_kp; descriptors: ndarray",
  },
  "sift_comparison@v1": {
    summary: "Compares two images by their SIFT descriptions.",
    in: `descriptor_1*: $[ndarray]; descriptor_2*: $[ndarray]; good_matches_threshold: int1..|$[int] = 50;
      ratio_threshold: num|$[int] = 0.7`,
    out: "good_matches_count: int; images_match: bool",
  },
  "sift_comparison@v2": {
    summary: "Compares two images by their SIFT descriptions.",
    in: `input_1*: $[image|ndarray]; input_2*: $[image|ndarray]; good_matches_threshold: int1..|$[int] = 50;
      ratio_threshold: num|$[f01] = 0.7; matcher: {FlannBasedMatcher,BFMatcher}|$[str] = FlannBasedMatcher;
      visualize: bool|$[bool] = false`,
    out: `images_match: bool; good_matches_count: int; keypoints_1: img_kp; descriptors_1: ndarray;
      keypoints_2: img_kp; descriptors_2: ndarray; visualization_1: image; visualization_2: image;
      visualization_matches: image`,
  },
  "template_matching@v1": {
    summary: "Finds the places that look like a small image.",
    in: `image/images*: $[image]; template/templates*: $[image]; matching_threshold: $[float]|num = 0.8;
      apply_nms: $[bool]|bool = true; nms_threshold: $[f01]|num0..1 = 0.5`,
    out: "predictions: od; number_of_matches: int",
  },
  "barcode_detector@v1": {
    summary: "Finds and reads barcodes.",
    aliases: ["BarcodeDetector", "BarcodeDetection"],
    in: "images/image*: $[image]",
    out: "predictions: barcode",
    batches: ["images"],
  },
  "qr_code_detector@v1": {
    summary: "Finds and reads QR codes.",
    aliases: ["QRCodeDetector", "QRCodeDetection"],
    in: "images/image*: $[image]",
    out: "predictions: qr",
    batches: ["images"],
  },
};
