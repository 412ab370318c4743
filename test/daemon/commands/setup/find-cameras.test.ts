import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { findCameras } from "../../../../src/daemon/commands/setup/find-cameras.ts";

const envelope = (relatesTo: string, matches: string) => `<?xml version="1.0"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"
  xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><SOAP-ENV:Header><wsa:RelatesTo>${relatesTo}</wsa:RelatesTo></SOAP-ENV:Header>
<SOAP-ENV:Body><d:ProbeMatches>${matches}</d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>`;

const match = (scopes: string, addresses: string) =>
  `<d:ProbeMatch><d:Scopes MatchBy="x">${scopes}</d:Scopes><d:XAddrs>${addresses}</d:XAddrs></d:ProbeMatch>`;

/** A device that answers probes with what it is given, as often as it is asked. */
async function responder(answers: (id: string) => string[]) {
  const socket = createSocket("udp4");
  const asked: string[] = [];
  socket.on("message", (message, { address, port }) => {
    const text = message.toString();
    asked.push(text);
    const [, id = ""] = /<w:MessageID>([^<]+)</.exec(text) ?? [];
    for (const answer of answers(id)) socket.send(answer, port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return { port: socket.address().port, asked };
}

test("cameras that answer are found once, by name, with the address of their service", async () => {
  const { port, asked } = await responder((id) => [
    envelope(
      id,
      match(
        "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Dock%20Gate",
        "urn:x http://192.0.2.20/onvif/device_service http://[fe80::1]/onvif/device_service",
      ) + match("", "http://192.0.2.3:8080/onvif/device_service"),
    ),
    envelope("urn:uuid:of-another", match("", "http://192.0.2.9/onvif")),
    "no XML at all <XAddrs>",
  ]);
  expect(await findCameras({ address: "127.0.0.1", port, waitMs: 1500 })).toEqual([
    { host: "192.0.2.3", name: "192.0.2.3", service: "http://192.0.2.3:8080/onvif/device_service" },
    { host: "192.0.2.20", name: "Dock Gate", service: "http://192.0.2.20/onvif/device_service" },
  ]);
  expect(asked[0]).toContain("<d:Types>dn:NetworkVideoTransmitter</d:Types>");
});

test("where none answers none is found", async () => {
  const { port } = await responder(() => []);
  expect(await findCameras({ address: "127.0.0.1", port, waitMs: 50 })).toEqual([]);
});
