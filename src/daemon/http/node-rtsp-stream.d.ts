declare module "node-rtsp-stream/mpeg1muxer.js" {
  import type { ChildProcess } from "node:child_process";
  import { EventEmitter } from "node:events";

  interface MuxerOptions {
    url: string;
    ffmpegPath: string;
    ffmpegOptions?: Record<string, string | number>;
  }

  /** Runs ffmpeg from an address to MPEG-1 in a transport stream, emitted as `mpeg1data`. */
  class Mpeg1Muxer extends EventEmitter {
    constructor(options: MuxerOptions);
    readonly stream: ChildProcess;
  }
  export default Mpeg1Muxer;
}
