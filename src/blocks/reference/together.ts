import type { CheckTogether } from "../contract/block.ts";

// What properties of known blocks cannot mean together.

/** The table has a column of that name of its own. */
export const ownColumn: CheckTogether = ({ columns_data: columns }) =>
  Object.hasOwn(columns as object, "timestamp")
    ? [{ property: "columns_data", what: 'has a column "timestamp", which the block adds itself' }]
    : [];

/** The outcome has an output of that name of its own. */
export const reservedField: CheckTogether = ({ expected_fields: fields }) =>
  Array.isArray(fields) && fields.includes("error_status")
    ? [{ property: "expected_fields", what: 'has the field "error_status", which the block gives itself' }]
    : [];

/** Only one of the models does more than finding objects. */
export const taskOfModel: CheckTogether = ({ model_type: model, task_type: task }) =>
  model === "florence-2" || task === "object-detection"
    ? []
    : [{ property: "task_type", what: `is "${task}", which ${model} does not do: it does object-detection` }];

export const iconOnDetections: CheckTogether = ({ mode, predictions }) =>
  mode === "dynamic" && predictions === null
    ? [{ property: "predictions", what: 'is missing; an icon of the mode "dynamic" is drawn on each of them' }]
    : [];
