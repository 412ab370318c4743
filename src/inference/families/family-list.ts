import { BugError } from "../../base/errors.ts";
import { classification, multiLabelClassification } from "./classification.ts";
import { depth } from "./depth.ts";
import { embedding } from "./embedding.ts";
import { endToEnd } from "./end-to-end.ts";
import { endToEndOriented } from "./end-to-end-oriented.ts";
import { endToEndPose } from "./end-to-end-pose.ts";
import { endToEndSegmentation } from "./end-to-end-segmentation.ts";
import type { Family } from "./family.ts";
import { fastestdet } from "./fastestdet.ts";
import { huggingFaceDetr } from "./hugging-face-detr.ts";
import { mmdeploy } from "./mmdeploy.ts";
import { movenet } from "./movenet.ts";
import { nanodet } from "./nanodet.ts";
import { nanodetPlus } from "./nanodet-plus.ts";
import { picodet } from "./picodet.ts";
import { rfDetr } from "./rf-detr.ts";
import { rfDetrKeypoints } from "./rf-detr-keypoints.ts";
import { rfDetrSegmentation } from "./rf-detr-segmentation.ts";
import { rtDetr } from "./rt-detr.ts";
import { rtDetrUltralytics } from "./rt-detr-ultralytics.ts";
import { rtmpose } from "./rtmpose.ts";
import { semanticSegmentation } from "./semantic-segmentation.ts";
import { tensorflowDetection } from "./tensorflow-detection.ts";
import { textDetection } from "./text-detection.ts";
import { textRecognition } from "./text-recognition.ts";
import { torchvisionDetection } from "./torchvision-detection.ts";
import { ultraface } from "./ultraface.ts";
import { vitpose } from "./vitpose.ts";
import { yoloNas } from "./yolo-nas.ts";
import { yoloNasEndToEnd } from "./yolo-nas-end-to-end.ts";
import { yolov5 } from "./yolov5.ts";
import { yolov5Segmentation } from "./yolov5-segmentation.ts";
import { yolov7EndToEnd } from "./yolov7-end-to-end.ts";
import { yolov8 } from "./yolov8.ts";
import { yolov8Oriented } from "./yolov8-oriented.ts";
import { yolov8Pose } from "./yolov8-pose.ts";
import { yolov8Segmentation } from "./yolov8-segmentation.ts";
import { yolox } from "./yolox.ts";
import { yunet } from "./yunet.ts";
import { yunetPriors } from "./yunet-priors.ts";

/** Every family that comes with millrace; a file of none of them is refused. */
export const FAMILIES: readonly Family[] = [
  yolox,
  yolov8,
  endToEnd,
  yolov8Segmentation,
  yolov8Pose,
  yolov8Oriented,
  endToEndSegmentation,
  endToEndPose,
  endToEndOriented,
  yolov5,
  yolov5Segmentation,
  yolov7EndToEnd,
  yoloNas,
  yoloNasEndToEnd,
  rfDetr,
  rfDetrSegmentation,
  rfDetrKeypoints,
  huggingFaceDetr,
  rtDetr,
  rtDetrUltralytics,
  tensorflowDetection,
  torchvisionDetection,
  mmdeploy,
  nanodet,
  nanodetPlus,
  picodet,
  fastestdet,
  ultraface,
  yunet,
  yunetPriors,
  movenet,
  vitpose,
  rtmpose,
  semanticSegmentation,
  depth,
  classification,
  multiLabelClassification,
  embedding,
  textDetection,
  textRecognition,
];

export function familyOf(name: string, families: readonly Family[] = FAMILIES): Family {
  const family = families.find((candidate) => candidate.name === name);
  if (family === undefined) throw new BugError(`family "${name}" is not in the list of families`);
  return family;
}
