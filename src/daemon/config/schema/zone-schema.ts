import { z } from "zod";
import { polygonArea } from "../../../geometry/polygon.ts";
import { selfCrossing } from "../../../geometry/self-crossing.ts";
import { id } from "./fields.ts";

const points = z.array(z.tuple([z.number(), z.number()]));

/** A polygon or a line in the picture of a camera. */
export const Zone = z
  .strictObject({
    camera: id.optional().describe("Camera in whose picture it lies; without it, that of every camera"),
    polygon: points
      .optional()
      .describe("Corners, [[x, y], ...]: parts of the picture's width and height, from 0 to 1; it closes itself"),
    line: points.optional().describe("Start and end, [[x, y], [x, y]], as those of a polygon"),
    pixels_of: z
      .tuple([z.int().min(1).max(65_536), z.int().min(1).max(65_536)])
      .optional()
      .describe("Width and height of the picture whose pixels the points are, in place of parts"),
  })
  .superRefine((zone, context) => {
    for (const { key, what, hint } of faultsOf(zone)) {
      context.addIssue({ code: "custom", path: key === null ? [] : [key], message: what, params: { hint } });
    }
  });

export type ZoneConfig = z.output<typeof Zone>;
export type Zones = Readonly<Record<string, ZoneConfig>>;

export type Point = [number, number];

/** What a zone is: its points as parts of the picture. */
export interface Outline {
  kind: "polygon" | "line";
  points: Point[];
}

export function outlineOf({ polygon, line, pixels_of: [width, height] = [1, 1] }: ZoneConfig): Outline {
  const found = polygon ?? line ?? [];
  return {
    kind: polygon === undefined ? "line" : "polygon",
    points: found.map(([x, y]): Point => [x / width, y / height]),
  };
}

interface Fault {
  key: "polygon" | "line" | null;
  what: string;
  hint?: string | undefined;
}

/** Most corners: more are a drawing, and are looked at for every object of every frame. */
const MOST_POINTS = 200;
/** Parts of the picture: shorter or smaller was not meant. */
const LEAST_LENGTH = 0.01;
const LEAST_AREA = 1e-4;

function faultsOf(zone: ZoneConfig): Fault[] {
  const { polygon, line } = zone;
  if (polygon !== undefined && line !== undefined) return [{ key: null, what: EITHER, hint: "leave one of them out" }];
  if (polygon === undefined && line === undefined) return [{ key: null, what: EITHER, hint: EXAMPLE }];
  const { kind: key, points: found } = outlineOf(zone);
  const outside = outsideFaults(key, zone);
  if (outside.length > 0) return outside;
  const shape = key === "polygon" ? polygonFault(found) : lineFault(found);
  return shape === null ? [] : [{ key, ...shape }];
}

const EITHER = 'needs "polygon" or "line", one of them';
const EXAMPLE = "such as  polygon: [[0.1, 0.5], [0.9, 0.5], [0.9, 1], [0.1, 1]]";

/** One fault for each point. */
function outsideFaults(key: "polygon" | "line", zone: ZoneConfig): Fault[] {
  const [width, height] = zone.pixels_of ?? [1, 1];
  const [x, y] = [`0 to ${width}`, `0 to ${height}`];
  const isOver = (value: number, most: number) => !(value >= 0 && value <= most);
  return (zone[key] ?? []).flatMap((point, i) => {
    if (!isOver(point[0], width) && !isOver(point[1], height)) return [];
    const what = `has point ${i + 1}, ${JSON.stringify(point)}, outside of the picture: expected ${x === y ? x : `${x} across and ${y} down`}`;
    const hint =
      zone.pixels_of === undefined
        ? "points are parts of the picture's width and height; for pixels, say of which picture:  pixels_of: [1920, 1080]"
        : undefined;
    return [{ key, what, hint }];
  });
}

function polygonFault(corners: Point[]): Omit<Fault, "key"> | null {
  const count = corners.length;
  if (count < 3)
    return {
      what: `has ${count} points, expected at least 3`,
      hint: count === 2 ? 'two points are a "line"' : undefined,
    };
  if (count > MOST_POINTS) return { what: `has ${count} points, expected at most ${MOST_POINTS}` };
  const twice = corners.findIndex((corner, i) => isSame(corner, corners[(i + 1) % count]));
  if (twice >= 0) {
    const isClosed = twice === count - 1;
    return {
      what: `has points ${isClosed ? `1 and ${count}` : `${twice + 1} and ${twice + 2}`}, which are the same`,
      hint: isClosed ? "leave the last one out: a polygon closes itself" : "leave one of them out",
    };
  }
  const crossing = selfCrossing(corners);
  if (crossing !== null) {
    const [one, other] = crossing.map((i) => `from point ${i + 1} to point ${((i + 1) % count) + 1}`);
    return {
      what: `meets itself: its edge ${one} and the one ${other}`,
      hint: "name the corners in the order along the outline",
    };
  }
  return polygonArea(corners) < LEAST_AREA
    ? { what: `holds less than ${LEAST_AREA * 100} % of the picture`, hint: undefined }
    : null;
}

function lineFault([start, end, ...more]: Point[]): Omit<Fault, "key"> | null {
  if (start === undefined || end === undefined || more.length > 0) {
    const count = [start, end].filter((point) => point !== undefined).length + more.length;
    const hint = count > 2 ? 'more than two points are a "polygon"' : undefined;
    return { what: `has ${count} ${count === 1 ? "point" : "points"}, expected 2`, hint };
  }
  if (Math.hypot(end[0] - start[0], end[1] - start[1]) >= LEAST_LENGTH) return null;
  return { what: `has points that are less than ${LEAST_LENGTH * 100} % of the picture apart` };
}

function isSame(a: Point, b: Point | undefined): boolean {
  return b !== undefined && a[0] === b[0] && a[1] === b[1];
}
