import { resizeLinear } from "../../../drawing/resize-linear.ts";
import type { Image } from "../../../kinds/image.ts";
import type { PixelService } from "../../../kinds/pixel-service.ts";
import { rgbOf } from "../../../vision/grey.ts";
import { newRaster, type Raster, type Size } from "../../../vision/raster.ts";
import { rasterOf } from "../../rasters.ts";

/** An icon in its size; null alpha for one that is opaque. */
export interface FittedIcon {
  colors: Raster<3>;
  alpha: Raster<1> | null;
}

/** As large as the icon may be without losing its shape; beside it an opaque icon is black, another one clear. */
export function fittedIcon(icon: Image, pixels: PixelService, size: Size): FittedIcon {
  const colors = fitted(rgbOf(rasterOf(icon, pixels)), size);
  const { width, height } = icon;
  const alpha = icon.pixels.type === "owned" ? icon.pixels.alpha : undefined;
  if (alpha === undefined) return { colors, alpha: null };
  return { colors, alpha: fitted({ data: alpha, width, height, stride: width, channels: 1 }, size) };
}

function fitted<R extends Raster>(icon: R, size: Size): R;
function fitted(icon: Raster, { width, height }: Size): Raster {
  const result = newRaster({ width: Math.max(0, width), height: Math.max(0, height) }, icon.channels);
  const isWide = icon.width / icon.height >= width / height;
  const inner = isWide
    ? { width, height: Math.trunc((width * icon.height) / icon.width) }
    : { width: Math.trunc((height * icon.width) / icon.height), height };
  if (inner.width < 1 || inner.height < 1) return result;
  const resized = resizeLinear(icon, inner);
  const [x, y] = [Math.floor((width - inner.width) / 2), Math.floor((height - inner.height) / 2)];
  for (let row = 0; row < inner.height; row++) {
    const from = row * resized.stride;
    const to = (y + row) * result.stride + x * result.channels;
    result.data.set(resized.data.subarray(from, from + resized.stride), to);
  }
  return result;
}
