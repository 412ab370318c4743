import type { IncomingMessage } from "node:http";
import { shownDownload } from "../../base/download-address.ts";
import { ModelError, messageOf } from "../../base/errors.ts";
import { whatIsIt } from "../../inference/files/foreign-file.ts";
import { failed, type GetRequest, get, reasonOf } from "./http-get.ts";
import { full, openPartial, type PartialFile } from "./partial-file.ts";

export interface DownloadRequest extends Pick<GetRequest, "url" | "username" | "password" | "signal"> {
  /** Where the file lies once it is whole. */
  path: string;
  /** Of the file, in hexadecimal digits; null accepts any, and goes on from nothing. */
  sha256: string | null;
  /** Called as bytes come; `total` is null where the server does not say it. */
  progress?: (done: number, total: number | null) => void;
  idleMs?: number;
}

export interface Downloaded {
  sha256: string;
  sizeBytes: number;
}

const IDLE_MS = 30_000;

/**
 * Downloads a file and goes on where an attempt before broke off; the file is in its place only when it is whole and its checksum is
 * right. Throws `ModelError`: MODEL_DOWNLOAD, MODEL_CHECKSUM, MODEL_DISK_FULL, MODEL_DOWNLOAD_BUSY.
 */
export async function download(request: DownloadRequest): Promise<Downloaded> {
  const partial = await openPartial(request.path).catch((error) => {
    throw error instanceof ModelError ? error : failed(request, messageOf(error), error);
  });
  try {
    // A part of no known checksum may be of another file.
    if (request.sha256 === null) await partial.empty();
    const isResumed = partial.size > 0;
    await fetchRest(request, partial);
    if (isResumed && isOther(request, partial)) {
      await partial.empty();
      await fetchRest(request, partial);
    }
    if (isOther(request, partial)) throw await wrongChecksum(request, partial);
    const found = { sha256: partial.digest(), sizeBytes: partial.size };
    await partial.finish();
    return found;
  } catch (error) {
    // A full disk costs more than the part is worth.
    const isUseless = error instanceof ModelError && ["MODEL_CHECKSUM", "MODEL_DISK_FULL"].includes(error.code);
    await (isUseless ? partial.remove() : partial.close().catch(() => {}));
    throw error;
  }
}

function isOther({ sha256 }: DownloadRequest, partial: PartialFile): boolean {
  return sha256 !== null && partial.digest() !== sha256.toLowerCase();
}

async function fetchRest(request: DownloadRequest, partial: PartialFile): Promise<void> {
  const response = await get({ ...request, offset: partial.size, idleMs: request.idleMs ?? IDLE_MS });
  try {
    const { isWhole, total } = await begin(response, request, partial);
    if (!isWhole) await receive(response, { request, partial, total });
  } finally {
    response.destroy();
  }
}

/** Where the answer begins: at the end of what has come, or at the first byte. */
async function begin(response: IncomingMessage, request: DownloadRequest, partial: PartialFile) {
  const { statusCode: status = 0, headers } = response;
  const [, from, , of] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(headers["content-range"] ?? "") ?? [];
  if (status === 416 && Number(of) === partial.size) return { isWhole: true, total: partial.size };
  if (status === 206 && Number(from) !== partial.size) throw failed(request, "the server sent another part");
  if (status === 416) {
    await partial.empty();
    throw failed(request, "the file there is shorter than what has come: it is fetched from its beginning next time");
  }
  if (status !== 200 && status !== 206) throw failed(request, statusReason(status));
  if (status === 200 && partial.size > 0) await partial.empty();
  const length = headers["content-length"] === undefined ? null : Number(headers["content-length"]);
  if (length !== null) await partial.checkRoom(length);
  return { isWhole: false, total: length === null ? null : partial.size + length };
}

interface Receiving {
  request: DownloadRequest;
  partial: PartialFile;
  total: number | null;
}

async function receive(response: IncomingMessage, { request, partial, total }: Receiving): Promise<void> {
  const { progress, signal, path, url } = request;
  try {
    for await (const chunk of response) {
      await partial.append(chunk as Uint8Array);
      progress?.(partial.size, total);
    }
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") throw full(path, null, null);
    if (error instanceof ModelError) throw error;
    const of = total === null ? "" : ` of ${total}`;
    throw failed(request, `${reasonOf(error, url)} after ${partial.size}${of} bytes`, error);
  }
  if (total !== null && partial.size !== total) {
    throw failed(request, `the connection ended after ${partial.size} of ${total} bytes`);
  }
}

const STATUS: Readonly<Record<number, string>> = {
  401: "a user name and a password are needed, or these are wrong",
  403: "it may not be read",
  404: "there is no such file",
  410: "the file is gone",
  429: "the server is asked too often",
};

function statusReason(status: number): string {
  const known = STATUS[status];
  return known === undefined ? `the server answers HTTP ${status}` : `${known} (HTTP ${status})`;
}

async function wrongChecksum({ url, sha256 }: DownloadRequest, partial: PartialFile): Promise<ModelError> {
  const found = partial.digest();
  const other = whatIsIt(await partial.head());
  const what = `the checksum of ${partial.size} bytes from ${shownDownload(url)} is wrong: expected ${sha256}, found ${found}${other === null ? "" : ` (${other})`}`;
  return new ModelError("MODEL_CHECKSUM", what, { expected: sha256, found });
}
