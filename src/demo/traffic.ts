import { BELTS } from "./background.ts";
import { seededRandom } from "./seeded-random.ts";
import { SHAPE_CLASSES, type Shape } from "./shape.ts";

/** A shape on its way through the picture. */
export interface Parcel extends Shape {
  /** Unique in the scene: the lane and the parcel's number on it. */
  id: string;
  /** Parcels with larger values lie above the others. */
  layer: number;
}

export interface Hall {
  seed: number;
  width: number;
  height: number;
}

interface Lane {
  name: string;
  /** Shares of the height between which the centres lie. */
  from: number;
  to: number;
  direction: "right" | "left" | "either";
  /** Between two arrivals. */
  intervalFrames: number;
}

const INSET = 0.085;
const LANES: readonly Lane[] = [
  { name: "upper", from: BELTS[0].top + INSET, to: BELTS[0].bottom - INSET, direction: "right", intervalFrames: 47 },
  { name: "lower", from: BELTS[1].top + INSET, to: BELTS[1].bottom - INSET, direction: "left", intervalFrames: 53 },
  { name: "middle", from: 0.47, to: 0.55, direction: "either", intervalFrames: 113 },
];
const COLORS = [
  [196, 148, 92],
  [206, 62, 52],
  [48, 112, 196],
  [36, 158, 142],
  [232, 184, 48],
  [146, 84, 170],
  [108, 172, 66],
  [226, 118, 44],
] as const;
/** In pixels of a picture 360 high. */
const RADIUS = { least: 17, most: 42 };
const SPEED = { least: 2.4, most: 5.2 };

/** The parcels in the picture at a frame, lowest first; any frame from 0 on, in any order. */
export function parcelsAt(hall: Hall, frame: number): Parcel[] {
  const unit = hall.height / 360;
  const longestFrames = (hall.width / unit + 2 * RADIUS.most) / SPEED.least;
  const parcels = LANES.flatMap((lane, index) => {
    const newest = Math.floor(frame / lane.intervalFrames);
    const count = Math.ceil(longestFrames / lane.intervalFrames) + 2;
    return Array.from({ length: count }, (_, back) => parcelAt(hall, index, { number: newest - back, frame }));
  });
  return parcels.filter((parcel) => parcel !== undefined).sort((a, b) => a.layer - b.layer);
}

function parcelAt(hall: Hall, laneIndex: number, at: { number: number; frame: number }): Parcel | undefined {
  const lane = LANES[laneIndex]!;
  const random = seededRandom(hall.seed, 2, laneIndex, at.number);
  const age = at.frame - (at.number + 0.7 * random()) * lane.intervalFrames;
  const unit = hall.height / 360;
  const radius = between(random, RADIUS.least, RADIUS.most) * unit;
  const way = travelled(random, age) * unit - radius;
  if (age < 0 || way > hall.width + radius) return undefined;
  const leftward = lane.direction === "either" ? random() < 0.5 : lane.direction === "left";
  return {
    id: `${lane.name}-${at.number}`,
    class: SHAPE_CLASSES[Math.floor(random() * SHAPE_CLASSES.length)]!,
    x: leftward ? hall.width - way : way,
    y: between(random, lane.from, lane.to) * hall.height + swayAt(random, age) * unit,
    radius,
    angle: between(random, 0, 2 * Math.PI) + 0.08 * Math.sin(age / 9),
    color: colorOf(random),
    layer: random(),
  };
}

/** Pixels since the parcel entered; its speed swings, but it never turns back. */
function travelled(random: () => number, age: number): number {
  const speed = between(random, SPEED.least, SPEED.most);
  const period = between(random, 20, 45);
  return speed * age - 0.5 * speed * period * Math.sin(age / period) * random();
}

function swayAt(random: () => number, age: number): number {
  return between(random, 0, 6) * Math.sin(age / between(random, 14, 30) + 6 * random());
}

function colorOf(random: () => number): [number, number, number] {
  const base = COLORS[Math.floor(random() * COLORS.length)]!;
  const light = between(random, 0.82, 1.12);
  return [base[0] * light, base[1] * light, base[2] * light];
}

function between(random: () => number, least: number, most: number): number {
  return least + (most - least) * random();
}
