import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { millrace } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

const folder = useFolder();

test("a run ends after what its sinks send in the background, and files are confined as the environment says", async () => {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    bodies.push(body);
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const step = (name: string, more: object) => ({ name, ...more });
  const definition = {
    version: "1.0",
    inputs: [{ type: "WorkflowParameter", name: "text", kind: ["string"] }],
    steps: [
      step("hook", {
        type: "roboflow_core/webhook_sink@v1",
        url: `http://127.0.0.1:${port}/`,
        method: "POST",
        json_payload: { text: "$inputs.text" },
      }),
      ...["allowed", "forbidden"].map((name) =>
        step(name, {
          type: "roboflow_core/local_file_sink@v1",
          content: "$inputs.text",
          file_type: "txt",
          output_mode: "append_log",
          target_directory: folder.path(name),
        }),
      ),
    ],
    outputs: ["hook", "allowed", "forbidden"].map((name) => ({
      type: "JsonField",
      name,
      selector: `$steps.${name}.error_status`,
    })),
  };
  await writeFile(folder.path("sinks.json"), JSON.stringify(definition));
  const env = { ...process.env, WORKFLOW_BLOCKS_WRITE_DIRECTORY: folder.path("allowed") };
  const { code, stdout, stderr } = await millrace(["run", folder.path("sinks.json"), "--param", "text=hello"], { env });
  server.close();
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual([{ hook: false, allowed: false, forbidden: true }]);
  expect(bodies).toEqual(['{"text":"hello"}']);
  const [file = ""] = await readdir(folder.path("allowed"));
  expect(await readFile(folder.path(`allowed/${file}`), "utf8")).toBe("hello\n");
});
