import { BugError } from "../../base/errors.ts";
import { endToEnd } from "./boxes/end-to-end.ts";
import { fastestdet } from "./boxes/fastestdet.ts";
import { huggingFaceDetr } from "./boxes/hugging-face-detr.ts";
import { mmdeploy } from "./boxes/mmdeploy.ts";
import { nanodet } from "./boxes/nanodet.ts";
import { nanodetPlus } from "./boxes/nanodet-plus.ts";
import { owl } from "./boxes/owl.ts";
import { picodet } from "./boxes/picodet.ts";
import { rfDetr } from "./boxes/rf-detr.ts";
import { rtDetr } from "./boxes/rt-detr.ts";
import { rtDetrUltralytics } from "./boxes/rt-detr-ultralytics.ts";
import { tensorflowDetection } from "./boxes/tensorflow-detection.ts";
import { torchvisionDetection } from "./boxes/torchvision-detection.ts";
import { ultraface } from "./boxes/ultraface.ts";
import { yoloNas } from "./boxes/yolo-nas.ts";
import { yoloNasEndToEnd } from "./boxes/yolo-nas-end-to-end.ts";
import { yolov5 } from "./boxes/yolov5.ts";
import { yolov7EndToEnd } from "./boxes/yolov7-end-to-end.ts";
import { yolov8 } from "./boxes/yolov8.ts";
import { yolox } from "./boxes/yolox.ts";
import type { Family } from "./family.ts";
import { endToEndOriented } from "./masks/end-to-end-oriented.ts";
import { endToEndSegmentation } from "./masks/end-to-end-segmentation.ts";
import { rfDetrSegmentation } from "./masks/rf-detr-segmentation.ts";
import { yolov5Segmentation } from "./masks/yolov5-segmentation.ts";
import { yolov8Oriented } from "./masks/yolov8-oriented.ts";
import { yolov8Segmentation } from "./masks/yolov8-segmentation.ts";
import { anomaly } from "./pictures/anomaly.ts";
import { classification, multiLabelClassification } from "./pictures/classification.ts";
import { clip, perceptionEncoder } from "./pictures/clip.ts";
import { depth } from "./pictures/depth.ts";
import { embedding } from "./pictures/embedding.ts";
import { l2cs } from "./pictures/l2cs.ts";
import { semanticSegmentation } from "./pictures/semantic-segmentation.ts";
import { endToEndPose } from "./points/end-to-end-pose.ts";
import { movenet } from "./points/movenet.ts";
import { rfDetrKeypoints } from "./points/rf-detr-keypoints.ts";
import { rtmpose } from "./points/rtmpose.ts";
import { vitpose } from "./points/vitpose.ts";
import { yolov8Pose } from "./points/yolov8-pose.ts";
import { yunet } from "./points/yunet.ts";
import { yunetPriors } from "./points/yunet-priors.ts";
import { segmentAnything } from "./prompts/segment-anything.ts";
import { segmentAnything2 } from "./prompts/segment-anything-2.ts";
import { craft } from "./texts/craft.ts";
import { textDetection } from "./texts/text-detection.ts";
import { textRecognition } from "./texts/text-recognition.ts";

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
  owl,
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
  l2cs,
  classification,
  multiLabelClassification,
  anomaly,
  embedding,
  clip,
  perceptionEncoder,
  textDetection,
  craft,
  textRecognition,
  segmentAnything,
  segmentAnything2,
];

export function familyOf(name: string, families: readonly Family[] = FAMILIES): Family {
  const family = families.find((candidate) => candidate.name === name);
  if (family === undefined) throw new BugError(`family "${name}" is not in the list of families`);
  return family;
}
