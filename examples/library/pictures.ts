import { openLibrary } from "millrace";

// What a definition gives for pictures, without a camera. Arguments: workflow.json shapes/1=shapes.onnx picture.jpg…

const [definition = "", model = "", ...pictures] = process.argv.slice(2);
const [id = "", path = ""] = model.split("=");

const library = await openLibrary({ models: { [id]: path } });
const workflow = await library.open(definition, { pictures: false });
const image = workflow.inputs.find(({ kinds }) => kinds.includes("image"))?.name ?? "image";

for (const { outputs } of await workflow.run({ [image]: pictures })) {
  process.stdout.write(`${JSON.stringify(outputs)}\n`);
}
await library.close();
