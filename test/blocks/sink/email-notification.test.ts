import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { emailNotificationV1, emailNotificationV2 } from "../../../src/blocks/sink/email-notification.ts";
import { openSink, picture } from "./open-sink.ts";

interface Received {
  from: string;
  to: string[];
  text: string;
}

/** A mail server on loopback that lets "box@example.org" in with the password "open sesame". */
async function openMailServer(more: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    onAuth({ username, password }, _, done) {
      if (username === "box@example.org" && password === "open sesame") done(null, { user: username });
      else done(new Error(`who is "${username}" with "${password}"?`));
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        received.push({
          from,
          to: envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
    ...more,
  });
  server.on("error", () => {});
  const { server: socket } = server;
  server.listen(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { received, port: (socket.address() as AddressInfo).port };
}

const LETTER = {
  subject: "Tür: 3 ⚠",
  sender_email: "box@example.org",
  sender_email_password: "open sesame",
  smtp_server: "127.0.0.1",
  receiver_email: ["one@example.org", "two@example.org"],
  message: "n {{ $parameters.n }}, {{$parameters.n}} and {{ $parameters.other }}",
  message_parameters: { n: 5 },
  cooldown_seconds: 0,
};

test("an e-mail is sent over TLS after the login, to all kinds of receivers, with its values and attachments", async () => {
  const server = await openMailServer();
  const sink = openSink(emailNotificationV1, {
    ...LETTER,
    smtp_port: server.port,
    bcc_receiver_email: "h@example.org",
  });
  const attachments = { "counts.csv": "a,b\n1,2\n", "raw.bin": Uint8Array.of(0, 255) };
  expect(await sink.run({ attachments })).toMatchObject({ error_status: false, throttling_status: false });
  const [{ from, to, text } = { from: "", to: [], text: "" }] = server.received;
  expect([from, ...to]).toEqual(["box@example.org", "one@example.org", "two@example.org", "h@example.org"]);
  expect(text).toContain("n 5, 5 and {{ $parameters.other }}");
  expect(text).toContain("Subject: =?UTF-8?");
  expect(text).toContain("filename=counts.csv");
  expect(text).toContain(Buffer.from([0, 255]).toString("base64"));
  expect(text).not.toContain("h@example.org");
});

test("images among the values of a message make it HTML that shows them; as attachments they are JPEG files", async () => {
  const server = await openMailServer();
  const sink = openSink(emailNotificationV2, {
    ...LETTER,
    email_provider: "Custom SMTP",
    smtp_port: server.port,
    message: "<b> {{ $parameters.view }}",
    fire_and_forget: true,
  });
  const image = picture();
  const data = { message_parameters: { view: image }, attachments: { shot: image } };
  expect(await sink.run(data)).toMatchObject({ error_status: false, message: "is being sent in the background" });
  // The frame's memory is of another frame by the time the picture is sent.
  if (image.pixels.type === "owned") image.pixels.rgb.fill(0);
  await sink.idle();
  const text = server.received[0]?.text ?? "";
  expect(text).toContain('&lt;b&gt; <br><img src="cid:view">');
  expect(text).toContain("[view]");
  expect(text).toContain("filename=shot.jpg");
  const jpeg = text.split("filename=shot.jpg")[1]?.split("--")[0]?.trim() ?? "";
  const { default: sharp } = await import("sharp");
  const { channels } = await sharp(Buffer.from(jpeg, "base64")).stats();
  expect(channels.map(({ mean }) => Math.round(mean / 10))).toEqual([20, 20, 20]);
});

test("a wrong password is an error in the outputs and is counted, and no message shows it", async () => {
  const server = await openMailServer();
  const sink = openSink(emailNotificationV1, {
    ...LETTER,
    smtp_port: server.port,
    sender_email_password: "open barley",
  });
  const { error_status, message } = await sink.run();
  expect(error_status).toBe(true);
  expect(message).toContain(`e-mail by 127.0.0.1:${server.port}`);
  expect(sink.events).toMatchObject([{ type: "effect_failed", step: "s", code: "MAIL_FAILED", count: 1 }]);
  const { blot } = await import("../../../src/base/secrets.ts");
  expect(blot(String(message))).not.toContain("barley");
});

test("Roboflow's own relay and a missing server are refused with what to set", async () => {
  const managed = openSink(emailNotificationV2, { ...LETTER, smtp_server: null });
  expect((await managed.run())["message"]).toContain('set "email_provider" to "Custom SMTP"');
  const nowhere = openSink(emailNotificationV2, { ...LETTER, smtp_server: null, email_provider: "Custom SMTP" });
  expect((await nowhere.run())["message"]).toContain('needs "sender_email" and "smtp_server"');
});
