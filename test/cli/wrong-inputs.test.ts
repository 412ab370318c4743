import { copyFile, writeFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { millrace, ROOT, SHAPES } from "../helpers/cli.ts";
import { writePicture } from "../helpers/scene.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();
const MODEL = ["--model", `shapes/1=${SHAPES}`];

beforeAll(async () => {
  await copyFile(`${ROOT}/config/demo-workflow.json`, folder.path("belt.json"));
  await writePicture(folder.path("belt.png"), 0);
});

/** Exit code and everything said, on a mistake of the user's. */
async function told(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const ended = await millrace(args, { cwd: folder.path("."), env: { ...process.env, ...environment } });
  expect(ended.stdout).toBe("");
  expect(ended.stderr).not.toContain("    at ");
  expect(ended.code).toBe(2);
  const text = ended.stderr.replaceAll(folder.path("."), "<folder>").replaceAll(ROOT, "<package>/");
  return `\n${text}`;
}

async function write(name: string, text: string | object): Promise<string> {
  await writeFile(folder.path(name), typeof text === "string" ? text : JSON.stringify(text));
  return name;
}

const start = async (yaml: string, environment?: NodeJS.ProcessEnv) =>
  told(["start", "--config", await write("millrace.yaml", yaml)], environment);

test("a config that is not there", async () => {
  expect(await told(["start", "--config", "nowhere.yaml"])).toMatchInlineSnapshot(`
    "
    millrace: nowhere.yaml: the input is wrong
    nowhere.yaml: there is no such file [CONFIG_FILE]
    "
  `);
});

test("a config that is no YAML is reported by line and column", async () => {
  expect(await start("cameras:\n  gate: {url: x\npipelines: {}\n")).toMatchInlineSnapshot(`
    "
    millrace: millrace.yaml: the input is wrong
    millrace.yaml:3:1: Flow map in block collection must be sufficiently indented and end with a } [CONFIG_YAML]
    "
  `);
});

test("all faults of a config are reported at once, each with its line, what was found and what was expected", async () => {
  const yaml = `device: Front Gate
mqtt:
  url: mqtt://broker
  keep_alive: 30
cameras:
  gate:
    url: rtsp://camera/stream
    pasword: x
    transport: sctp
    max_fps: 0
  Yard:
    url: yard.mp4
  shed: {}
models:
  m: {path: x, classes: {a: b}}
pipelines:
  people:
    workflow: belt.json
    cameras: gate
    publish: {outputs: sometimes, detections: [a]}
http: {port: 80800}
inference: [1]
`;
  expect(await start(yaml)).toMatchInlineSnapshot(`
    "
    millrace: millrace.yaml: the input is wrong (13 faults)
    millrace.yaml:1:9 /device: "device" is "Front Gate": expected 1 to 64 of a-z, 0-9, _ and -, as it becomes part of MQTT topics [CONFIG_VALUE]
    millrace.yaml:4:3 /mqtt/keep_alive: "keep_alive" is not known [CONFIG_UNKNOWN_KEY]
        hint: did you mean "keep_alive_s"?
    millrace.yaml:9:16 /cameras/gate/transport: "transport" is "sctp": expected one of "tcp"|"udp" [CONFIG_VALUE]
    millrace.yaml:10:14 /cameras/gate/max_fps: "max_fps" is 0: expected number to be >=0.01 [CONFIG_VALUE]
    millrace.yaml:8:5 /cameras/gate/pasword: "pasword" is not known [CONFIG_UNKNOWN_KEY]
        hint: did you mean "password"?
    millrace.yaml:11:3 /cameras/Yard: "Yard" is no possible name: expected 1 to 64 of a-z, 0-9, _ and -, as it becomes part of MQTT topics [CONFIG_VALUE]
    millrace.yaml:15:16 /models/m/classes: "classes" is a map: expected a list or a string [CONFIG_VALUE]
    millrace.yaml:19:14 /pipelines/people/cameras: "cameras" is "gate": expected a list [CONFIG_VALUE]
    millrace.yaml:20:35 /pipelines/people/publish/detections: "detections" is a list: expected a string [CONFIG_VALUE]
    millrace.yaml:20:24 /pipelines/people/publish/outputs: "outputs" is "sometimes": expected one of "changed"|"every_frame"|"none" [CONFIG_VALUE]
    millrace.yaml:22:1 /inference: "inference" is a list: expected a map [CONFIG_VALUE]
    millrace.yaml:21:14 /http/port: "port" is 80800: expected number to be <=65535 [CONFIG_VALUE]
    millrace.yaml:13:3 /cameras/shed/url: camera "shed": it has neither "url" nor "stream_of" [CONFIG_MISSING]
        hint: give "url", its address, or "stream_of", the camera whose stream it takes its frames from
    "
  `);
});

test("passwords are not repeated in messages about them", async () => {
  const yaml = `mqtt: {url: "http://user:pl4nted-secret@broker", password: 1234567}
cameras: [{url: x, password: pl4nted-secret}]
pipelines: {}
`;
  const message = await start(yaml);
  expect(message).not.toContain("pl4nted-secret");
  expect(message).not.toContain("1234567");
  expect(message).toMatchInlineSnapshot(`
    "
    millrace: millrace.yaml: the input is wrong (3 faults)
    millrace.yaml:1:13 /mqtt/url: "url" is "http://broker": expected an address such as mqtt://host:1883 [CONFIG_VALUE]
    millrace.yaml:1:60 /mqtt/password: "password" is a number: expected a string [CONFIG_VALUE]
    millrace.yaml:2:1 /cameras: "cameras" is a list: expected a map [CONFIG_VALUE]
    "
  `);
});

test("environment variables that are not set are reported by the lines that want them", async () => {
  const yaml = `mqtt: {url: "\${BROKER}", password: "\${BROKER_PASSWORD}"}
cameras: {gate: {url: "rtsp://\${CAMERA_HOST}/x"}}
pipelines: {p: {workflow: belt.json, cameras: [gate]}}
`;
  expect(await start(yaml, { CAMERA_HOST: "camera" })).toMatchInlineSnapshot(`
    "
    millrace: millrace.yaml: the input is wrong (3 faults)
    millrace.yaml:1:13: the environment variable BROKER is not set [CONFIG_ENVIRONMENT]
        hint: set BROKER, or write the value itself
    millrace.yaml:1:36: the environment variable BROKER_PASSWORD is not set [CONFIG_ENVIRONMENT]
        hint: set BROKER_PASSWORD, or write the value itself
    millrace.yaml:3:27 /pipelines/p/workflow: the workflow names the model "shapes/1", which "models" does not map to a file [CONFIG_UNKNOWN_MODEL]
        hint: add  models: { "shapes/1": { path: your-model.onnx } }
    "
  `);
});

test("cameras of a pipeline must be there, and feed one pipeline each", async () => {
  const yaml = `cameras: {gate: {url: x}, yard: {url: y}}
pipelines:
  one: {workflow: belt.json, cameras: [gaet, yard]}
  two: {workflow: belt.json, cameras: [yard]}
`;
  expect(await start(yaml)).toMatchInlineSnapshot(`
    "
    millrace: millrace.yaml: the input is wrong (5 faults)
    millrace.yaml:3:40 /pipelines/one/cameras/0: pipeline "one": there is no camera "gaet" [CONFIG_UNKNOWN_CAMERA]
        hint: did you mean "gate"?
    millrace.yaml:4:40 /pipelines/two/cameras/0: pipeline "two": camera "yard" already feeds pipeline "one" [CONFIG_CAMERA_TWICE]
        hint: add  cameras: { yard_two: { stream_of: yard } }  and write  cameras: [yard_two]  here: the stream is opened and decoded once, and each pipeline has a camera of its own; or let one workflow do both
    millrace.yaml:1:39 /cameras/yard/url: camera "yard": "<folder>/y" does not exist [CONFIG_CAMERA]
    millrace.yaml:3:19 /pipelines/one/workflow: the workflow names the model "shapes/1", which "models" does not map to a file [CONFIG_UNKNOWN_MODEL]
        hint: add  models: { "shapes/1": { path: your-model.onnx } }
    millrace.yaml:4:19 /pipelines/two/workflow: the workflow names the model "shapes/1", which "models" does not map to a file [CONFIG_UNKNOWN_MODEL]
        hint: add  models: { "shapes/1": { path: your-model.onnx } }
    "
  `);
});

test("everything a config refers to is checked before anything starts", async () => {
  await write("broken.json", '{\n  "version": "1.0",\n  "inputs": [],,\n}\n');
  await write("text.onnx", "this is no model");
  const yaml = `cameras: {a: {url: "rtsp://127.0.0.1/a"}, b: {url: b.mp4}, c: {url: "rtsp://127.0.0.1/c"}}
models:
  shapes/1: {path: missing.onnx}
  words: {path: text.onnx}
pipelines:
  one:
    workflow: belt.json
    cameras: [a]
    parameters: {confidense: 0.4}
    picture: pictur
    publish: {detections: trakcs}
  two: {workflow: nowhere.json, cameras: [b]}
  three: {workflow: broken.json, cameras: [c]}
`;
  expect(await start(yaml)).toMatchInlineSnapshot(`
    "
    millrace: millrace.yaml: the input is wrong (8 faults)
    millrace.yaml:1:52 /cameras/b/url: camera "b": "<folder>/b.mp4" does not exist [CONFIG_CAMERA]
    millrace.yaml:3:3 /models/shapes~11: model "<folder>/missing.onnx": there is no such file [CONFIG_MODEL]
    millrace.yaml:4:3 /models/words: model "<folder>/text.onnx": no ONNX file: it is text, beginning "this is no model" [CONFIG_MODEL]
    millrace.yaml:9:30 /pipelines/one/parameters/confidense: the workflow has no parameter "confidense" [CONFIG_UNKNOWN_PARAMETER]
        hint: did you mean "confidence"?
    millrace.yaml:11:27 /pipelines/one/publish/detections: the workflow has no output "trakcs" [CONFIG_UNKNOWN_OUTPUT]
        hint: did you mean "tracks"?
    millrace.yaml:10:14 /pipelines/one/picture: the workflow has no output "pictur" [CONFIG_UNKNOWN_OUTPUT]
        hint: did you mean "picture"?
    millrace.yaml:12:19 /pipelines/two/workflow: <folder>/nowhere.json: there is no such file [DEFINITION_FILE]
    millrace.yaml:13:21 /pipelines/three/workflow: <folder>/broken.json:3:16: the document has a comma too many [DEFINITION_JSON]
        > 3 |   "inputs": [],,
            |                ^
        hint: definitions are JSON: double quotes, no comments, no comma after the last element
    "
  `);
});

test("a model of a definition must be mapped to a file", async () => {
  const yaml = "cameras: {a: {url: rtsp://127.0.0.1/a}}\npipelines: {one: {workflow: belt.json, cameras: [a]}}\n";
  expect(await start(yaml)).toMatchInlineSnapshot(`
    "
    millrace: millrace.yaml: the input is wrong
    millrace.yaml:2:29 /pipelines/one/workflow: the workflow names the model "shapes/1", which "models" does not map to a file [CONFIG_UNKNOWN_MODEL]
        hint: add  models: { "shapes/1": { path: your-model.onnx } }
    "
  `);
  expect(await told(["process", "belt.json", "--video", "a.mp4"])).toMatchInlineSnapshot(`
    "
    millrace: the input is wrong
    the definition names the model "shapes/1", which no --model maps to a file [FLAG_UNKNOWN_MODEL]
        hint: add --model shapes/1=your-model.onnx
    "
  `);
});

test("a definition that is no JSON is reported by line and column", async () => {
  await write("comma.json", '{\n  "version": "1.0",\n  "inputs": [],,\n}\n');
  await write("short.json", '{"version": "1.0"');
  await write("empty.json", "");
  expect(await told(["validate", "comma.json", "short.json", "empty.json", "nowhere.json"])).toMatchInlineSnapshot(`
    "
    comma.json:3:16: the document has a comma too many [DEFINITION_JSON]
        > 3 |   "inputs": [],,
            |                ^
        hint: definitions are JSON: double quotes, no comments, no comma after the last element
    short.json:1:18: the document ends too early [DEFINITION_JSON]
        > 1 | {"version": "1.0"
            |                  ^
        hint: definitions are JSON: double quotes, no comments, no comma after the last element
    empty.json:1:1: the document ends too early [DEFINITION_JSON]
        > 1 |
            | ^
        hint: definitions are JSON: double quotes, no comments, no comma after the last element
    nowhere.json: there is no such file [DEFINITION_FILE]
    "
  `);
});

test("a definition, a plugin and a model file that are missing are reported at once", async () => {
  const missing = ["nowhere.json", "--plugin", "absent-blocks", "--model", "a/1=absent.onnx"];
  expect(await told(["run", ...missing])).toMatchInlineSnapshot(`
    "
    millrace: the input is wrong (3 faults)
    nowhere.json: there is no such file [DEFINITION_FILE]
    plugin "absent-blocks" is not installed for the working directory [PLUGIN_LOAD]
        hint: WORKFLOWS_PLUGINS and --plugin name npm packages, or paths; \`npm install\` the packages where millrace is started
    --model a/1: model "absent.onnx": there is no such file [FLAG_MODEL]
    "
  `);
  expect(await told(["process", ...missing, "--video", "a.mp4"])).toBe(await told(["run", ...missing]));
  await write("wrong-type.json", {
    version: "1.0",
    inputs: [],
    steps: [{ type: "none/at@all", name: "a" }],
    outputs: [],
  });
  expect(await told(["run", "wrong-type.json", "--model", "a/1=absent.onnx"])).toMatchInlineSnapshot(`
    "
    millrace: the input is wrong (2 faults)
    wrong-type.json:1:40 /steps/0/type: step "a": block type "none/at@all" is not known [COMPILE_UNKNOWN_BLOCK]
        > 1 | {"version":"1.0","inputs":[],"steps":[{"type":"none/at@all","name":"a"}],"outputs":[]}
            |                                        ^
        hint: \`millrace blocks\` lists the types that run here
    --model a/1: model "absent.onnx": there is no such file [FLAG_MODEL]
    "
  `);
});

test("an unknown block, a wrong kind and selectors of nothing are reported at once", async () => {
  await write("wrong.json", {
    version: "1.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    steps: [
      { type: "roboflow_core/byte_trackr@v3", name: "misspelt", image: "$inputs.image" },
      {
        type: "roboflow_core/byte_tracker@v3",
        name: "kind",
        image: "$inputs.image",
        detections: "$inputs.image",
      },
      {
        type: "roboflow_core/bounding_box_visualization@v1",
        name: "nothing",
        image: "$inputs.imag",
        predictions: "$steps.absent.predictions",
      },
    ],
    outputs: [{ type: "JsonField", name: "boxes", selector: "$steps.kind.tracked" }],
  });
  expect(await told(["describe", "wrong.json"])).toMatchInlineSnapshot(`
    "
    millrace: wrong.json: the definition is wrong (5 faults)
    wrong.json:1:79 /steps/0/type: step "misspelt": block type "roboflow_core/byte_trackr@v3" is not known [COMPILE_UNKNOWN_BLOCK]
        > 1 | {"version":"1.0","inputs":[{"type":"WorkflowImage","name":"image"}],"steps":[{"type":"roboflow_core/byte_trackr@v3","nam
            |                                                                               ^
        hint: did you mean "roboflow_core/byte_tracker@v3"?
    wrong.json:1:339 /steps/2/image: step "nothing": "image" refers to $inputs.imag, but there is no such input [COMPILE_UNKNOWN_INPUT]
        > 1 | oflow_core/bounding_box_visualization@v1","name":"nothing","image":"$inputs.imag","predictions":"$steps.absent.predictio
            |                                                            ^
        hint: did you mean "image"?
    wrong.json:1:362 /steps/2/predictions: step "nothing": "predictions" refers to $steps.absent.predictions, but there is no such step [COMPILE_UNKNOWN_STEP]
        > 1 | _visualization@v1","name":"nothing","image":"$inputs.imag","predictions":"$steps.absent.predictions"}],"outputs":[{"type
            |                                                            ^
    wrong.json:1:238 /steps/1/detections: step "kind": "detections" takes object_detection_prediction or keypoint_detection_prediction or instance_segmentation_prediction, but $inputs.image is image [COMPILE_KIND_MISMATCH]
        > 1 | ore/byte_tracker@v3","name":"kind","image":"$inputs.image","detections":"$inputs.image"},{"type":"roboflow_core/bounding
            |                                                            ^
    wrong.json:1:452 /outputs/0/selector: output "boxes": $steps.kind.tracked names an output that roboflow_core/byte_tracker@v3 does not have [COMPILE_OUTPUT]
        > 1 | edictions"}],"outputs":[{"type":"JsonField","name":"boxes","selector":"$steps.kind.tracked"}]}
            |                                                            ^
        hint: the outputs of roboflow_core/byte_tracker@v3 are tracked_detections, new_instances, already_seen_instances
    "
  `);
});

