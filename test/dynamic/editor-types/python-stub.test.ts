import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { DynamicBlockDefinition } from "../../../src/definition/dynamic-block.ts";
import { pythonStub } from "../../../src/dynamic/editor-types/python-stub.ts";
import { findPythonCommand, openBlock } from "../child-block.ts";
import { codeBlock } from "../code-in-a-definition.ts";

const python = findPythonCommand(true) ?? findPythonCommand(false);
const pythonTest = it.skipIf(python === null);
const HOSTS = fileURLToPath(new URL("../../../src/dynamic/hosts", import.meta.url));

const BLOCK = DynamicBlockDefinition().parse(
  codeBlock("Count", "def run(self, image, predictions, limit): pass", {
    inputs: {
      limit: { type: "DynamicInputDefinition", value_types: ["integer", "float"], is_optional: true },
      image: { type: "DynamicInputDefinition", selector_types: ["step_output_image"] },
      predictions: {
        type: "DynamicInputDefinition",
        selector_types: ["step_output"],
        selector_data_kind: { step_output: ["keypoint_detection_prediction"] },
      },
    },
    outputs: {
      "a count": { type: "DynamicOutputDefinition", kind: ["integer"] },
      any: { type: "DynamicOutputDefinition" },
    },
    manifest: { accepts_batch_input: true },
    code: { type: "PythonCode" },
  }),
);

/** What a program in Python prints, as JSON, with the stub as its input. */
function ask(program: string, stub: string): unknown {
  const { stdout, stderr } = spawnSync(python ?? "", ["-B", "-c", program, HOSTS], { input: stub, encoding: "utf8" });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

describe("the stub of a block in Python", () => {
  it("has the outputs of the block and how run is written", () => {
    const [, own = ""] = pythonStub(BLOCK).split(/(?=^BlockOutputs = )/m);
    expect(own).toMatchInlineSnapshot(`
      "BlockOutputs = TypedDict("BlockOutputs", {
          "a count": Optional[int],
          "any": Any,
      })
      BlockResult = List[Optional[BlockOutputs]]

      # "Count" is
      # def run(self: BlockSelf, image: Batch[WorkflowImageData], predictions: Batch[Detections], limit: Optional[Union[int, float]] = None) -> BlockResult: ...
      "
    `);
  });

  pythonTest.each([null, BLOCK])("is Python", (block) => {
    expect(
      ask("import ast, sys, json; ast.parse(sys.stdin.read()); print(json.dumps('parsed'))", pythonStub(block)),
    ).toBe("parsed");
  });

  pythonTest("has the classes of the host with what each of them offers", () => {
    const program = `
import ast, inspect, json, sys
sys.path.insert(0, sys.argv[1])
import millrace_detections, millrace_host, millrace_values
def offered(body):
    names = {n.name for n in body if isinstance(n, ast.FunctionDef)}
    return names | {n.target.id for n in body if isinstance(n, ast.AnnAssign)}
written = {n.name: offered(n.body) for n in ast.parse(sys.stdin.read()).body if isinstance(n, ast.ClassDef)}
real = {name: getattr(millrace_values, name) for name in written if hasattr(millrace_values, name)}
real.update(Detections=millrace_detections.Detections, BlockSelf=millrace_host.Self)
missing = {}
for name, cls in real.items():
    own = {n for n in vars(cls) if not n.startswith("_") or n in ("__len__", "__iter__", "__getitem__", "__setitem__")}
    missing[name] = sorted(own - written[name] - {"from_ipc"})
print(json.dumps({"classes": sorted(real), "missing": {k: v for k, v in missing.items() if v},
  "baseline": sorted(set(millrace_host.baseline()) - {"globals"})}))
`;
    const classes = ["Batch", "BlockSelf", "Detections", "ImageParentMetadata", "OriginCoordinatesSystem"];
    const found = ask(program, pythonStub(null)) as { baseline: string[] };
    expect(found).toMatchObject({ classes: [...classes, "VideoMetadata", "WorkflowImageData"], missing: {} });
    const named = (name: string) => new RegExp(`\\b(as|class) ${name}\\b|^${name} =`, "m").test(pythonStub(null));
    expect(found.baseline.filter((name) => !named(name))).toEqual([]);
  });

  pythonTest("takes parameters in the order that Python asks for", () => {
    const signature = /# (def run\(.*)$/m.exec(pythonStub(BLOCK))?.[1] ?? "";
    const program = "import ast, json, sys; print(json.dumps(ast.parse(sys.stdin.read()).body[0].name))";
    expect(ask(program, signature)).toBe("run");
  });

  pythonTest("names types that code may write in annotations, as the documentation shows", async () => {
    const page = readFileSync(fileURLToPath(new URL("../../../docs/code-blocks.md", import.meta.url)), "utf8");
    const [, shown = ""] = /^```python\n(def run\(self: BlockSelf[\s\S]*?)^```/m.exec(page) ?? [];
    const outputs = ["run_count", "current", "previous"];
    const more = { python: python ?? "", outputs };
    expect(await openBlock(shown, more).call({ input_value: 7 })).toEqual({ run_count: 1, current: 7, previous: null });
  });
});
