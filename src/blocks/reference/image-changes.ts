import type { ReferenceGroup } from "./notation.ts";

export const IMAGE_CHANGES: ReferenceGroup = {
  "absolute_static_crop@v1": {
    summary: "Cuts one rectangle, given in pixels, out of every image.",
    aliases: ["AbsoluteStaticCrop"],
    in: `images/image*: $[image]; x_center*: int1..|$[int]; y_center*: int1..|$[int]; width*: int1..|$[int];
      height*: int1..|$[int]`,
    out: "crops: image",
    batches: ["images"],
  },
  "relative_statoic_crop@v1": {
    summary: "Cuts one rectangle, given in fractions of the image, out of every image.",
    aliases: ["RelativeStaticCrop"],
    in: `images/image*: $[image]; x_center*: num0..1|$[f01]; y_center*: num0..1|$[f01]; width*: num0..1|$[f01];
      height*: num0..1|$[f01]`,
    out: "crops: image",
    batches: ["images"],
  },
  "dynamic_crop@v1": {
    summary: "Cuts one image per detection out of every image.",
    aliases: ["DynamicCrop", "Crop"],
    in: `images/image*: $[image]; predictions/detections*: $[od|is|kp]; mask_opacity: $[f01]|num = 0;
      background_color: $[str]|$[rgb]|str|list<any>3..3 = [0, 0, 0]`,
    out: "crops: image; predictions: od|is|kp",
    batches: ["images", "predictions"],
    outputOffset: 1,
  },
  "image_slicer@v1": {
    summary: "Cuts images into overlapping tiles.",
    in: `image/images*: $[image]; slice_width: int1..|$[int] = 640; slice_height: int1..|$[int] = 640;
      overlap_ratio_width: num0..1!|$[f01] = 0.2; overlap_ratio_height: num0..1!|$[f01] = 0.2`,
    out: "slices: image",
    outputOffset: 1,
  },
  "image_slicer@v2": {
    summary: "Cuts images into overlapping tiles.",
    in: `image/images*: $[image]; slice_width: int1..|$[int] = 640; slice_height: int1..|$[int] = 640;
      overlap_ratio_width: num0..1!|$[f01] = 0.2; overlap_ratio_height: num0..1!|$[f01] = 0.2`,
    out: "slices: image",
    outputOffset: 1,
  },
  "auto_rotate_on_edges@v1": {
    summary: "Turns an image so that its edges are upright.",
    in: `image/images*: $[image]; target_orientation: $[str]|{vertical,horizontal,either} = vertical;
      skip_below_degrees: num|$[float] = 0.4; max_correction_degrees: num|$[float] = 90;
      internal_resolution: int1..|$[int] = 1000`,
    out: "image: image; angle: float",
  },
  "background_subtraction@v1": {
    summary: "Shows what moves before a still background.",
    in: "image/images*: $[image]; threshold: $[int]|int = 16; history: $[int]|int = 30",
    out: "image: image",
  },
  "camera-calibration@v1": {
    summary: "Takes the distortion of a lens out of an image.",
    in: `image/images*: $[image]; fx*: num|$[float]; fy*: num|$[float]; cx*: num|$[float]; cy*: num|$[float];
      k1*: num|$[float]; k2*: num|$[float]; k3*: num|$[float]; p1*: num|$[float]; p2*: num|$[float];
      use_fisheye_model: bool|$[bool] = false`,
    out: "calibrated_image: image",
  },
  "contrast_enhancement@v1": {
    summary: "Raises the local contrast of an image.",
    in: `image/images*: $[image]; clip_limit: int0..50 = 0; contrast_multiplier: num0.1..5 = 1;
      normalize_brightness: bool = false`,
    out: "image: image",
  },
  "contrast_equalization@v1": {
    summary: "Evens out the brightness of an image.",
    in: `image/images*: $[image];
      equalization_type: $[str]|{"Contrast Stretching","Histogram Equalization","Adaptive Equalization"} = "Histogram Equalization"`,
    out: "image: image",
  },
  "convert_grayscale@v1": {
    summary: "Takes the colour out of an image.",
    in: "image/images*: $[image]",
    out: "image: image",
  },
  "image_blur@v1": {
    summary: "Blurs an image.",
    in: `image/images*: $[image]; blur_type: $[str]|{average,gaussian,median,bilateral} = gaussian;
      kernel_size: $[int]|int = 5`,
    out: "image: image",
  },
  "image_preprocessing@v1": {
    summary: "Resizes, turns or mirrors an image.",
    in: `image/images*: $[image]; task_type*: {resize,rotate,flip}; width: int1..|$[int] = 640;
      height: int1..|$[int] = 640; rotation_degrees: int|$[int] = 90;
      flip_type: $[str]|{vertical,horizontal,both} = vertical`,
    out: "image: image",
  },
  "mask_edge_snap@v1": {
    summary: "Moves the borders of masks to the edges in the image.",
    in: `image/images*: $[image]; segmentation*: $[is]; pixel_tolerance: int|$[int] = 15; sigma: num|$[float] = 1;
      min_contour_area: num|$[float] = 50; dilation_iterations: int|$[int] = 2; boundary_band_width: int|$[int] = 15;
      adaptive_window_size: int|$[int] = 41`,
    out: "refined_segmentation: is; edges: is",
  },
  "morphological_transformation@v1": {
    summary: "Grows, shrinks, opens or closes the bright parts of an image.",
    in: `image/images*: $[image]; kernel_size: int|$[int] = 5;
      operation: $[str]|{Erosion,Dilation,Opening,Closing,Gradient,"Top Hat","Black Hat"} = Closing`,
    out: "image: image",
  },
  "morphological_transformation@v2": {
    summary: "Grows, shrinks, opens or closes the bright parts of an image.",
    in: `image/images*: $[image]; kernel_size: int|$[int] = 5;
      operation: $[str]|{Erosion,Dilation,Opening,Closing,"Opening then Closing",Gradient,"Top Hat","Black Hat"} = "Opening then Closing"`,
    out: "image: image",
  },
  "stitch_images@v1": {
    summary: "Joins two overlapping images.",
    in: `image1*: $[image]; image2*: $[image]; max_allowed_reprojection_error: num|$[f01] = 3;
      count_of_best_matches_per_query_descriptor: int|$[int] = 2`,
    out: "stitched_image: image",
  },
  "threshold@v1": {
    summary: "Turns an image into black and white.",
    in: `image/images*: $[image];
      threshold_type: $[str]|{binary,binary_inv,trunc,tozero,tozero_inv,adaptive_mean,adaptive_gaussian,otsu} = binary;
      thresh_value*: $[int]|int; max_value: $[int]|int = 255`,
    out: "image: image",
  },
  "perspective_correction@v1": {
    summary: "Straightens the view of a plane, and the detections on it.",
    aliases: ["PerspectiveCorrection"],
    in: `predictions: $[od|is] = null; images/image*: $[image]; perspective_polygons*: list<any>|$[list];
      transformed_rect_width: int|$[int] = 1000; transformed_rect_height: int|$[int] = 1000;
      extend_perspective_polygon_by_detections_anchor: str|$[str] = ""; warp_image: bool|$[bool] = false`,
    out: `corrected_coordinates: od|is; warped_image: image; extended_transformed_rect_width: int;
      extended_transformed_rect_height: int`,
    batches: ["images", "predictions"],
    batchesOrScalars: ["perspective_polygons", "transformed_rect_width", "transformed_rect_height"],
  },
};
