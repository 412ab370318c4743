/** Runs once before all tests. */
export default function setup(): void {
  process.env["ONNXRUNTIME_NODE_INSTALL"] ??= "skip";
}
