declare module "rtsp-server" {
  import type { Server } from "node:net";
  import type { Duplex, PassThrough, Writable } from "node:stream";

  interface IncomingMessage extends PassThrough {
    readonly method: string;
    readonly uri: string;
    readonly rtspVersion: string;
    /** Names in lower case; a header that came twice is joined by commas. */
    readonly headers: Readonly<Record<string, string | undefined>>;
    /** The stream given with the `connection` event. */
    readonly socket: Duplex;
  }

  interface ServerResponse extends Writable {
    statusCode: number;
    statusMessage?: string;
    setHeader(name: string, value: string | number | readonly string[]): void;
    removeHeader(name: string): void;
  }

  /** A plain TCP server that emits `request`; a stream handed to it with `emit("connection", stream)` is served too. */
  export function createServer(onRequest: (request: IncomingMessage, response: ServerResponse) => void): Server;
}
