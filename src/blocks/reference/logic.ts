import { aggregates, expectedFields, innerOutputs, namedSecrets } from "./dynamic-outputs.ts";
import type { ReferenceGroup } from "./notation.ts";
import { INSTEAD } from "./reasons.ts";
import { ownColumn, reservedField } from "./together.ts";

export const LOGIC: ReferenceGroup = {
  "buffer@v1": {
    summary: "Keeps the last values in a list, the newest first.",
    aliases: ["Buffer"],
    in: "data*: $[*|list|image]; length*: int; pad: bool = false",
    out: "output: list",
    instead: INSTEAD.code,
  },
  "cache_get@v1": {
    summary: "Reads a value that was kept for the camera.",
    in: "image*: $in[image]; key*: $[str]|str",
    out: "output: *",
    instead: INSTEAD.code,
  },
  "cache_set@v1": {
    summary: "Keeps a value for the camera.",
    in: "image*: $in[image]; key*: $[str]|str; value*: $[*|list]",
    out: "output: *",
    sink: true,
    instead: INSTEAD.code,
  },
  "continue_if@v1": {
    summary: "Lets steps run only where a condition holds.",
    aliases: ["ContinueIf"],
    in: `condition_statement*: statement; evaluation_parameters: map<$[*]>; next_steps*: list<step>;
      stop_delay: $[float]|num = 0`,
    out: "",
  },
  "cosine_similarity@v1": {
    summary: "Compares two embeddings by their cosine.",
    in: "embedding_1*: $[embedding]; embedding_2*: $[embedding]",
    out: "similarity: float",
    instead: INSTEAD.code,
  },
  "csv_formatter@v1": {
    summary: "Makes a CSV text of columns.",
    in: "columns_data*: map<$[*]|scalar>; columns_operations: map<operations>",
    out: "csv_content: str",
    batchesOrScalars: ["columns_data"],
    check: ownColumn,
    instead: INSTEAD.code,
  },
  "current_time@v1": {
    summary: "Gives the time in a time zone.",
    in: `timezone: {"Etc/GMT+12","Pacific/Pago_Pago","Pacific/Honolulu","Pacific/Marquesas","America/Anchorage",...}|$[str] = UTC`,
    out: "timestamp: timestamp; iso_string: str; date: str; time: str",
    instead: INSTEAD.code,
  },
  "data_aggregator@v1": {
    summary: "Sums up values over a stretch of time.",
    in: `data*: map<$[*]>; data_operations: map<operations>;
      aggregation_mode*: map<list<{sum,avg,max,min,count,distinct,count_distinct,values_counts,values_difference}>>;
      interval_unit: {seconds,minutes,hours,runs} = seconds; interval*: int1..`,
    out: "",
    dynamicOutputs: aggregates,
    instead: INSTEAD.code,
  },
  "delta_filter@v1": {
    summary: "Lets steps run when a value changes.",
    in: "image*: $in[image]; value*: $[*]; next_steps*: list<step>",
    out: "",
  },
  "dimension_collapse@v1": {
    summary: "Makes a list of the elements of a batch.",
    aliases: ["DimensionCollapse"],
    in: "data*: $[*]",
    out: "output: list",
    autoBatch: ["data"],
    outputOffset: -1,
  },
  "environment_secrets_store@v1": {
    summary: "Gives the values of environment variables.",
    in: "variables_storing_secrets*: list<str>1..",
    out: "",
    dynamicOutputs: namedSecrets,
  },
  "expression@v1": {
    summary: "Gives the value of the first case whose condition holds.",
    aliases: ["Expression"],
    in: "data*: map<$[*]>; data_operations: map<operations>; switch*: dict",
    out: "output: *",
  },
  "first_non_empty_or_default@v1": {
    summary: "Gives the first value that is there.",
    aliases: ["FirstNonEmptyOrDefault"],
    in: "data*: list<$[*]>1..; default: any = null",
    out: "output: *",
    acceptsEmpty: true,
  },
  "frame_delay@v1": {
    summary: "Gives the value of some frames ago.",
    aliases: ["FrameDelay", "roboflow_core/time_travel@v1", "TimeTravel"],
    in: `image*: $[image]; data*: $[*|list|image|od|is|kp]; offset*: int..0|$[int];
      default_value: bool|int|num|str = null`,
    out: "output: *; is_available: bool; reference_frame_number: int",
    instead: INSTEAD.code,
  },
  "identify_changes@v1": {
    summary: "Tells when embeddings drift.",
    in: `strategy: {"Exponential Moving Average (EMA)","Simple Moving Average (SMA)","Sliding Window"} = "Exponential Moving Average (EMA)";
      embedding*: $[embedding]; threshold_percentile: $[f01]|num = 0.2; warmup: $[int]|int = 3;
      smoothing_factor: $[f01]|num = 0.1; window_size: $[int]|int = 10`,
    out: "is_outlier: bool; percentile: f01; z_score: float; average: embedding; std: embedding; warming_up: bool",
    instead: INSTEAD.code,
  },
  "identify_outliers@v1": {
    summary: "Tells when an embedding is unlike those before.",
    in: `embedding*: $[embedding]; threshold_percentile: $[f01]|num = 0.05; warmup: $[int]|int = 3;
      window_size: $[int]|int = 32`,
    out: "is_outlier: bool; percentile: f01; warming_up: bool",
    instead: INSTEAD.code,
  },
  "inner_workflow@v1": {
    summary: "Runs another workflow, whose steps take its place.",
    in: `workflow_definition: dict = null; workflow_workspace_id: str = null; workflow_id: str = null;
      workflow_version_id: str = null; parameter_bindings*: map<$[*]>`,
    out: "",
    dynamicOutputs: innerOutputs,
  },
  "json_parser@v1": {
    summary: "Reads the fields of a JSON text.",
    in: "raw_json*: str|$[lmo]; expected_fields*: list<str>",
    out: "error_status: bool",
    dynamicOutputs: expectedFields,
    check: reservedField,
    instead: INSTEAD.code,
  },
  "property_definition@v1": {
    summary: "Applies a chain of operations to a value.",
    aliases: ["PropertyDefinition", "PropertyExtraction"],
    in: "data*: $[*]; operations*: operations",
    out: "output: *",
  },
  "rate_limiter@v1": {
    summary: "Lets steps run at most once in a stretch of time.",
    in: `cooldown_seconds: num0.. = 1; depends_on*: $[*]; next_steps*: list<step>;
      video_reference_image: $in[image] = null`,
    out: "",
  },
  "string_template@v1": {
    summary: "Fills the places of a text with values.",
    in: "template*: $[str]|str; data: map<$[*]|scalar>; data_operations: map<operations>",
    out: "output: str",
  },
  "switch_case@v1": {
    summary: "Lets the one step run that is named for a value.",
    aliases: ["SwitchCase"],
    in: "value*: $[*]|scalar; cases: map<step>; case_insensitive: bool = false; default_next_steps: list<step>",
    out: "",
  },
};
