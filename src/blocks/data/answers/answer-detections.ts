import type { Detection, Detections } from "../../../kinds/detections.ts";
import type { Image } from "../../../kinds/image.ts";

/** What a language model's answer says about an image. */
export function detectionsOn(image: Image, items: Detection[], inferenceId: string): Detections {
  const { width, height, parentId, parent, root } = image;
  return { kind: "detections", items, width, height, parentId, parent, root, inferenceId };
}
