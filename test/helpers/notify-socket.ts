import { spawn } from "node:child_process";
import { onTestFinished } from "vitest";
import { within } from "./daemon.ts";

/** Listens as systemd does, and prints each message on a line; Node has no such sockets. */
const LISTENER = `
import os, socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
print("listening", flush=True)
while True:
    print(listener.recv(4096).decode().replace("\\n", " "), flush=True)
`;

export interface NotifySocket {
  path: string;
  /** What was sent, without barriers. */
  messages(): string[];
  received(condition: (messages: string[]) => boolean, what: string): Promise<void>;
}

/** A socket of a service manager, until the test has ended. */
export async function listenForNotifications(path: string): Promise<NotifySocket> {
  const child = spawn("/usr/bin/python3", ["-c", LISTENER, path], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await within(
    () => output.startsWith("listening"),
    () => "the listener listens",
  );
  const messages = () =>
    output
      .split("\n")
      .slice(1)
      .filter((line) => line !== "" && line !== "BARRIER=1");
  return {
    path,
    messages,
    received: (condition, what) =>
      within(
        () => condition(messages()),
        () => `${what}: ${messages().join("; ")}`,
      ),
  };
}
