/** Why a known block cannot run: ends of the sentence "it cannot run here: ...". */
export const REASONS = {
  platform: "it needs the Roboflow platform",
  service: "it needs a service of a third party",
  undocumented: "its event service is asked in a form that is documented nowhere",
  retired: "its model is retired, in the reference too",
  language_model: "it needs a large language model on this machine",
  model: "its family of models is not built in",
  unsettled: "its model has no settled form as ONNX files",
  memory: "its model keeps a memory of frames, which has no settled form as ONNX files",
  vision: "its image processing is not built in",
  drawing: "its typefaces are not part of the program",
  logic: "it is not built in",
  publishing: "sending results to a broker is not a step's work here",
  sink: "its way of sending is not built in",
  database: "its database is asked over TDS, which is not built in",
  protocol: "its industrial protocol is not built in",
} as const;

/** What serves the purpose of many known blocks. */
export const INSTEAD = {
  boxes: "roboflow_core/bounding_box_visualization@v1 marks the same objects",
  masks: "roboflow_core/segment_anything@v1 masks the boxes of a detector or of a tracker in every frame",
  code: "write it as a block of the definition's own, in dynamic_blocks_definitions as JavaScriptCode",
  server:
    "roboflow_core/openai_compatible@v1 asks such a model on a server of yours, as vLLM, Ollama and llama.cpp run them",
  output: "name the value as an output of the workflow: outputs are published over MQTT",
} as const;
