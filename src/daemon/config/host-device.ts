import { hostname } from "node:os";
import { topicId } from "../../publish/topics/topic-id.ts";

/** The device where the config names none: the host, so that no two boxes claim the same topics and client id. */
export function hostDevice(name = HOST): string {
  const id = topicId(name, "/device");
  return typeof id === "string" ? id : "millrace";
}

/** Read once: a host that is renamed by DHCP must not rename the topics of a running daemon. */
const HOST = hostname();
