import { readdirSync, readFileSync } from "node:fs";
import { ERROR_CODES } from "./error-codes.ts";
import { table } from "./schema-words.ts";

/** docs/reference/errors.md. */
export function errorsPage(): string {
  const rows = Object.entries(ERROR_CODES).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [
    "# Error codes",
    "",
    "Codes are stable; messages may change. Faults in what a user wrote are gathered and reported together, each with its own code and",
    "the place where it stands, and end a command with exit code 2. Failures while running end it with exit code 1, or are logged",
    "by the daemon, which goes on.",
    "",
    table(
      ["Code", "Meaning"],
      rows.map(([code, meaning]) => [`\`${code}\``, meaning]),
    ),
    "",
  ].join("\n");
}

/** Upper-case words in the source that are no error codes, those of Node among them. */
const OTHERS =
  /^(ERR_[A-Z_]+|ALLOW_CUSTOM_PYTHON_EXECUTION_IN_WORKFLOWS|ALLOW_WORKFLOW_BLOCKS_ACCESSING_[A-Z_]+|SSL_CERT_FILE|AWS_[A-Z0-9_]+|[A-Z0-9_]+_(BASE_URL|API_KEY)|WORKFLOW_BLOCKS_WRITE_DIRECTORY|NOTIFY_SOCKET|NO_COLOR|MQTT_PASSWORD|WATCHDOG_(USEC|PID)|MILLRACE_[A-Z_]+|WORKFLOWS_PLUGINS|WORKFLOW_DISABLED_BLOCK_(TYPES|PATTERNS)|GET_PARAMETER|(DOCUMENT_)?TEXT_DETECTION|ROBOFLOW_MANAGED_KEY|(TOP|BOTTOM|CENTER)_(LEFT|RIGHT|CENTER|OF_MASS))$/;
const QUOTED = /"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|DYN\d{3})"/g;
const FIRST_ARGUMENT = /(?:Error|super)\(\s*"([A-Z][A-Z0-9_]*)"/g;

/** Every error code in the TypeScript files of a folder. */
export function findErrorCodes(source: string): Set<string> {
  const codes = new Set<string>();
  for (const name of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    const text = readFileSync(`${source}/${name}`, "utf8");
    for (const pattern of [QUOTED, FIRST_ARGUMENT]) {
      for (const [, code = ""] of text.matchAll(pattern)) if (!OTHERS.test(code)) codes.add(code);
    }
    for (const cause of causes(text)) codes.add(`STREAM_${cause.toUpperCase()}`);
  }
  return codes;
}

/** Codes of failed cameras are made of their causes, which stand in one list. */
function causes(text: string): string[] {
  const list = /const CAUSES = \[([^\]]*)\] as const/.exec(text)?.[1] ?? "";
  return Array.from(list.matchAll(/"(\w+)"/g), ([, cause = ""]) => cause);
}
