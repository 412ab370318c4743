import { z } from "zod";
import { FAMILIES } from "../../../inference/families/family-list.ts";
import { passwordFile } from "./fields.ts";

const channels = z.tuple([z.number(), z.number(), z.number()]);

const percent = z.number().min(0).max(100);

/** `value = (byte * scale - mean) / std`, the channels in their order. */
const Preprocessing = z
  .strictObject({
    order: z.enum(["rgb", "bgr"]).describe("Order of the channels"),
    scale: z.number().describe("Factor of each byte: 0.00392157 for values of 0 to 1"),
    mean: channels.describe("Subtracted from each channel, after the factor"),
    std: channels.describe("Divides each channel, after the mean was subtracted"),
    fit: z
      .enum(["stretch", "letterbox_center", "letterbox_top_left", "cover_center", "crop_center"])
      .describe("How a picture is fitted into the input"),
    pad: z.int().min(0).max(255).describe("Grey level around a letterbox"),
    part: z
      .tuple([percent, percent, percent, percent])
      .refine(([xMin, yMin, xMax, yMax]) => xMin < xMax && yMin < yMax, {
        error: "expected x min and y min before x max and y max",
      })
      .describe("Part of each picture that the model sees: x min, y min, x max and y max in percent of its sides"),
    grey: z.boolean().describe("Whether pictures lose their colours"),
    contrast: z
      .enum(["stretch", "equalize", "equalize_locally"])
      .describe("Stretch contrast, or even out how frequent values are, in the whole picture or place by place"),
  })
  .partial();

/** How pixels become the input of a model, as far as it is not the family's own way. */
export type PreprocessingSettings = z.input<typeof Preprocessing>;

/** One model: a file or a folder of this machine, or a file that is downloaded. */
export const Model = z.strictObject({
  path: z.string().min(1).optional().describe("ONNX file, or a folder with one and the files that came with it"),
  url: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Instead of path: https:// address of an ONNX file (http:// on this machine alone), which is downloaded once and kept below state_dir",
    ),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, { error: "expected the 64 hexadecimal digits of a SHA-256" })
    .optional()
    .describe("Checksum of the file at url, which is not used without it; `millrace models add` computes it"),
  username: z.string().optional().describe("User name at the server of url, instead of one in the address"),
  password: z.string().optional().describe("Password at that server; better a reference to an environment variable"),
  password_file: passwordFile,
  family: z
    .string()
    .optional()
    .describe(
      `Layout of inputs and outputs, when the file does not tell: ${FAMILIES.map(({ name }) => name).join(", ")}, or one of a plugin`,
    ),
  options: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.array(z.number())]))
    .optional()
    .describe("Options of the family, which `millrace models inspect` lists"),
  preprocessing: Preprocessing.optional().describe(
    "How pixels become the input, where it differs from the family's way",
  ),
  classes: z
    .union([z.array(z.string()), z.string()])
    .optional()
    .describe("Class names, or a file with one in each line"),
  width: z.int().positive().optional().describe("Input width, when the file leaves it open"),
  height: z.int().positive().optional().describe("Input height, when the file leaves it open"),
});

const deviceId = z.int().min(0).max(63).default(0).describe("Number of the GPU");

const TensorRt = z
  .strictObject({
    device_id: deviceId,
    fp16: z.boolean().default(false).describe("Half precision where it is faster; results differ a little"),
    cache_dir: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Folder for engines, which take minutes to build; `engines` in `state_dir` by default, none without it",
      ),
    workspace_mb: z.int().min(16).max(65_536).optional().describe("Most memory of the GPU for building and running"),
    builder_level: z
      .int()
      .min(0)
      .max(5)
      .default(3)
      .describe("How long TensorRT looks for a fast engine: less is built sooner"),
  })
  .prefault({});

const Cuda = z
  .strictObject({
    device_id: deviceId,
    memory_mb: z.int().min(16).max(1_048_576).optional().describe("Most memory of the GPU for one session"),
    convolution_search: z
      .enum(["exhaustive", "heuristic", "default"])
      .default("exhaustive")
      .describe("How cuDNN chooses algorithms; `exhaustive` makes the first runs slow and the others fast"),
  })
  .prefault({});

/** How models run. */
export const Inference = z.strictObject({
  providers: z
    .array(z.enum(["tensorrt", "cuda", "cpu"]))
    .min(1)
    .default(["tensorrt", "cuda", "cpu"])
    .describe("Execution providers, tried in this order"),
  tensorrt: TensorRt.describe("Options of TensorRT; they need `millrace gpu install`"),
  cuda: Cuda.describe("Options of CUDA; they need `millrace gpu install`"),
  sessions: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe("Sessions of each model; one per processor on the CPU, one on a GPU by default"),
  max_batch: z
    .int()
    .min(1)
    .max(64)
    .default(8)
    .describe("Most pictures in one run, on a GPU and with a free batch axis"),
  max_wait_ms: z
    .number()
    .min(0)
    .max(1000)
    .default(4)
    .describe("How long a picture waits for others while a session is free"),
});
