import type { Color } from "./canvas.ts";

/** 256 colours from the lowest to the highest value, as bytes, and how far each covers what is below it. */
export interface ColorMap {
  colors: Uint8Array;
  coverage: Float64Array;
}

export const COLOR_MAP_NAMES = ["ROBOFLOW", "JET", "TURBO", "INFERNO", "VIRIDIS", "HOT"] as const;

export type ColorMapName = (typeof COLOR_MAP_NAMES)[number];

/** Made when it is first asked for. */
export function colorMap(name: ColorMapName): ColorMap {
  made[name] ??= MAKERS[name]();
  return made[name];
}

const made: Partial<Record<ColorMapName, ColorMap>> = {};

const LAST = 255;

const MAKERS: Readonly<Record<ColorMapName, () => ColorMap>> = {
  ROBOFLOW: () => {
    const places = [0, 0.25, 0.5, 1];
    const [yellow, orange, red] = [[255, 214, 0], [255, 122, 0], [220, 30, 30]] as const; // biome-ignore format: colours
    const coverage = linear(places, [0, 0.55, 0.85, 1]);
    return { ...fromChannels((c) => linear(places, [yellow[c], yellow[c], orange[c], red[c]])), coverage };
  },
  JET: () => fromChannels((c) => Float64Array.from({ length: LAST + 1 }, (_, i) => jet(c, i))),
  HOT: () =>
    fromChannels((c) => linear([0, 0.4 * c, 0.4 + 0.4 * Math.min(c, 1) + (c === 2 ? 0.2 : 0), 1], [0, 0, LAST, LAST])),
  TURBO: () =>
    smooth(
      "30123b 3f3e9c 4666dd 458cfd 2fb2f4 1ad4d0 23eba9 52fa79 8bff4c b6f735 dbe236 f5c53a fea130 f9751d e84c0c ce2d04 a91501 7a0403",
    ),
  INFERNO: () =>
    smooth(
      "000004 0a0722 1e0c45 380962 510e6c 69166e 801f6c 982766 b0315b c63d4d d94d3d e9612b f47918 fa9407 fcb014 f8cd37 f2ea69 fcffa4",
    ),
  VIRIDIS: () =>
    smooth(
      "440154 481769 472a7a 433d84 3d4e8a 355e8d 2e6d8e 297b8e 23898e 1f978b 21a585 2eb37c 46c06f 65cb5e 89d548 b0dd2f d8e219 fde725",
    ),
};

function fromChannels(channelOf: (channel: 0 | 1 | 2) => Float64Array): ColorMap {
  const channels = [channelOf(0), channelOf(1), channelOf(2)];
  const colors = Uint8Array.from({ length: 3 * (LAST + 1) }, (_, i) => {
    return Math.round(Math.min(LAST, Math.max(0, channels[i % 3]![Math.floor(i / 3)]!)));
  });
  return { colors, coverage: new Float64Array(LAST + 1).fill(1) };
}

/** Values at all places, straight between those that are given. */
function linear(places: readonly number[], values: readonly number[]): Float64Array {
  return Float64Array.from({ length: LAST + 1 }, (_, i) => {
    const at = i / LAST;
    const next = Math.max(
      1,
      places.findIndex((place) => place >= at),
    );
    const [from, to] = [places[next - 1]!, places[next]!];
    const share = to === from ? 1 : (at - from) / (to - from);
    return values[next - 1]! + share * (values[next]! - values[next - 1]!);
  });
}

function jet(channel: 0 | 1 | 2, at: number): number {
  const rises = [4 * (at - 95.5), 4 * (at - 32), 4 * at + 128];
  const falls = [4 * (LAST - at) + 128, 4 * (223 - at), 4 * (159.5 - at)];
  return Math.min(rises[channel]!, falls[channel]!);
}

/** A curve through colours at even places. */
function smooth(list: string): ColorMap {
  const stops = list.split(" ").map((digits): Color => {
    const value = Number.parseInt(digits, 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  });
  return fromChannels((c) => {
    const values = stops.map((color) => color[c]);
    return Float64Array.from({ length: LAST + 1 }, (_, i) => curve(values, (i / LAST) * (values.length - 1)));
  });
}

/** Catmull and Rom's spline. */
function curve(values: readonly number[], at: number): number {
  const place = Math.min(values.length - 2, Math.floor(at));
  const share = at - place;
  const [b, c] = [values[place]!, values[place + 1]!];
  const [a, d] = [values[place - 1] ?? 2 * b - c, values[place + 2] ?? 2 * c - b];
  return b + (share / 2) * (c - a + share * (2 * a - 5 * b + 4 * c - d + share * (3 * (b - c) + d - a)));
}
