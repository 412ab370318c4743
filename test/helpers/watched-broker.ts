import { afterEach, beforeEach } from "vitest";
import { type Broker, startBroker } from "./broker.ts";
import { subscribe } from "./subscriber.ts";

export type Watcher = Awaited<ReturnType<typeof subscribe>>;

/** For each test a broker of its own and a client that hears everything; both close after what the test file closes itself. */
export function useWatchedBroker(): { readonly broker: Broker; readonly watcher: Watcher } {
  let broker: Broker | undefined;
  let watcher: Watcher | undefined;
  beforeEach(async () => {
    broker = await startBroker();
    watcher = await subscribe(broker.url);
  });
  afterEach(async () => {
    await watcher?.close();
    await broker?.close();
  });
  return {
    get broker() {
      return broker as Broker;
    },
    get watcher() {
      return watcher as Watcher;
    },
  };
}
