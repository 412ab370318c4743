import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { pause } from "../../../base/clock.ts";

/** A camera that answered. Its stream's address is not known by that. */
export interface FoundCamera {
  host: string;
  /** By its own words, else its host. */
  name: string;
  /** Of its ONVIF device service. */
  service: string;
}

export interface SearchSettings {
  address?: string;
  port?: number;
  waitMs?: number;
}

/** Where WS-Discovery is spoken. */
const GROUP = "239.255.255.250";
const PORT = 3702;
const WAIT_MS = 3000;
/** Answers are small; a sender of more is no camera. */
const MOST_ANSWERS = 1000;

/** Cameras of the local networks that answer a probe of WS-Discovery for ONVIF, by host. */
export async function findCameras({
  address = GROUP,
  port = PORT,
  waitMs = WAIT_MS,
}: SearchSettings = {}): Promise<FoundCamera[]> {
  const id = `urn:uuid:${randomUUID()}`;
  const found = new Map<string, FoundCamera>();
  let answers = 0;
  const sockets = localAddresses().map(async (local) => {
    const socket = createSocket("udp4");
    socket.on("error", () => {});
    socket.on("message", (message) => {
      if (answers++ > MOST_ANSWERS) return;
      for (const camera of camerasIn(message.toString("utf8"), id)) found.set(camera.host, camera);
    });
    try {
      socket.bind(0, local);
      await once(socket, "listening");
      socket.setMulticastInterface(local);
      // Packets get lost; a camera answers one message once.
      for (let i = 0; i < 2; i++) socket.send(probe(id), port, address, () => {});
    } catch {
      // An interface that is down has no cameras.
    }
    return socket;
  });
  const opened = await Promise.all(sockets);
  await pause(waitMs);
  for (const socket of opened) socket.close();
  return [...found.values()].toSorted((a, b) => a.host.localeCompare(b.host, "en", { numeric: true }));
}

function localAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ family }) => family === "IPv4").map(({ address }) => address);
}

function probe(id: string): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"',
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">',
    `<e:Header><w:MessageID>${id}</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>`,
    "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>",
    "<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>",
  ].join("");
}

/** Those in an answer to our probe; others are asked too, and answer everybody. */
function camerasIn(text: string, id: string): FoundCamera[] {
  if (!textsOf(text, "RelatesTo").includes(id)) return [];
  return textsOf(text, "ProbeMatch").flatMap((match) => {
    const services = textsOf(match, "XAddrs").flatMap((addresses) => addresses.split(/\s+/));
    const service = services.find((address) => /^https?:/.test(address) && URL.canParse(address));
    if (service === undefined) return [];
    const host = new URL(service).hostname;
    return [{ host, service, name: nameIn(textsOf(match, "Scopes").join(" ")) ?? host }];
  });
}

/** Texts of the elements of a name, in whichever namespace. */
function textsOf(xml: string, name: string): string[] {
  const element = new RegExp(`<(?:[\\w-]+:)?${name}(?:\\s[^>]*)?>([^]*?)</(?:[\\w-]+:)?${name}>`, "g");
  return Array.from(xml.matchAll(element), ([, text = ""]) => text.trim());
}

function nameIn(scopes: string): string | null {
  const [, name = ""] = /onvif:\/\/www\.onvif\.org\/name\/(\S+)/i.exec(scopes) ?? [];
  try {
    return decodeURIComponent(name) || null;
  } catch {
    return name;
  }
}
