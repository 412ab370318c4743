import type { MqttService } from "../blocks/contract/services.ts";
import type { BrokerWriters } from "../publish/broker/broker-writers.ts";

/** Messages to brokers that steps name. */
export function openMqtt(): MqttService & { close(): Promise<void> } {
  // Loaded with the first message: most workflows write none.
  let writers: Promise<BrokerWriters> | null = null;
  return {
    async publish(message) {
      writers ??= import("../publish/broker/broker-writers.ts").then(({ openBrokerWriters }) => openBrokerWriters());
      await (await writers).publish(message);
    },
    async close() {
      await (await writers)?.close();
    },
  };
}
