import { z } from "zod";
import { StepError } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import { type Context, defineBlock } from "../contract/block.ts";
import { orRef, refMap } from "../contract/fields.ts";
import { CoolDown } from "./cool-down.ts";
import { composeEmail, type EmailInputs } from "./email.ts";
import { compileMessage, messageFields } from "./message-text.ts";
import { sendBy, sendingFields } from "./sink-fields.ts";

const receivers = () => orRef(z.union([z.string(), z.array(z.string())]), "string", "list_of_values");
const text = () => orRef(z.string(), "string");

const recipientFields = lazy(() => ({
  receiver_email: receivers().describe("Address, or a list of them."),
  cc_receiver_email: receivers().nullable().default(null).describe("Who gets a copy."),
  bcc_receiver_email: receivers().nullable().default(null).describe("Who gets a copy that the others do not see."),
}));
const subject = lazy(() => z.string().describe("Subject."));
const password = () => orRef(z.string(), "string", "secret");
const smtp_port = lazy(() =>
  z
    .int()
    .default(465)
    .describe("Port: 465 speaks TLS from the first byte, others after the greeting; without TLS only to this machine."),
);
const outputs = { error_status: "boolean", throttling_status: "boolean", message: "string" } as const;
const needs = ["mail", "background", "environment", "time", "pixels"] as const;

export const emailNotificationV1 = defineBlock({
  type: "roboflow_core/email_notification@v1",
  category: "sink",
  summary: "Sends an e-mail.",
  inputs: () =>
    z.object({
      subject: subject(),
      sender_email: text().describe("Address of the sender, who logs in with it."),
      ...recipientFields(),
      ...messageFields(),
      attachments: refMap(["string", "bytes"], null).default({}).describe("Files by name, as texts or bytes."),
      smtp_server: text().describe("Name or address of the mail server."),
      sender_email_password: password().describe("Password of the sender."),
      smtp_port: smtp_port(),
      ...sendingFields(),
    }),
  outputs,
  sink: true,
  needs,
  example: {
    subject: "Door",
    sender_email: "box@example.org",
    receiver_email: "guard@example.org",
    message: "{{ $parameters.count }} people at the door",
    message_parameters: { count: "$steps.model.predictions" },
    message_parameters_operations: { count: [{ type: "SequenceLength" }] },
    smtp_server: "smtp.example.org",
    sender_email_password: "$inputs.password",
  },
  prepare: ({ message_parameters_operations }) => prepared(message_parameters_operations),
  run: (inputs, context) => sendEmail(inputs, context),
});

export const emailNotificationV2 = defineBlock({
  type: "roboflow_core/email_notification@v2",
  category: "sink",
  summary: "Sends an e-mail.",
  inputs: () =>
    z.object({
      email_provider: z
        .enum(["Roboflow Managed API Key", "Custom SMTP"])
        .default("Roboflow Managed API Key")
        .describe("Who sends it: a mail server of yours; Roboflow's is not reached from here."),
      subject: subject(),
      ...recipientFields(),
      ...messageFields(),
      sender_email: text().nullable().default(null).describe("Address of the sender, who logs in with it."),
      smtp_server: text().nullable().default(null).describe("Name or address of the mail server."),
      sender_email_password: password()
        .nullable()
        .default(null)
        .describe("Password of the sender; null logs in nowhere."),
      smtp_port: smtp_port(),
      attachments: refMap(["string", "bytes", "image"], null)
        .default({})
        .describe("Files by name, as texts, bytes or images."),
      ...sendingFields(),
    }),
  outputs,
  sink: true,
  needs,
  example: {
    email_provider: "Custom SMTP",
    subject: "Door",
    sender_email: "box@example.org",
    receiver_email: ["guard@example.org"],
    message: "At the door: {{ $parameters.picture }}",
    message_parameters: { picture: "$inputs.image" },
    smtp_server: "smtp.example.org",
    sender_email_password: "$inputs.password",
  },
  prepare: ({ message_parameters_operations }) => prepared(message_parameters_operations),
  run: ({ email_provider, sender_email, smtp_server, ...inputs }, context) => {
    if (email_provider === "Custom SMTP" && sender_email !== null && smtp_server !== null) {
      return sendEmail({ ...inputs, sender_email, smtp_server }, context);
    }
    return sendBy(inputs, context, context.prepared.coolDown, () => {
      throw new StepError("SINK_PROVIDER", unsent(email_provider));
    });
  },
});

function prepared(operations: Readonly<Record<string, unknown>> | undefined) {
  return { coolDown: new CoolDown(), message: compileMessage(operations) };
}

type Sending = Parameters<typeof sendBy>[0];

function sendEmail(inputs: EmailInputs & Sending, context: Context<undefined, ReturnType<typeof prepared>>) {
  const { prepared, services } = context;
  return sendBy(inputs, context, prepared.coolDown, () => composeEmail(inputs, prepared.message, services));
}

function unsent(provider: string): string {
  return provider === "Custom SMTP"
    ? 'a mail server of yours needs "sender_email" and "smtp_server"'
    : 'e-mail goes by a mail server of yours: set "email_provider" to "Custom SMTP", with "smtp_server", "sender_email" and its password';
}
