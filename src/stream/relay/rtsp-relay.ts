import { createServer, type Socket } from "node:net";
import { AddressMap } from "./address-map.ts";
import { listenOnLoopback } from "./loopback.ts";
import { isOwnPeer } from "./own-peer.ts";
import type { DoorSettings, Relay } from "./relay.ts";
import { RtspPassage } from "./rtsp-passage.ts";

/** A relay between an ffmpeg and a camera, both of which speak RTSP. */
export async function openRtspRelay(settings: DoorSettings): Promise<Relay> {
  const server = createServer({ noDelay: true });
  const loopback = await listenOnLoopback(server);
  const addresses = new AddressMap(`rtsp://${loopback.host}/${loopback.token}`, settings.url);
  const passages = new Set<RtspPassage>();
  let mediaAt: number | null = null;
  server.on("connection", async (client: Socket) => {
    client.on("error", () => client.destroy());
    if (!(await isOwnPeer(client))) return void client.destroy();
    const media = () => {
      mediaAt = performance.now();
    };
    const passage = new RtspPassage(client, { ...settings, addresses, media });
    passages.add(passage);
    client.once("close", () => {
      passage.close();
      passages.delete(passage);
    });
  });
  return {
    url: addresses.toLocal(settings.url),
    get mediaAt() {
      return mediaAt;
    },
    close() {
      for (const passage of passages) passage.close();
      loopback.close();
    },
  };
}
