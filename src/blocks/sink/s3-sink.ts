import { z } from "zod";
import { EffectError, messageOf } from "../../base/errors.ts";
import { RetryGate } from "../../base/retry-gate.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";
import type { Services } from "../contract/services.ts";
import { type AwsKeys, awsPath, signedHeaders } from "./aws-signature.ts";
import { FileNames } from "./file-names.ts";
import { type FileType, logEntry, withEnd } from "./log-entry.ts";
import { SINKS_ARE_OFF } from "./sink-fields.ts";

const text = () => orRef(z.string(), "string");
const secret = () => orRef(z.string(), "secret", "string").nullable().default(null);

export const s3SinkV1 = defineBlock({
  type: "roboflow_core/s3_sink@v1",
  category: "sink",
  summary: "Writes texts to an S3 bucket.",
  inputs: () =>
    z.object({
      content: ref("string").describe("Text to write."),
      file_type: z.enum(["csv", "json", "txt"]).default("csv").describe("Form of the content, and ending of the name."),
      output_mode: z
        .enum(["append_log", "separate_files"])
        .describe(
          "Entries one after the other in one object, or an object for each; a log of JSON is a .jsonl object.",
        ),
      bucket_name: text().describe("Bucket."),
      s3_prefix: text().default("").describe("Folder in the bucket."),
      file_name_prefix: text().default("workflow_output").describe("Beginning of the names; the time follows."),
      max_entries_per_file: orRef(z.int().positive(), "string")
        .default(1024)
        .describe("Entries of a log after which the next object begins, as it does after 4 MB."),
      aws_access_key_id: secret().describe("Id of the key; AWS_ACCESS_KEY_ID by default."),
      aws_secret_access_key: secret().describe("The key; AWS_SECRET_ACCESS_KEY by default."),
      aws_region: text()
        .nullable()
        .default(null)
        .describe("Region of the bucket; AWS_REGION by default, else us-east-1."),
    }),
  outputs: { error_status: "boolean", message: "string" },
  sink: true,
  needs: ["http", "background", "environment", "time"],
  example: {
    content: "$steps.table.csv_content",
    output_mode: "append_log",
    bucket_name: "counts",
    s3_prefix: "door",
  },
  prepare: () => new Objects(),
  async run(inputs, { step, prepared, services }) {
    if (services.background.isOff) return { error_status: false, message: SINKS_ARE_OFF };
    try {
      await services.background.attend(step, () => prepared.put(inputs, services));
      return { error_status: false, message: "written" };
    } catch (error) {
      return { error_status: true, message: messageOf(error) };
    }
  },
});

interface Inputs {
  content: string;
  file_type: FileType;
  output_mode: "append_log" | "separate_files";
  bucket_name: string;
  s3_prefix: string;
  file_name_prefix: string;
  max_entries_per_file: number | string;
  aws_access_key_id: string | null;
  aws_secret_access_key: string | null;
  aws_region: string | null;
}

type Around = Pick<Services, "http" | "environment" | "time">;

/** An object that grows: S3 appends nothing, so it is written again with each entry. */
interface Log {
  key: string;
  entries: number;
  text: string;
}

const TIMEOUT_MS = 5000;
const LARGEST_LOG = 4 * 2 ** 20;
const TYPES: Readonly<Record<string, string>> = { csv: "text/csv", json: "application/json", txt: "text/plain" };

/** The objects that a step writes. */
class Objects {
  readonly #names = new FileNames();
  readonly #logs = new Map<string, Log>();
  /** A bucket that cannot be reached costs no frame more than a moment; entries of logs wait for the next attempt. */
  readonly #gate = new RetryGate({ freeFailures: 1, firstMs: 1000, longestMs: 30_000 });

  async put(inputs: Inputs, around: Around): Promise<void> {
    const { content, output_mode, file_type } = inputs;
    const name = this.#names.at(around.time.now());
    if (output_mode === "separate_files") {
      return this.#send(`${placeOf(inputs)}_${name}.${file_type}`, withEnd(content), inputs, around);
    }
    const { key, text } = this.#logged(inputs, name);
    return this.#send(key, text, inputs, around);
  }