test("commands and flags that do not exist get the nearest that do", async () => {
  expect(await told(["strat"])).toMatchInlineSnapshot(`
    "
    error: unknown command 'strat'
    (Did you mean start?)
    (millrace help lists the commands)
    "
  `);
  expect(await told(["validate", "--jsn", "belt.json"])).toMatchInlineSnapshot(`
    "
    error: unknown option '--jsn'
    (Did you mean --json?)
    (millrace help lists the commands)
    "
  `);
  expect(await told(["start"], { MILLRACE_CONFIG: "/nowhere/millrace.yaml" })).toMatchInlineSnapshot(`
    "
    millrace: /nowhere/millrace.yaml: the input is wrong
    /nowhere/millrace.yaml: there is no such file [CONFIG_FILE]
    "
  `);
  expect(await told(["schema", "detection"])).toMatchInlineSnapshot(`
    "
    millrace: the input is wrong
    there is no schema "detection" [SCHEMA_UNKNOWN]
        hint: did you mean "detections"?
    "
  `);
});

test("faults of all flags are reported at once", async () => {
  const args = ["run", "belt.json", "--image", "belt.png", "--param", "x", "--model", "shapes/1=x.onnx,famly=yolox"];
  expect(await told(args)).toMatchInlineSnapshot(`
    "
    millrace: the input is wrong (3 faults)
    --image is "belt.png", expected NAME=VALUE [FLAG_FORM]
    --param is "x", expected NAME=VALUE [FLAG_FORM]
    --model: "famly=yolox" is not known [FLAG_FORM]
        hint: family, classes, width, height, order, scale, mean, std, fit, pad, part, grey, contrast are
    "
  `);
});

