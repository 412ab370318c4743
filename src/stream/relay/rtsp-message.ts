/** A request or response of RTSP. Bytes are Latin-1, so that what is not understood passes unchanged. */
export interface RtspMessage {
  /** `DESCRIBE rtsp://… RTSP/1.0` or `RTSP/1.0 200 OK`. */
  start: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: string;
}

export function parseMessage(bytes: Buffer): RtspMessage {
  const text = bytes.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  const [start = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return colon === -1 ? (["", line] as const) : ([line.slice(0, colon), line.slice(colon + 1).trim()] as const);
  });
  return { start, headers, body: text.slice(end + 4) };
}

export function formatMessage({ start, headers, body }: RtspMessage): Buffer {
  const lines = headers.map(([name, value]) => (name === "" ? value : `${name}: ${value}`));
  return Buffer.from(`${[start, ...lines].join("\r\n")}\r\n\r\n${body}`, "latin1");
}

export function isResponse({ start }: RtspMessage): boolean {
  return start.startsWith("RTSP/");
}

/** Status and reason of a response. */
export function statusOf({ start }: RtspMessage): { status: number; reason: string } {
  const [, status = "0", reason = ""] = /^RTSP\/\S+ (\d+) ?(.*)$/.exec(start) ?? [];
  return { status: Number(status), reason };
}

/** All values of a header, whose name is written as it likes. */
export function valuesOf({ headers }: RtspMessage, name: string): string[] {
  return headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

/** The message with the header once, in place of what it had. */
export function withHeader(message: RtspMessage, name: string, value: string): RtspMessage {
  const others = message.headers.filter(([key]) => key.toLowerCase() !== name.toLowerCase());
  return { ...message, headers: [...others, [name, value]] };
}
