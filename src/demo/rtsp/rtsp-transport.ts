/** What a client asks for in SETUP and this server can serve. */
export type RtspTransport =
  | { kind: "tcp"; rtpChannel: number; rtcpChannel: number }
  | { kind: "udp"; rtpPort: number; rtcpPort: number };

/** The first of the offered transports that is served: unicast RTP over the connection itself or over UDP. */
export function chooseTransport(header: string): RtspTransport | undefined {
  return header
    .split(",")
    .map((offer) => parseOffer(offer.trim()))
    .find((transport) => transport !== undefined);
}

/** The `Transport` header of the response; `serverPorts` are the RTP and RTCP port packets come from over UDP. */
export function formatTransport(transport: RtspTransport, serverPorts: readonly [number, number]): string {
  return transport.kind === "tcp"
    ? `RTP/AVP/TCP;unicast;interleaved=${transport.rtpChannel}-${transport.rtcpChannel}`
    : `RTP/AVP;unicast;client_port=${transport.rtpPort}-${transport.rtcpPort};server_port=${serverPorts.join("-")}`;
}

function parseOffer(offer: string): RtspTransport | undefined {
  const [profile = "", ...parameters] = offer.split(";");
  if (parameters.includes("multicast") || parameters.some((parameter) => /^mode="?record/i.test(parameter))) {
    return undefined;
  }
  if (profile === "RTP/AVP/TCP") return overTcp(pair(parameters, "interleaved", 255) ?? [0, 1]);
  if (profile !== "RTP/AVP" && profile !== "RTP/AVP/UDP") return undefined;
  const ports = pair(parameters, "client_port", 65535);
  return ports && { kind: "udp", rtpPort: ports[0], rtcpPort: ports[1] };
}

function overTcp([rtpChannel, rtcpChannel]: [number, number]): RtspTransport {
  return { kind: "tcp", rtpChannel, rtcpChannel };
}

/** `name=4-5`, or `name=4` for 4 and 5. */
function pair(parameters: string[], name: string, limit: number): [number, number] | undefined {
  const value = parameters.find((parameter) => parameter.startsWith(`${name}=`))?.slice(name.length + 1);
  const match = /^(\d+)(?:-(\d+))?$/.exec(value ?? "");
  if (match === null) return undefined;
  const first = Number(match[1]);
  const second = Number(match[2] ?? first + 1);
  return first <= limit && second <= limit ? [first, second] : undefined;
}
