import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openMail } from "../../src/effects/mail.ts";

test("a mail server that never greets is given up after the time of the e-mail", async () => {
  const silent = createServer(() => {});
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const mail = {
    from: "a@example.org",
    to: ["b@example.org"],
    cc: [],
    bcc: [],
    subject: "s",
    text: "t",
    attachments: [],
  };
  const sent = openMail({}).send({ ...mail, server: "127.0.0.1", port, timeoutMs: 100 });
  await expect(sent).rejects.toMatchObject({ code: expect.stringMatching(/^MAIL_/) });
});
