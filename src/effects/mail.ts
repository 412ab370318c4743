import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import type { SendMailOptions } from "nodemailer";
import type { Options } from "nodemailer/lib/smtp-transport/index.js";
import { EffectError, messageOf } from "../base/errors.ts";
import { within } from "../base/within.ts";
import type { Mail, MailService } from "../blocks/contract/services.ts";

/** The port where SMTP speaks TLS from its first byte; at others TLS begins after the greeting. */
const TLS_PORT = 465;

/** Sends e-mail over SMTP, one connection for each. `SSL_CERT_FILE` names the authorities of a server of one's own. */
export function openMail(variables: NodeJS.ProcessEnv): MailService {
  return {
    async send(mail) {
      const { createTransport } = await import("nodemailer");
      const transport = createTransport(await transportOptions(mail, variables));
      const late = () => failure("MAIL_TIMEOUT", mail, `no answer within ${mail.timeoutMs} ms`);
      try {
        await within(mail.timeoutMs, transport.sendMail(contentOf(mail)), late);
      } catch (error) {
        throw error instanceof EffectError ? error : failure("MAIL_FAILED", mail, messageOf(error), error);
      } finally {
        transport.close();
      }
    },
  };
}

async function transportOptions({ server, port, login, timeoutMs }: Mail, variables: NodeJS.ProcessEnv) {
  const isNear = isLoopback(server);
  const options: Options = {
    host: server,
    port,
    secure: port === TLS_PORT,
    // Mail to this machine itself does not cross a network.
    requireTLS: !isNear,
    tls: { ...(await authorities(variables)), rejectUnauthorized: !isNear },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password } }),
  };
  return options;
}

async function authorities(variables: NodeJS.ProcessEnv): Promise<{ ca?: string }> {
  const file = variables["SSL_CERT_FILE"];
  if (file === undefined || file === "") return {};
  const ca = await readFile(file, "utf8").catch(() => null);
  return ca === null ? {} : { ca };
}

function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith("127.");
  return host === "localhost" || host === "::1";
}

function contentOf({ from, to, cc, bcc, subject, text, html, attachments }: Mail): SendMailOptions {
  return {
    from,
    to: [...to],
    cc: [...cc],
    bcc: [...bcc],
    subject,
    text,
    ...(html === undefined ? {} : { html }),
    attachments: attachments.map(({ name, content, contentId }) => ({
      filename: name,
      content: Buffer.from(content),
      ...(contentId === undefined ? {} : { cid: contentId }),
    })),
  };
}

function failure(code: string, { server, port }: Mail, what: string, cause?: unknown): EffectError {
  return new EffectError(code, `e-mail by ${server}:${port}: ${what}`, {}, { cause });
}
