import { z } from "zod";
import { lazy } from "../../base/lazy.ts";
import { orRef, ref, refMap } from "../contract/fields.ts";

const text = () => orRef(z.string(), "string").nullable().default(null);
const scalar = lazy(() => z.union([z.string(), z.number(), z.boolean()]));

const EVENT_TYPES = ["quality_check", "inventory_count", "safety_alert", "custom", "operator_feedback"] as const;

/** What is known of an event by its kind. */
const eventDetailFields = lazy(() => ({
  external_id: text().describe("Id of the thing in another system."),
  qc_result: orRef(z.enum(["pass", "fail"]), "string")
    .nullable()
    .default(null)
    .describe("Result of a quality check."),
  location: text().describe("Where it was."),
  item_count: orRef(z.int(), "integer").nullable().default(null).describe("Number of items."),
  item_type: text().describe("What was counted."),
  alert_type: text().describe("Kind of the alert."),
  severity: orRef(z.enum(["low", "medium", "high"]), "string")
    .nullable()
    .default(null)
    .describe("How grave the alert is."),
  alert_description: text().describe("The alert in words."),
  custom_value: text().describe("Value of an event of another kind."),
}));

const metadataField = lazy(() => refMap(["*"], scalar()).default({}).describe("More values by name."));

/** An event with its pictures. */
export const eventFields = lazy(() => ({
  input_image: ref("image").nullable().default(null).describe("The picture as it came."),
  output_image: ref("image").nullable().default(null).describe("The picture with drawings."),
  predictions: ref(
    "object_detection_prediction",
    "instance_segmentation_prediction",
    "keypoint_detection_prediction",
    "classification_prediction",
  )
    .nullable()
    .default(null)
    .describe("What was found in it."),
  event_type: orRef(z.enum(EVENT_TYPES), "string").describe("Kind of the event."),
  ...eventDetailFields(),
  related_event_id: text().describe("Id of an event that this one is about."),
  feedback: orRef(z.enum(["correct", "incorrect", "inconclusive"]), "string")
    .nullable()
    .default(null)
    .describe("What an operator says of that event."),
  custom_metadata: metadataField(),
}));

type Details = { [Name in keyof ReturnType<typeof eventDetailFields>]: unknown };

export interface EventInputs extends Details {
  event_type: string;
  related_event_id: string | null;
  feedback: string | null;
}

/** Properties by the kinds of events that have them; an operator's feedback is of the event it names. */
const OF_TYPE: Readonly<Record<string, readonly (keyof EventInputs)[]>> = {
  quality_check: ["qc_result"],
  inventory_count: ["location", "item_count", "item_type"],
  safety_alert: ["alert_type", "severity", "alert_description"],
  custom: ["custom_value"],
  operator_feedback: ["related_event_id", "feedback"],
};

/** What an event says: what its kind has, where it is given. */
export function eventData(inputs: EventInputs): Record<string, unknown> {
  const names = ["external_id", ...(OF_TYPE[inputs.event_type] ?? [])] as (keyof EventInputs)[];
  const given = names.map((name) => [name, inputs[name]] as const).filter(([, value]) => value !== null);
  return Object.fromEntries(given);
}
