// What plugins and families of models are tested with: `import … from "millrace/testing"`.

export type { Difference } from "./casebook/difference.ts";
export type { CaseVerdict } from "./casebook/test-case.ts";
export type { ModelStatement } from "./inference/inspect.ts";
export { blockFaults } from "./kit/block-faults.ts";
export { BlockStep, type BlockStepSettings } from "./kit/block-step.ts";
export { type ConstantModel, constantModel, type Nested } from "./kit/constant-model.ts";
export { type DecodedBox, type DecodedModel, type DecodeSettings, decodeModel } from "./kit/decode-model.ts";
export { type RunCasesSettings, runCases } from "./kit/run-cases.ts";
export type { Surroundings } from "./kit/run-example.ts";
export { type StandIns, standInServices } from "./kit/stand-in-services.ts";
export { detection, detections, frame, picture, video } from "./kit/values.ts";
