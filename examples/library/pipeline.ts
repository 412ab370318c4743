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
    console.log(JSON.stringify({ frame, crossed: outputs["crossed"] }));
    left--;
    if (left === 0) void pipeline.close();
  },
  onError: (error) => console.error(`${error.code}: ${error.message}`),
  pictures: false,
});

await pipeline.finished;
console.error(pipeline.counts());
