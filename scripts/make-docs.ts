import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { asyncApi } from "../src/daemon/commands/asyncapi.ts";
import { listBlocks } from "../src/daemon/commands/block-list.ts";
import { schemaOf } from "../src/daemon/commands/json-schema.ts";
import { commandSchema, VERBS } from "../src/publish/messages/commands.ts";
import { PAYLOAD_NAMES, PLAIN_PAYLOADS, payloadSchema } from "../src/publish/messages/schemas.ts";
import { apiPage } from "./docs/api-page.ts";
import { blockPages } from "./docs/blocks-page.ts";
import { configPage } from "./docs/config-page.ts";
import { errorsPage } from "./docs/errors-page.ts";
import { metricsPage } from "./docs/metrics-page.ts";
import { commandSchemaPath, payloadsPage, schemaPath } from "./docs/payloads-page.ts";
import type { JsonSchema } from "./docs/schema-words.ts";

// `npm run docs` writes the pages of docs/reference and the files of schemas; docs.test.ts compares them.

const NOTE = "<!-- Written by scripts/make-docs.ts; edit the declarations in src instead. -->\n\n";

/** Generated files by path from the root of the repository. */
export function generatedFiles(): Map<string, string> {
  const pages = {
    ...Object.fromEntries(blockPages(listBlocks())),
    "docs/reference/api.md": apiPage(),
    "docs/reference/config.md": configPage(schemaOf("config") as JsonSchema),
    "docs/reference/errors.md": errorsPage(),
    "docs/reference/metrics.md": metricsPage(),
    "docs/reference/payloads.md": payloadsPage(),
  };
  const schemas = PAYLOAD_NAMES.filter((name) => !PLAIN_PAYLOADS.includes(name)).map((name): [string, string] => {
    return [schemaPath(name), `${JSON.stringify(payloadSchema(name), null, 2)}\n`];
  });
  const commands = VERBS.map((verb): [string, string] => {
    return [commandSchemaPath(verb), `${JSON.stringify(commandSchema(verb), null, 2)}\n`];
  });
  return new Map([
    ...Object.entries(pages).map(([path, text]): [string, string] => [path, NOTE + text]),
    ...schemas,
    ...commands,
    ["schemas/asyncapi.json", `${JSON.stringify(asyncApi(), null, 2)}\n`],
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  await rm(`${root}docs/reference/blocks`, { recursive: true, force: true });
  for (const [path, text] of generatedFiles()) {
    await mkdir(dirname(root + path), { recursive: true });
    await writeFile(root + path, text);
  }
}