test("inputs that the definition does not have, and models that are none", async () => {
  await write("text.onnx", "this is no model");
  const flags = ["--param", "confidense=0.4", "--model", "words=text.onnx", "--model", "gone=missing.onnx"];
  expect(await told(["run", "belt.json", "--image", "image=belt.png", ...flags])).toMatchInlineSnapshot(`
    "
    millrace: the input is wrong (4 faults)
    --param: the definition has no input "confidense" [FLAG_UNKNOWN_INPUT]
        hint: did you mean "confidence"?
    --model words: model "text.onnx": no ONNX file: it is text, beginning "this is no model" [FLAG_MODEL]
    --model gone: model "missing.onnx": there is no such file [FLAG_MODEL]
    the definition names the model "shapes/1", which no --model maps to a file [FLAG_UNKNOWN_MODEL]
        hint: add --model shapes/1=your-model.onnx
    "
  `);
  expect(await told(["models", "inspect", "text.onnx"])).toMatchInlineSnapshot(`
    "
    millrace: the input is wrong
    model "text.onnx": no ONNX file: it is text, beginning "this is no model" [MODEL_NOT_ONNX]
    "
  `);
});

test("pictures that cannot be read, and inputs without any", async () => {
  const images = ["--image", "image=belt.json", "--image", "image=nowhere.png", "--image", "imag=belt.png"];
  expect(await told(["run", "belt.json", ...MODEL, ...images])).toMatchInlineSnapshot(`
    "
    millrace: the input is wrong (3 faults)
    --image belt.json is no picture that can be read: it has an unsupported image format; JPEG, PNG, WebP, GIF, TIFF, AVIF and SVG can [FLAG_IMAGE]
    --image nowhere.png is no picture that can be read: there is no such file [FLAG_IMAGE]
    --image: the definition has no image input "imag" [FLAG_UNKNOWN_INPUT]
        hint: its image inputs are image
    "
  `);
  expect(await told(["run", "belt.json", ...MODEL])).toMatchInlineSnapshot(`
    "
    millrace: the input is wrong
    input "image" is missing: it takes image [RUN_INPUT]
        hint: give it with --image image=PATH
    "
  `);
});

