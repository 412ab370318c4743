import { roundHalfEven } from "../../../base/round-half-even.ts";
import { type Homography, mapped } from "../../../geometry/homography.ts";
import { extent, type Point } from "../../../geometry/polygon.ts";
import { bitmapOf } from "../../../kinds/bitmap.ts";
import { largestContour } from "../../../kinds/contour.ts";
import type { Detection } from "../../../kinds/detections.ts";
import { maskOfPolygon } from "../../../kinds/polygon-mask.ts";

interface Size {
  width: number;
  height: number;
}

/** A detection in pixels of the straight view: the outline of its mask or box is mapped, and its box is what lies around that. */
export function corrected(item: Detection, map: Homography, size: Size): Detection {
  const bitmap = bitmapOf(item);
  const contour = bitmap === null ? null : largestContour(bitmap);
  const outline = (contour ?? cornersOf(item.box)).map((point) => mapped(point, map));
  const box = extent(outline).map(roundHalfEven) as Detection["box"];
  const keypoints = item.keypoints?.map((point) => {
    const [x, y] = mapped([point.x, point.y], map);
    return { ...point, x: roundHalfEven(x), y: roundHalfEven(y) };
  });
  return {
    ...item,
    box,
    ...(item.mask === undefined ? {} : { mask: maskOfPolygon(outline, size) }),
    ...(keypoints === undefined ? {} : { keypoints }),
  };
}

function cornersOf(box: Detection["box"]): Point[] {
  const [x1, y1, x2, y2] = box.map(roundHalfEven) as Detection["box"];
  return [
    [x1, y1],
    [x2, y1],
    [x2, y2],
    [x1, y2],
  ];
}
