import type { RtspConnection } from "./rtsp-connection.ts";
import type { RtspTransport } from "./rtsp-transport.ts";
import type { UdpPair } from "./udp-pair.ts";

/** A client that is so much behind gets no more packets until it caught up and a group starts. */
const BACKLOG_LIMIT_BYTES = 1 << 20;

/** One client of one stream, from SETUP until its session ends. */
export class RtspViewer {
  isPlaying = false;
  packetsDropped = 0;
  readonly #connection: RtspConnection;
  readonly #transport: RtspTransport;
  readonly #udp: UdpPair;
  #isAwaitingGroup = true;

  /** Plays, and is to begin with a group. */
  get isAwaitingGroup(): boolean {
    return this.isPlaying && this.#isAwaitingGroup;
  }

  constructor(connection: RtspConnection, transport: RtspTransport, udp: UdpPair) {
    this.#connection = connection;
    this.#transport = transport;
    this.#udp = udp;
  }

  send(rtpPacket: Buffer, startsGroup: boolean): void {
    if (!this.isPlaying) return;
    const isBehind = this.#connection.backlogBytes > BACKLOG_LIMIT_BYTES;
    this.#isAwaitingGroup = isBehind || (this.#isAwaitingGroup && !startsGroup);
    if (this.#isAwaitingGroup) this.packetsDropped++;
    else this.#deliver(rtpPacket, "rtp");
  }

  sendRtcp(packet: Buffer): void {
    if (this.isPlaying && !this.#isAwaitingGroup) this.#deliver(packet, "rtcp");
  }

  awaitGroup(): void {
    this.#isAwaitingGroup = true;
  }

  disconnect(): void {
    this.#connection.destroy();
  }

  #deliver(packet: Buffer, kind: "rtp" | "rtcp"): void {
    const transport = this.#transport;
    if (transport.kind === "tcp") {
      this.#connection.sendInterleaved(kind === "rtp" ? transport.rtpChannel : transport.rtcpChannel, packet);
    } else {
      const port = kind === "rtp" ? transport.rtpPort : transport.rtcpPort;
      this.#udp[kind].send(packet, port, this.#connection.remoteAddress);
    }
  }
}
