import { StepError } from "../../base/errors.ts";
import { isImage } from "../../kinds/image.ts";
import { pythonText } from "../../query/python-text.ts";
import type { Mail, MailAttachment, Services } from "../contract/services.ts";
import { type Attached, attachedFiles } from "./attached.ts";
import { type compileMessage, type MessageInputs, textOf } from "./message-text.ts";
import { snapshot } from "./snapshot.ts";

export interface EmailInputs extends MessageInputs {
  subject: string;
  sender_email: string;
  receiver_email: string | string[];
  cc_receiver_email: string | string[] | null;
  bcc_receiver_email: string | string[] | null;
  attachments: Readonly<Record<string, unknown>>;
  smtp_server: string;
  sender_email_password: string | null;
  smtp_port: number;
}

type Pieces = ReturnType<ReturnType<typeof compileMessage>>;

const TIMEOUT_MS = 20_000;

/** An e-mail with all that it shows of the frame; the function sends it. Images in the text make it HTML. */
export function composeEmail(
  inputs: EmailInputs,
  messageOf: ReturnType<typeof compileMessage>,
  services: Pick<Services, "mail" | "environment" | "pixels">,
): () => Promise<string> {
  const { mail, environment, pixels } = services;
  const { sender_email: user, sender_email_password: password } = inputs;
  if (password !== null) environment.keepSecret(password);
  const pieces = messageOf(inputs, pixels);
  const shown = imagesIn(pieces).map(({ name, value }) => ({ name, content: snapshot(value, pixels) }));
  const files = attachedFiles(inputs.attachments, pixels);
  const to = addresses(inputs.receiver_email);
  if (to.length === 0) throw new StepError("SINK_RECEIVER", '"receiver_email" is empty, expected an address');
  return async () => {
    const email: Mail = {
      server: inputs.smtp_server,
      port: inputs.smtp_port,
      ...(password === null ? {} : { login: { user, password } }),
      from: user,
      to,
      cc: addresses(inputs.cc_receiver_email),
      bcc: addresses(inputs.bcc_receiver_email),
      subject: inputs.subject,
      text: plainText(pieces),
      ...(shown.length === 0 ? {} : { html: html(pieces) }),
      attachments: [...(await encoded(files, false)), ...(await encoded(shown, true))],
      timeoutMs: TIMEOUT_MS,
    };
    await mail.send(email);
    return `sent to ${[...email.to, ...email.cc, ...email.bcc].length} addresses`;
  };
}

function addresses(given: string | string[] | null): string[] {
  return (given === null ? [] : [given].flat()).map((one) => one.trim()).filter((one) => one !== "");
}

function imagesIn(pieces: Pieces) {
  return pieces.flatMap((piece) =>
    "name" in piece && isImage(piece.value) ? [{ name: piece.name, value: piece.value }] : [],
  );
}

function plainText(pieces: Pieces): string {
  return textOf(pieces.map((piece) => ("name" in piece && isImage(piece.value) ? { text: `[${piece.name}]` } : piece)));
}

function html(pieces: Pieces): string {
  const body = pieces.map((piece) => {
    if ("text" in piece) return escaped(piece.text);
    return isImage(piece.value) ? `<br><img src="cid:${piece.name}"><br>` : escaped(pythonText(piece.value));
  });
  return `<div>${body.join("")}</div>`;
}

function escaped(text: string): string {
  const plain = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return plain.replaceAll(/\r?\n/g, "<br>");
}

async function encoded(files: readonly Attached[], isShown: boolean): Promise<MailAttachment[]> {
  return Promise.all(
    files.map(async ({ name, content }) => ({
      name: isShown ? `${name}.jpg` : name,
      content: await content(),
      ...(isShown ? { contentId: name } : {}),
    })),
  );
}
