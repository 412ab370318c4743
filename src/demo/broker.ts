import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Aedes } from "aedes";

/** A message as the broker passed it on. */
export interface Passed {
  topic: string;
  payload: string;
}

export interface EmbeddedBroker {
  url: string;
  close(): Promise<void>;
}

/** A small MQTT 3.1.1 broker on loopback, for the demo; `passed` sees what clients publish. */
export async function openEmbeddedBroker(passed: (message: Passed) => void): Promise<EmbeddedBroker> {
  const broker = await Aedes.createBroker();
  const server = createServer({ noDelay: true }, broker.handle);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  broker.on("publish", ({ topic, payload }, client) => {
    if (client !== null) passed({ topic, payload: payload.toString() });
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `mqtt://127.0.0.1:${port}`,
    async close() {
      await new Promise<void>((resolve) => broker.close(resolve));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
