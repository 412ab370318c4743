import type { ReferenceGroup } from "./notation.ts";
import { iconOnDetections } from "./together.ts";

export const DRAWING_MORE: ReferenceGroup = {
  "classification_label_visualization@v1": {
    summary: "Writes the result of a classification on the picture.",
    in: `image/images*: $[image]; predictions*: $out[cls];
      text: {Class,Confidence,"Class and Confidence"}|$in[str] = Class; text_position: side|$in[str] = TOP_LEFT;
      text_color: str|$in[str] = WHITE; text_scale: num|$in[float] = 1; text_thickness: int|$in[int] = 1;
      text_padding: int|$in[int] = 10; border_radius: int|$in[int] = 0; +palette`,
    out: "image: image",
  },
  "crop_visualization@v1": {
    summary: "Shows enlarged cuts of the detected objects beside them.",
    aliases: ["CropVisualization"],
    in: `+boxes; position: side_or_mass|$[str] = TOP_CENTER; scale_factor: num|$[float] = 2;
      border_thickness: int|$[int] = 2; +palette`,
    out: "image: image",
  },
  "grid_visualization@v1": {
    summary: "Lays several pictures out in a grid.",
    in: "images*: list<$[image|list]>1..; width: int|$[int] = 2560; height: int|$[int] = 1440",
    out: "image: image",
  },
  "anomaly_heatmap_visualization@v1": {
    summary: "Lays an anomaly map over the picture in colours.",
    in: `image/images*: $[image]; anomaly_map*: $[ndarray]; anomaly_threshold*: num|$[float];
      color_map: {ROBOFLOW,JET,TURBO,INFERNO,VIRIDIS,HOT}|$[str] = ROBOFLOW; opacity: num|$[f01] = 0.75; +copy`,
    out: "image: image",
  },
  "heatmap_visualization@v1": {
    summary: "Colours the places where detections gather over time.",
    aliases: ["HeatmapVisualization"],
    in: `+boxes; metadata: $[video_meta] = null; position: side|$[str] = BOTTOM_CENTER; opacity: num|$[float] = 0.2;
      radius: int|$[int] = 40; kernel_size: int|$[int] = 25; top_hue: int|$[int] = 0; low_hue: int|$[int] = 125;
      ignore_stationary: bool|$[bool] = true; motion_threshold: int|$[int] = 25; +copy`,
    out: "image: image",
  },
  "icon_visualization@v1": {
    summary: "Draws an icon at a fixed place or on every detection.",
    aliases: ["IconVisualization"],
    in: `image/images*: $[image]; icon*: $[image]; mode: {static,dynamic}|$[str] = dynamic;
      predictions: $[od|is|rle|kp] = null; icon_width: int|$[int] = 64; icon_height: int|$[int] = 64;
      position: side_or_mass|$[str] = TOP_CENTER; x_position: int|$[int] = 10; y_position: int|$[int] = 10; +copy`,
    out: "image: image",
    check: iconOnDetections,
  },
  "keypoint_visualization@v1": {
    summary: "Draws keypoints and the lines that join them.",
    aliases: ["KeypointVisualization"],
    in: `image/images*: $[image]; predictions*: $[kp]; annotator_type: {edge,vertex,vertex_label} = edge;
      color: str|$[str] = "#A351FB"; text_color: str|$[str] = black; text_scale: num|$[float] = 0.5;
      text_thickness: int|$[int] = 1; text_padding: int|$[int] = 10; thickness: int|$[int] = 2;
      radius: int|$[int] = 10; edges: list<any>|$[list] = null; +copy`,
    out: "image: image",
  },
  "label_visualization@v1": {
    summary: "Writes labels beside detections.",
    aliases: ["LabelVisualization"],
    in: "+boxes; text: label|$[str] = Class; text_position: side_or_mass|$[str] = TOP_LEFT; +text_style; +palette",
    out: "image: image",
  },
  "label_visualization@v2": {
    summary: "Writes labels beside detections.",
    in: `+boxes; text: label|$[str] = Class; text_position: side_or_mass|$[str] = TOP_LEFT; +text_style;
      text_size_mode: {Manual,Automatic}|$[str] = Manual; +palette`,
    out: "image: image",
    instead: "roboflow_core/label_visualization@v1 writes the same texts",
  },
  "line_counter_visualization@v1": {
    summary: "Draws a counting line with its counts.",
    in: `image/images*: $[image]; zone*: list<any>|$[list]; color: str|$[str] = "#5bb573"; thickness: int|$[int] = 2;
      text_thickness: int|$[int] = 1; text_scale: num|$[float] = 1; count_in: int|$[int] = 0;
      count_out: int|$[int] = 0; opacity: num0..1|$[f01] = 0.3; +copy`,
    out: "image: image",
  },
  "model_comparison_visualization@v1": {
    summary: "Shows by colour where two models agree.",
    in: `image/images*: $[image]; predictions_a*: $[od|is|rle|kp]; color_a: str|$[str] = GREEN;
      predictions_b*: $[od|is|rle|kp]; color_b: str|$[str] = RED; background_color: str|$[str] = BLACK;
      opacity: num0..1|$[f01] = 0.7; +copy`,
    out: "image: image",
  },
  "polygon_zone_visualization@v1": {
    summary: "Tints zones.",
    in: `image/images*: $[image]; zone*: list<any>|$[list]; color: str|$[str] = "#5bb573";
      opacity: num0..1|$[f01] = 0.3; +copy`,
    out: "image: image",
  },
  "reference_path_visualization@v1": {
    summary: "Draws a path.",
    in: `image/images*: $[image]; reference_path*: list<any>|$[list]; color: str|$[str] = "#5bb573";
      thickness: int|$[int] = 2; +copy`,
    out: "image: image",
  },
  "rich_label_visualization@v1": {
    summary: "Writes labels in a choice of typefaces.",
    in: `+boxes; text: label|$[str] = Class; text_position: side_or_mass|$[str] = TOP_LEFT;
      text_color: str|$[str] = WHITE;
      font_family: {"Anonymous Pro","Courier Prime","Fira Code",Geist,"Geist Mono",...}|$[str] = "Geist Mono";
      text_size_mode: {Manual,Automatic}|$[str] = Manual; font_size: int1..|$[int] = 14; +text;
      max_line_length: int1..|$[int] = null; +palette`,
    out: "image: image",
    instead: "roboflow_core/label_visualization@v1 writes the same texts",
  },
  "text_display@v1": {
    summary: "Writes a text with the values of the workflow on the picture.",
    in: `image*: $[image]; text*: str; text_parameters: map<$[*]|scalar>; text_parameters_operations: map<operations>;
      text_color: str|$[str] = WHITE; background_color: str|$[str] = BLACK; background_opacity: num0..1|$[f01] = 1;
      font_scale: num|$[float] = 1; font_thickness: int|$[int] = 2; padding: int|$[int] = 10;
      text_align: {left,center,right}|$[str] = left; border_radius: int|$[int] = 0;
      position_mode: {absolute,relative}|$[str] = relative; position_x: int|$[int] = 0; position_y: int|$[int] = 0;
      anchor: {center,top_left,top_center,top_right,bottom_left,bottom_center,bottom_right,center_left,center_right}|$[str] = top_left;
      offset_x: int|$[int] = 10; offset_y: int|$[int] = 10; +copy`,
    out: "image: image",
  },
  "trace_visualization@v1": {
    summary: "Draws the ways that tracked objects went.",
    in: `+boxes; position: side_or_mass|$[str] = CENTER; trace_length: int|$[int] = 30; thickness: int|$[int] = 1;
      +palette`,
    out: "image: image",
  },
  "qr_code_generator@v1": {
    summary: "Makes the picture of a QR code.",
    aliases: ["QRCodeGenerator"],
    in: `text*: str|$[str];
      error_correct: {"Low (~7% word recovery / highest data capacity)","Medium (~15% word recovery)","Quartile (~25% word recovery)","High (~30% word recovery / lowest data capacity)"} = "Medium (~15% word recovery)";
      border: int|$[int] = 4; fill_color: str|$[str] = BLACK; back_color: str|$[str] = WHITE`,
    out: "qr_code: image",
  },
};
