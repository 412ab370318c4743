import { readdirSync, readFileSync } from "node:fs";
import { framePayloads } from "../../src/publish/messages/payload.ts";
import { openSequence } from "../../src/publish/messages/sequence.ts";
import { openPublisher } from "../../src/publish/publisher.ts";

/** A process that publishes numbered outputs for ever, says `stored` when 100 are on disk, and waits to be killed. */
const [directory = "", url = ""] = process.argv.slice(2);
const publisher = openPublisher({
  broker: { url, prefix: "millrace", device: "dock-3" },
  spoolDirectory: directory,
  report: () => {},
});
const payloads = framePayloads({ device: "dock-3", boot: "dead", sequence: openSequence() });
const stamp = {
  camera: "gate",
  sequence: 1,
  pts: 0,
  timestamp: Date.now(),
  timestampSource: "arrival",
  clockS: 0,
  width: 64,
  height: 48,
} as const;

let count = 0;
let isTold = false;
setInterval(() => {
  const payload = payloads.output(stamp, { name: "n", value: count++, of: "output_event" }, {});
  publisher.publish({ class: "output_event", topic: "millrace/dock-3/workflow/w/output/n", payload });
  if (!isTold && isStored(99)) {
    isTold = true;
    process.stdout.write("stored\n");
  }
}, 1);

function isStored(value: number): boolean {
  const files = readdirSync(directory).filter((name) => name.endsWith(".segment"));
  return files.some((name) => readFileSync(`${directory}/${name}`).includes(`"value":${value}}`));
}
