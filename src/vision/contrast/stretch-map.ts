import type { Size } from "../raster.ts";

/** A map of values in rows at another size: bilinear between the middles of its cells, beyond them like the nearest. */
export function stretchMap(values: Float32Array, map: Size, { width, height }: Size): Float32Array {
  const columns = placesAlong(width, map.width);
  const rows = placesAlong(height, map.height);
  const stretched = new Float32Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const [above, below, down] = [rows.cell[y]! * map.width, rows.next[y]! * map.width, rows.share[y]!];
    for (let x = 0; x < width; x++, to++) {
      const [here, next, along] = [columns.cell[x]!, columns.next[x]!, columns.share[x]!];
      const upper = values[above + here]! * (1 - along) + values[above + next]! * along;
      const lower = values[below + here]! * (1 - along) + values[below + next]! * along;
      stretched[to] = upper * (1 - down) + lower * down;
    }
  }
  return stretched;
}

/** For the middle of each of `count` pixels, the cell before it, the one after it and how far it lies towards that. */
function placesAlong(count: number, cells: number) {
  const places = { cell: new Int32Array(count), next: new Int32Array(count), share: new Float32Array(count) };
  for (let i = 0; i < count; i++) {
    const exact = Math.max(0, Math.min(cells - 1, ((i + 0.5) * cells) / count - 0.5));
    places.cell[i] = Math.floor(exact);
    places.next[i] = Math.min(cells - 1, places.cell[i]! + 1);
    places.share[i] = exact - places.cell[i]!;
  }
  return places;
}

/** Packed colours of values of 0 to 1, from the first to the last of a list of them. */
export function shaded(values: Float32Array, colors: readonly (readonly [number, number, number])[]): Uint8Array {
  const rgb = new Uint8Array(values.length * 3);
  const last = colors.length - 1;
  for (let i = 0; i < values.length; i++) {
    const [r, g, b] = colors[Math.max(0, Math.min(last, Math.floor(values[i]! * last)))]!;
    rgb[i * 3] = r;
    rgb[i * 3 + 1] = g;
    rgb[i * 3 + 2] = b;
  }
  return rgb;
}
