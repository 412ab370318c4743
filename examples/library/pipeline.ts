import { openPipeline } from "millrace";

// A camera or film through a workflow, in one program. Arguments: rtsp://… workflow.json shapes/1=shapes.onnx [results]

const [camera = "", workflow = "", model = "", results = "Infinity"] = process.argv.slice(2);
const [id = "", path = ""] = model.split("=");
let left = Number(results);

const pipeline = await openPipeline({
  camera,
  workflow,
  models: { [id]: path },
  onResult({ frame, outputs }) {
    process.stdout.write(`${JSON.stringify({ frame, crossed: outputs["crossed"] })}\n`);
    left--;
    if (left === 0) void pipeline.close();
  },
  onError: (error) => void process.stderr.write(`${error.code}: ${error.message}\n`),
  pictures: false,
});

await pipeline.finished;
process.stderr.write(`${JSON.stringify(pipeline.counts())}\n`);
