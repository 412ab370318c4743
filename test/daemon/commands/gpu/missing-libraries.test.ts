import { expect, test } from "vitest";
import { adviceFor } from "../../../../src/daemon/commands/gpu/missing-libraries.ts";

test.each([
  ["libcuda.so.1", /driver/],
  ["libcublasLt.so.13", /^CUDA 13: .*nvidia-cublas/],
  ["libcudnn.so.9", /^cuDNN 9: /],
  ["libnvinfer.so.10", /libnvinfer10/],
  ["libnvinfer_plugin.so.10", /TensorRT 10/],
  ["libnvonnxparser.so.10", /libnvonnxparsers10/],
  ["libother.so.2", /a package of the system/],
])("%s comes from a package that is named", (name, advice) => {
  expect(adviceFor(name)).toMatch(advice);
});
