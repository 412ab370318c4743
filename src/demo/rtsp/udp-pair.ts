import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { MillraceError } from "../../base/errors.ts";

/** A keyframe arrives as one burst, while this thread may be busy with something else. */
const RECEIVE_BUFFER_BYTES = 4 << 20;
const ATTEMPTS = 50;

/** Two UDP sockets on adjacent ports, RTP on the even one and RTCP on the next (RFC 3550, 11). */
export interface UdpPair {
  readonly rtp: Socket;
  readonly rtcp: Socket;
  readonly ports: readonly [number, number];
  close(): void;
}

/** Binds a free pair on an IPv4 address. Throws a MillraceError with code `RTP_NO_PORTS` when none is found. */
export async function openUdpPair(host: string): Promise<UdpPair> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const rtp = await bind(host, 0);
    const port = rtp?.address().port ?? 1;
    const rtcp = port % 2 === 0 ? await bind(host, port + 1) : undefined;
    if (rtp !== undefined && rtcp !== undefined) return pairOf(rtp, rtcp);
    rtp?.close();
  }
  throw new MillraceError("RTP_NO_PORTS", `no two adjacent UDP ports are free on ${host}`);
}

function pairOf(rtp: Socket, rtcp: Socket): UdpPair {
  // A client that closed its ports answers by ICMP, which surfaces here; its session ends with its connection.
  for (const socket of [rtp, rtcp]) socket.on("error", () => {});
  const close = () => {
    for (const socket of [rtp, rtcp]) socket.close();
  };
  return { rtp, rtcp, ports: [rtp.address().port, rtcp.address().port], close };
}

async function bind(host: string, port: number): Promise<Socket | undefined> {
  const socket = createSocket({ type: "udp4", recvBufferSize: RECEIVE_BUFFER_BYTES });
  try {
    const listening = once(socket, "listening");
    socket.bind(port, host);
    await listening;
    return socket;
  } catch {
    socket.close();
    return undefined;
  }
}
