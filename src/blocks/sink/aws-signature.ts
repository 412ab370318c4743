import { createHash, createHmac } from "node:crypto";

export interface AwsKeys {
  keyId: string;
  secret: string;
  /** Of temporary keys. */
  sessionToken?: string | undefined;
}

export interface AwsRequest {
  method: "PUT";
  url: string;
  region: string;
  service: "s3";
  body: Uint8Array;
  contentType: string;
  time: Date;
}

/** Headers of a request to AWS, signed in version 4 of its scheme. */
export function signedHeaders(request: AwsRequest, keys: AwsKeys): Record<string, string> {
  const { method, region, service, body, contentType, time } = request;
  const url = new URL(request.url);
  const stamp = time.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const day = stamp.slice(0, 8);
  const headers: Record<string, string> = {
    "content-type": contentType,
    host: url.host,
    "x-amz-content-sha256": digest(body),
    "x-amz-date": stamp,
    ...(keys.sessionToken === undefined ? {} : { "x-amz-security-token": keys.sessionToken }),
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    method,
    url.pathname,
    "",
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    digest(body),
  ].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", stamp, scope, digest(canonical)].join("\n");
  const key = [day, region, service, "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${keys.secret}`);
  const signature = hmac(key, text).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.keyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...headers, authorization };
}

/** A path as AWS signs it: everything but letters, digits and -._~/ in percent. */
export function awsPath(path: string): string {
  return path
    .split("/")
    .map((part) =>
      encodeURIComponent(part).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join("/");
}

function digest(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
