import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { s3SinkV1 } from "../../../src/blocks/sink/s3-sink.ts";
import { openSink } from "./open-sink.ts";
import { type Asked, openService } from "./service-double.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const KEYS = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: SECRET };
const LITERALS = { file_type: "txt", output_mode: "separate_files", bucket_name: "counts", s3_prefix: "/door 1/" };

/** Holds objects as S3 does: a request whose signature is not that of the key is refused. */
const openBucket = () =>
  openService((asked, response) => {
    if (signatureOf(asked) === /Signature=(\w+)$/.exec(asked.headers.authorization ?? "")?.[1])
      return void response.end();
    response.writeHead(403).end("<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>");
  });

function signatureOf({ method, path, headers, body }: Asked): string {
  const [, day = "", region = "", names = ""] =
    /Credential=[^/]+\/(\d+)\/([\w-]+)\/s3\/aws4_request, SignedHeaders=([\w;-]+)/.exec(headers.authorization ?? "") ??
    [];
  const sha = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
  const mac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const lines = names.split(";").map((name) => `${name}:${String(headers[name])}\n`);
  const canonical = `${method}\n${path}\n\n${lines.join("")}\n${names}\n${sha(body)}`;
  const text = `AWS4-HMAC-SHA256\n${String(headers["x-amz-date"])}\n${day}/${region}/s3/aws4_request\n${sha(canonical)}`;
  return mac(mac(mac(mac(mac(`AWS4${SECRET}`, day), region), "s3"), "aws4_request"), text).toString("hex");
}

test("a text becomes an object, signed with the key of the environment", async () => {
  const { base, asked } = await openBucket();
  const sink = openSink(s3SinkV1, LITERALS, {
    variables: { ...KEYS, AWS_ENDPOINT_URL: base, AWS_REGION: "eu-west-1" },
  });
  expect(await sink.run({ content: "ä" })).toEqual({ error_status: false, message: "written" });
  expect(asked[0]?.method).toBe("PUT");
  expect(asked[0]?.path).toMatch(/^\/counts\/door%201\/workflow_output_[\d_]+\.txt$/);
  expect(asked[0]?.body.toString()).toBe("ä\n");
  expect(asked[0]?.headers.authorization).toContain("/eu-west-1/s3/");
});

test("the object of a log is written again with each entry, until the next begins", async () => {
  const { base, asked } = await openBucket();
  const literals = { ...LITERALS, file_type: "csv", output_mode: "append_log", max_entries_per_file: 2 };
  const sink = openSink(s3SinkV1, literals, { variables: { ...KEYS, AWS_ENDPOINT_URL: base } });
  for (const n of [1, 2, 3]) await sink.run({ content: `n\n${n}\n` });
  expect(asked.map(({ body }) => body.toString())).toEqual(["n\n1\n", "n\n1\n2\n", "n\n3\n"]);
  expect(new Set(asked.map(({ path }) => path)).size).toBe(2);
});

test("a refusal is an error in the bucket's words, and entries of a log go with the next that is taken", async () => {
  const { base, asked } = await openBucket();
  const literals = {
    ...LITERALS,
    output_mode: "append_log",
    aws_access_key_id: "AKIA",
    aws_secret_access_key: "wrong",
  };
  const sink = openSink(s3SinkV1, literals, { variables: { AWS_ENDPOINT_URL: base } });
  expect(await sink.run({ content: "a" })).toMatchObject({
    error_status: true,
    message: "S3 answered with status 403: SignatureDoesNotMatch, no",
  });
  expect(await sink.run({ content: "b", aws_secret_access_key: SECRET })).toMatchObject({ error_status: false });
  expect(asked.at(-1)?.body.toString()).toBe("a\nb\n");
});

test("a bucket that is away is left for a while, and no frame waits for it", async () => {
  const variables = { ...KEYS, AWS_ENDPOINT_URL: "http://127.0.0.1:9" };
  const sink = openSink(s3SinkV1, LITERALS, { variables });
  const messages = [];
  for (let i = 0; i < 3; i++) messages.push((await sink.run({ content: "a" }))["message"]);
  expect(messages.at(-1)).toMatch(/^the bucket cannot be reached, next attempt in/);
  expect(sink.events.map((event) => "code" in event && event.code)).toEqual(["HTTP_FAILED", "HTTP_FAILED", "S3_AWAY"]);
});

test("without a key it says what to set", async () => {
  expect((await openSink(s3SinkV1, LITERALS).run({ content: "a" }))["message"]).toContain('set "aws_access_key_id"');
});
