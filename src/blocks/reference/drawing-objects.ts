import type { ReferenceGroup } from "./notation.ts";
import { INSTEAD } from "./reasons.ts";

export const DRAWING_OBJECTS: ReferenceGroup = {
  "background_color_visualization@v1": {
    summary: "Covers everything outside the detections with one colour.",
    aliases: ["BackgroundColorVisualization"],
    in: "+boxes; color: str|$[str] = BLACK; opacity: num0..1|$[f01] = 0.5; +copy",
    out: "image: image",
  },
  "blur_visualization@v1": {
    summary: "Blurs the detected objects.",
    aliases: ["BlurVisualization"],
    in: "+boxes; kernel_size: int|$[int] = 15; padding: int|$[int] = 0; +copy",
    out: "image: image",
  },
  "bounding_box_visualization@v1": {
    summary: "Draws the boxes of detections.",
    aliases: ["BoundingBoxVisualization"],
    in: "+boxes; thickness: int|$[int] = 2; roundness: num0..1|$[f01] = 0; +palette",
    out: "image: image",
  },
  "circle_visualization@v1": {
    summary: "Draws circles around detections.",
    aliases: ["CircleVisualization"],
    in: "+boxes; thickness: int|$[int] = 2; +palette",
    out: "image: image",
    instead: INSTEAD.boxes,
  },
  "color_visualization@v1": {
    summary: "Tints the detected objects.",
    aliases: ["ColorVisualization"],
    in: "+boxes; opacity: num0..1|$[f01] = 0.5; +palette",
    out: "image: image",
    instead: INSTEAD.boxes,
  },
  "corner_visualization@v1": {
    summary: "Draws the corners of the boxes of detections.",
    aliases: ["CornerVisualization"],
    in: "+boxes; thickness: int|$[int] = 4; corner_length: int|$[int] = 15; +palette",
    out: "image: image",
    instead: INSTEAD.boxes,
  },
  "dot_visualization@v1": {
    summary: "Draws a dot on every detection.",
    aliases: ["DotVisualization"],
    in: `+boxes; position: side_or_mass|$[str] = CENTER; radius: int|$[int] = 4; outline_thickness: int|$[int] = 0;
      +palette`,
    out: "image: image",
    instead: INSTEAD.boxes,
  },
  "ellipse_visualization@v1": {
    summary: "Draws ellipses at the feet of detected objects.",
    aliases: ["EllipseVisualization"],
    in: "+boxes; thickness: int|$[int] = 2; start_angle: int|$[int] = -45; end_angle: int|$[int] = 235; +palette",
    out: "image: image",
    instead: INSTEAD.boxes,
  },
  "halo_visualization@v1": {
    summary: "Draws a glow around masks.",
    aliases: ["HaloVisualization"],
    in: "+masks; opacity: num0..1|$[f01] = 0.8; kernel_size: int|$[int] = 40; +palette",
    out: "image: image",
  },
  "halo_visualization@v2": {
    summary: "Draws a glow around masks.",
    in: "+masks; opacity: num0..1|$[f01] = 0.8; kernel_size: int|$[int] = 40; +palette",
    out: "image: image",
  },
  "mask_visualization@v1": {
    summary: "Tints the masks of detections.",
    aliases: ["MaskVisualization"],
    in: "image/images*: $[image]; predictions*: $[is|rle|sem]; opacity: num0..1|$[f01] = 0.5; +palette",
    out: "image: image",
  },
  "pixelate_visualization@v1": {
    summary: "Makes the detected objects unrecognisable in coarse squares.",
    aliases: ["PixelateVisualization"],
    in: "+boxes; pixel_size: int|$[int] = 20; +copy",
    out: "image: image",
  },
  "polygon_visualization@v1": {
    summary: "Draws the outlines of masks.",
    aliases: ["PolygonVisualization"],
    in: "+masks; thickness: int|$[int] = 2; +palette",
    out: "image: image",
  },
  "polygon_visualization@v2": {
    summary: "Draws the outlines of masks.",
    in: "+masks; thickness: int|$[int] = 2; +palette",
    out: "image: image",
  },
  "triangle_visualization@v1": {
    summary: "Draws triangles on detections.",
    aliases: ["TriangleVisualization"],
    in: `+boxes; position: side_or_mass|$[str] = TOP_CENTER; base: int|$[int] = 10; height: int|$[int] = 10;
      outline_thickness: int|$[int] = 0; +palette`,
    out: "image: image",
    instead: INSTEAD.boxes,
  },
};
