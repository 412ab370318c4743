import { expect, test } from "vitest";
import { twilioSmsNotificationV1, twilioSmsNotificationV2 } from "../../../src/blocks/sink/twilio-sms-notification.ts";
import { openSink, picture } from "./open-sink.ts";
import { json, openService } from "./service-double.ts";

const SMS = {
  twilio_account_sid: "AC1",
  twilio_auth_token: "token-of-a-test",
  sender_number: "+15005550006",
  receiver_number: "+15005550009",
  message: "{{ $parameters.text }}",
  message_parameters: { text: "abcdefghij" },
};

/** Answers as Twilio does. */
const openTwilio = () =>
  openService(({ headers }, response) => {
    const isKnown = headers.authorization === `Basic ${Buffer.from("AC1:token-of-a-test").toString("base64")}`;
    if (isKnown) json(response, { sid: "SM1", status: "queued" }, 201);
    else json(response, { code: 20003, message: "Authenticate", status: 401 }, 401);
  });

test("a text is sent, and shortened to its limit", async () => {
  const { base, asked } = await openTwilio();
  const more = { cooldown_session_key: "door", cooldown_seconds: 0 };
  const sink = openSink(twilioSmsNotificationV1, { ...SMS, ...more }, { variables: { TWILIO_BASE_URL: base } });
  for (const length_limit of [160, 8, 3]) expect(await sink.run({ length_limit })).toMatchObject({ message: "sent" });
  expect(asked[0]?.path).toBe("/2010-04-01/Accounts/AC1/Messages.json");
  const forms = asked.map(({ body }) => Object.fromEntries(new URLSearchParams(body.toString())));
  expect(forms[0]).toEqual({ To: "+15005550009", From: "+15005550006", Body: "abcdefghij" });
  expect(forms.map(({ Body }) => Body)).toEqual(["abcdefghij", "abc[...]", "[.."]);
});

test("addresses of pictures go with it, an image itself has none", async () => {
  const { base, asked } = await openTwilio();
  const more = { sms_provider: "Custom Twilio", cooldown_seconds: 0 };
  const sink = openSink(twilioSmsNotificationV2, { ...SMS, ...more }, { variables: { TWILIO_BASE_URL: base } });
  await sink.run({ media_url: ["http://a/1.jpg", "http://a/2.jpg"] });
  expect(new URLSearchParams(asked[0]?.body.toString()).getAll("MediaUrl")).toEqual([
    "http://a/1.jpg",
    "http://a/2.jpg",
  ]);
  expect((await sink.run({ media_url: picture() }))["message"]).toContain("no address that Twilio could fetch");
});

test("a refusal comes in the words of the service, and another provider with what to set", async () => {
  const { base } = await openTwilio();
  const variables = { TWILIO_BASE_URL: base };
  const wrong = { ...SMS, twilio_auth_token: "wrong", sms_provider: "Custom Twilio" };
  expect(await openSink(twilioSmsNotificationV2, wrong, { variables }).run()).toMatchObject({
    error_status: true,
    message: "Twilio answered with status 401: Authenticate",
  });
  const managed = await openSink(twilioSmsNotificationV2, SMS, { variables }).run();
  expect(managed["message"]).toContain('set "sms_provider" to "Custom Twilio"');
});

test("steps of a workflow that name the same session share a cool-down", async () => {
  const { base } = await openTwilio();
  const literals = { ...SMS, cooldown_session_key: "door", disable_sink: false };
  const sink = openSink(twilioSmsNotificationV1, literals, { variables: { TWILIO_BASE_URL: base } });
  expect(await sink.run()).toMatchObject({ throttling_status: false });
  expect(await sink.run()).toMatchObject({ throttling_status: true, error_status: false });
});