test("a video that is missing or is none", async () => {
  expect(await told(["process", "belt.json", ...MODEL, "--video", "nowhere.mp4"])).toMatchInlineSnapshot(`
    "
    millrace: nowhere.mp4: the input is wrong
    nowhere.mp4: there is no such file [PROCESS_VIDEO]
    "
  `);
  expect(await told(["process", "belt.json", ...MODEL, "--video", "belt.json"])).toMatchInlineSnapshot(`
    "
    millrace: belt.json: the input is wrong
    belt.json: "belt.json": it has no video that ffmpeg can decode (exit code 1, ffmpeg: belt.json: Invalid data found when processing input) [PROCESS_VIDEO]
    "
  `);
});

test("what process is to write is checked before the work", async () => {
  const wrong = ["--out", "nowhere/results.jsonl", "--summary", "nowhere/summary.json"];
  const process = ["process", "belt.json", ...MODEL, "--video", "belt.png"];
  expect(await told([...process, ...wrong])).toMatchInlineSnapshot(`
    "
    millrace: the input is wrong (2 faults)
    --out nowhere/results.jsonl: there is no folder "nowhere" [FLAG_OUTPUT]
    --summary nowhere/summary.json: there is no folder "nowhere" [FLAG_OUTPUT]
    "
  `);
  expect(await told([...process, "--annotated", "a.mp4"])).toMatchInlineSnapshot(`
    "
    millrace: the input is wrong
    --annotated and --annotated-output belong together [FLAG_FORM]
    "
  `);
  expect(await told([...process, "--annotated", "a.mp4", "--annotated-output", "tracks"])).toMatchInlineSnapshot(`
    "
    millrace: the input is wrong
    --annotated-output: "tracks" is no picture output of the definition [FLAG_OUTPUT]
        hint: picture outputs are picture
    "
  `);
  expect(await told([...process, "--max-frames", "2.5", "--image-input", "img"])).toMatchInlineSnapshot(`
    "
    millrace: the input is wrong
    --max-frames is "2.5", expected a whole number above 0 [FLAG_VALUE]
    "
  `);
  expect(await told([...process, "--image-input", "img"])).toMatchInlineSnapshot(`
    "
    millrace: the input is wrong
    the definition has no image input "img" [FLAG_UNKNOWN_INPUT]
        hint: its image inputs are image
    "
  `);
});
