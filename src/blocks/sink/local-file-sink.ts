import { z } from "zod";
import { messageOf } from "../../base/errors.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";
import { FileNames } from "./file-names.ts";
import { type FileType, logEntry, withEnd } from "./log-entry.ts";
import { SINKS_ARE_OFF } from "./sink-fields.ts";

export const localFileSinkV1 = defineBlock({
  type: "roboflow_core/local_file_sink@v1",
  category: "sink",
  summary: "Writes texts to local files.",
  inputs: () =>
    z.object({
      content: ref("string").describe("Text to write."),
      file_type: z.enum(["csv", "json", "txt"]).default("csv").describe("Form of the content, and ending of the name."),
      output_mode: z
        .enum(["append_log", "separate_files"])
        .describe("Entries one after the other in one file, or a file for each; a log of JSON is a .jsonl file."),
      target_directory: orRef(z.string(), "string").describe("Folder; it is made where it is missing."),
      file_name_prefix: orRef(z.string(), "string")
        .default("workflow_output")
        .describe("Beginning of the names; the time follows."),
      max_entries_per_file: orRef(z.int().positive(), "string")
        .default(1024)
        .describe("Entries of a log after which the next file begins."),
    }),
  outputs: { error_status: "boolean", message: "string" },
  sink: true,
  needs: ["files", "background", "time"],
  example: {
    content: "$steps.table.csv_content",
    file_type: "csv",
    output_mode: "append_log",
    target_directory: "/var/lib/millrace/logs",
  },
  prepare: () => ({ names: new FileNames(), logs: new Logs() }),
  async run(inputs, { step, prepared, services }) {
    if (services.background.isOff) return { error_status: false, message: SINKS_ARE_OFF };
    const { content, file_type, output_mode } = inputs;
    const name = prepared.names.at(services.time.now());
    const place = `${inputs.target_directory}/${inputs.file_name_prefix}`;
    const write = () =>
      output_mode === "separate_files"
        ? services.files.append(`${place}_${name}.${file_type}`, withEnd(content))
        : prepared.logs.append(place, { name, type: file_type, most: Number(inputs.max_entries_per_file) }, (log) =>
            services.files.append(log.path, logEntry(content, file_type, log.entries === 0)),
          );
    try {
      await services.background.attend(step, write);
      return { error_status: false, message: "written" };
    } catch (error) {
      return { error_status: true, message: messageOf(error) };
    }
  },
});

interface Log {
  path: string;
  entries: number;
}

/** The log files that a step writes to, by their places. */
class Logs {
  readonly #logs = new Map<string, Log>();

  /** An entry counts when it was written. */
  async append(
    place: string,
    { name, type, most }: { name: string; type: FileType; most: number },
    write: (log: Log) => Promise<void>,
  ): Promise<void> {
    const key = `${place}.${type}`;
    let log = this.#logs.get(key);
    if (log === undefined || log.entries >= most) {
      log = { path: `${place}_${name}.${type === "json" ? "jsonl" : type}`, entries: 0 };
      this.#logs.set(key, log);
    }
    await write(log);
    log.entries++;
  }
}
