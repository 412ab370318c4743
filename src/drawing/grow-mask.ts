import { clipMask, type Mask, maskOf, pixelsOf, trimMask } from "../kinds/mask.ts";

/** Adds all pixels within a distance of the mask, as far as they lie in the picture. */
export function growMask(mask: Mask, distance: number, picture: { width: number; height: number }): Mask {
  const inside = clipMask(trimMask(mask), { x: 0, y: 0, ...picture });
  if (distance <= 0 || inside.width === 0 || inside.height === 0) return inside;
  const grown = windowAround(inside, distance, picture);
  const bits = new Uint8Array(grown.width * grown.height);
  const source = pixelsOf(inside);
  const halves = halfWidths(distance);
  for (let row = 0; row < inside.height; row++) {
    const runs = runsOf(source.subarray(row * inside.width, (row + 1) * inside.width));
    for (const [from, to] of runs) {
      for (let down = -distance; down <= distance; down++) {
        const y = inside.y + row + down - grown.y;
        if (y < 0 || y >= grown.height) continue;
        const half = halves[Math.abs(down)]!;
        const [left, right] = [inside.x + from - half - grown.x, inside.x + to + half - grown.x];
        bits.fill(1, y * grown.width + Math.max(0, left), y * grown.width + Math.min(grown.width, right));
      }
    }
  }
  return maskOf(bits, grown);
}

function windowAround({ x, y, width, height }: Mask, by: number, picture: { width: number; height: number }) {
  const [left, top] = [Math.max(0, x - by), Math.max(0, y - by)];
  return {
    x: left,
    y: top,
    width: Math.min(picture.width, x + width + by) - left,
    height: Math.min(picture.height, y + height + by) - top,
  };
}

/** Of the rows of a disc, from its centre outwards. */
function halfWidths(radius: number): number[] {
  return Array.from({ length: radius + 1 }, (_, row) => Math.round(Math.sqrt(radius * radius - row * row)));
}

function runsOf(row: Uint8Array): [from: number, to: number][] {
  const runs: [number, number][] = [];
  for (let from = row.indexOf(1); from >= 0; ) {
    const end = row.indexOf(0, from);
    const to = end < 0 ? row.length : end;
    runs.push([from, to]);
    from = row.indexOf(1, to);
  }
  return runs;
}
