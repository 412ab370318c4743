import { StepError } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import { isGrey, type Raster } from "../../vision/raster.ts";
import { ref } from "../contract/fields.ts";

/** Of every block that makes a picture of a picture. */
export const pictureField = lazy(() => ref("image").describe("Picture to work on; it stays as it is."));

/** A raster of one channel; throws STEP_INPUT for one that has colour. */
export function needGrey(raster: Raster, { step, what }: { step: string; what: string }): Raster<1> {
  if (isGrey(raster)) return raster;
  const message = `step "${step}": ${what} takes a picture of one channel, and this one has colour; put convert_grayscale before it`;
  throw new StepError("STEP_INPUT", message, { step });
}
