import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { connectClient } from "../../../src/publish/broker/connect-client.ts";
import { packetScanner } from "../../../src/publish/broker/packet-guard.ts";

test("the length of each packet is known as soon as its first bytes are there, however the stream is cut", () => {
  const lengths = fc.array(fc.oneof(fc.nat(300), fc.nat(70_000)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 5000 }), (sizes, piece) => {
      const bytes = Buffer.concat(sizes.map(packetOf));
      const found: number[] = [];
      const scan = packetScanner((length) => found.push(length));
      for (let at = 0; at < bytes.length; at += piece) scan(bytes.subarray(at, at + piece));
      expect(found).toEqual(sizes);
    }),
  );
});

test.each([4, 5] as const)(
  "a broker that sends 200 MB is left before they are there, with MQTT %i",
  async (protocol) => {
    const header = Buffer.from([0x30, 0x80, 0x80, 0x80, 0x64]);
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => {});
      socket.once("data", () => {
        socket.write(protocol === 5 ? Buffer.from([0x20, 3, 0, 0, 0]) : Buffer.from([0x20, 2, 0, 0]));
        socket.write(Buffer.concat([header, Buffer.alloc(1000)]));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const address = server.address();
    const url = `mqtt://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    const attempt = connectClient({ url, protocol, prefix: "p", device: "d" }, new AbortController().signal);
    // Before or behind the answer of the client, as the bytes come.
    await attempt.then(
      async ({ client }) => {
        client.on("error", () => {});
        if (!client.stream.destroyed) await once(client.stream, "close");
        client.end(true);
      },
      () => {},
    );
    await Promise.all(sockets.map((socket) => socket.closed || once(socket, "close")));
    expect(sockets).toHaveLength(1);
  },
);

/** A packet whose length, in 7 bits a byte, says how much follows. */
function packetOf(size: number): Buffer {
  const length: number[] = [];
  let left = size;
  do {
    length.push((left % 128) + (left >= 128 ? 128 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.concat([Buffer.from([0x30, ...length]), Buffer.alloc(size, 0xff)]);
}
