import { startsH264Group } from "./rtsp/rtp-packet.ts";
import type { Credentials } from "./rtsp/rtsp-auth.ts";
import type { RtspViewer } from "./rtsp/rtsp-viewer.ts";

export interface StreamSettings {
  /** Session description with one video; its ports and addresses do not matter. */
  sdp: string;
  credentials?: Credentials;
  /** Recognises packets a client can begin with; by default those with H.264 parameter sets, to come before each keyframe. */
  startsGroup?: (packet: Buffer) => boolean;
  /**
   * What a client gets first: the next group (by default), whatever comes next, as of many cameras, or what came since
   * the last group began, as of servers that keep it.
   */
  joins?: "at_group" | "anywhere" | "with_group";
}

/** What is served at one path: packets in, to every client that plays. */
export class LiveStream {
  readonly sdp: string;
  readonly credentials: Credentials | undefined;
  /** While true, new clients get 503. */
  isRefused = false;
  readonly #startsGroup: (packet: Buffer) => boolean;
  readonly #joins: StreamSettings["joins"];
  readonly #viewers = new Set<RtspViewer>();
  #group: Buffer[] = [];
  #isFrozen = false;

  constructor(settings: StreamSettings) {
    this.sdp = settings.sdp;
    this.credentials = settings.credentials;
    this.#startsGroup = settings.startsGroup ?? startsH264Group;
    this.#joins = settings.joins;
  }

  get viewerCount(): number {
    return this.#viewers.size;
  }

  send(rtpPacket: Buffer): void {
    if (this.#isFrozen) return;
    const startsGroup = this.#startsGroup(rtpPacket);
    if (startsGroup) this.#group = [];
    if (this.#joins === "with_group") this.#group.push(rtpPacket);
    for (const viewer of this.#viewers) {
      if (this.#joins !== "with_group" || !viewer.isAwaitingGroup) {
        viewer.send(rtpPacket, startsGroup || this.#joins === "anywhere");
      } else this.#group.forEach((packet, index) => void viewer.send(packet, index === 0));
    }
  }

  sendRtcp(packet: Buffer): void {
    if (this.#isFrozen) return;
    for (const viewer of this.#viewers) viewer.sendRtcp(packet);
  }

  join(viewer: RtspViewer): void {
    this.#viewers.add(viewer);
  }

  leave(viewer: RtspViewer): void {
    this.#viewers.delete(viewer);
  }

  /** Keeps every connection, and stops or resumes the packets; they resume with a group. */
  setFrozen(isFrozen: boolean): void {
    this.#isFrozen = isFrozen;
    if (isFrozen) for (const viewer of this.#viewers) viewer.awaitGroup();
  }

  /** Cuts the connections of all its clients. */
  dropViewers(): void {
    for (const viewer of this.#viewers) viewer.disconnect();
    this.#viewers.clear();
  }
}