  #logged(inputs: Inputs, name: string): Log {
    const { content, file_type: type, max_entries_per_file: most } = inputs;
    const place = `${inputs.bucket_name} ${placeOf(inputs)}.${type}`;
    const known = this.#logs.get(place);
    const isFull = known !== undefined && (known.entries >= Number(most) || known.text.length >= LARGEST_LOG);
    const key = `${placeOf(inputs)}_${name}.${type === "json" ? "jsonl" : type}`;
    const log = known === undefined || isFull ? { key, entries: 0, text: "" } : known;
    log.text += logEntry(content, type, log.entries === 0);
    log.entries++;
    this.#logs.set(place, log);
    return log;
  }

  async #send(key: string, text: string, inputs: Inputs, { http, environment, time }: Around): Promise<void> {
    const waitMs = this.#gate.waitMs();
    if (waitMs > 0) {
      throw new EffectError("S3_AWAY", `the bucket cannot be reached, next attempt in ${(waitMs / 1000).toFixed(1)} s`);
    }
    const keys = keysOf(inputs, environment);
    const region = inputs.aws_region ?? environment.address("AWS_REGION", "us-east-1");
    const body = Buffer.from(text);
    const contentType = TYPES[inputs.file_type] ?? "text/plain";
    const url = urlOf(inputs.bucket_name, key, environment.address("AWS_ENDPOINT_URL", ""), region);
    const request = { method: "PUT", url, region, service: "s3", body, contentType, time: time.now() } as const;
    try {
      const headers = signedHeaders(request, keys);
      const answer = await http.send({ method: "PUT", url, headers, body, timeoutMs: TIMEOUT_MS, isRedirected: false });
      if (answer.status >= 300) throw new EffectError("HTTP_STATUS", refusal(answer));
      this.#gate.succeeded();
    } catch (error) {
      this.#gate.failed();
      throw error;
    }
  }
}

function placeOf({ s3_prefix, file_name_prefix }: Inputs): string {
  const folder = s3_prefix.replaceAll(/^\/+|\/+$/g, "");
  return folder === "" ? file_name_prefix : `${folder}/${file_name_prefix}`;
}

function keysOf({ aws_access_key_id, aws_secret_access_key }: Inputs, environment: Services["environment"]): AwsKeys {
  const keyId = aws_access_key_id ?? environment.secret("AWS_ACCESS_KEY_ID");
  const secret = aws_secret_access_key ?? environment.secret("AWS_SECRET_ACCESS_KEY");
  if (keyId === null || secret === null) {
    const message =
      'there is no key: set "aws_access_key_id" and "aws_secret_access_key", or these variables in capitals';
    throw new EffectError("S3_NO_KEY", message);
  }
  environment.keepSecret(secret);
  // A token belongs to the keys that stand beside it.
  const token = aws_access_key_id === null ? environment.secret("AWS_SESSION_TOKEN") : null;
  return { keyId, secret, ...(token === null ? {} : { sessionToken: token }) };
}

/** At Amazon the bucket is a part of the host's name; servers of one's own have it in the path. */
function urlOf(bucket: string, key: string, endpoint: string, region: string): string {
  if (endpoint !== "") return `${endpoint}/${awsPath(bucket)}/${awsPath(key)}`;
  return `https://${bucket}.s3.${region}.amazonaws.com/${awsPath(key)}`;
}

function refusal({ status, text }: { status: number; text: string }): string {
  const [, code] = /<Code>([^<]*)<\/Code>/.exec(text) ?? [];
  const [, message] = /<Message>([^<]*)<\/Message>/.exec(text) ?? [];
  return `S3 answered with status ${status}${code ? `: ${code}` : ""}${message ? `, ${message}` : ""}`;
}
