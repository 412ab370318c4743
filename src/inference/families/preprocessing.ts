import type { Preprocessing } from "./family.ts";

/** How the usual trainers feed their models; a family that shares one of these says what differs. */

const NONE: Pick<Preprocessing, "mean" | "std"> = { mean: [0, 0, 0], std: [1, 1, 1] };

/** Ultralytics and its relatives. */
export const LETTERBOX_RGB: Preprocessing = {
  order: "rgb",
  scale: 1 / 255,
  ...NONE,
  fit: "letterbox_center",
  pad: 114,
};

/** Values of 0 to 1 of a stretched picture. */
export const STRETCH_RGB: Preprocessing = { order: "rgb", scale: 1 / 255, ...NONE, fit: "stretch", pad: 0 };

/** Bytes as they are, of a stretched picture. */
export const STRETCH_BYTES: Preprocessing = { order: "rgb", scale: 1, ...NONE, fit: "stretch", pad: 0 };

/** torchvision, timm, and most of what is trained on ImageNet first. */
export const IMAGENET: Preprocessing = {
  order: "rgb",
  scale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  fit: "stretch",
  pad: 0,
};

/** CLIP and what is trained on top of it. */
export const CLIP: Preprocessing = {
  order: "rgb",
  scale: 1 / 255,
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
  fit: "cover_center",
  pad: 0,
};
