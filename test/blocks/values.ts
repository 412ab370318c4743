export { detection, detections, frame, GREY, picture, video } from "../../src/kit/values.ts";
