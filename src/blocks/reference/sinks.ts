import type { ReferenceGroup } from "./notation.ts";
import { INSTEAD } from "./reasons.ts";

export const SINKS: ReferenceGroup = {
  "email_notification@v1": {
    summary: "Sends an e-mail.",
    in: `subject*: str; sender_email*: str|$[str]; +recipients; +message; attachments: map<$[str|bytes]>;
      smtp_server*: str|$[str]; sender_email_password*: str|$[str|secret]; smtp_port: int = 465; +sending`,
    out: "error_status: bool; throttling_status: bool; message: str",
    sink: true,
    instead: INSTEAD.output,
  },
  "email_notification@v2": {
    summary: "Sends an e-mail.",
    in: `email_provider: {"Roboflow Managed API Key","Custom SMTP"} = "Roboflow Managed API Key"; subject*: str;
      +recipients; +message; sender_email: str|$[str] = null; smtp_server: str|$[str] = null;
      sender_email_password: str|$[str|secret] = null; smtp_port: int = 465; attachments: map<$[str|bytes|image]>;
      +sending`,
    out: "error_status: bool; throttling_status: bool; message: str",
    sink: true,
    instead: INSTEAD.output,
  },
  "local_file_sink@v1": {
    summary: "Writes texts to local files.",
    in: "+file; target_directory*: $[str]|str",
    out: "error_status: bool; message: str",
    sink: true,
    instead: INSTEAD.output,
  },
  "onvif_sink@v1": {
    summary: "Turns a camera after detected objects, over ONVIF.",
    in: `predictions*: $[od|is]; camera_ip*: $[str]|str; camera_port*: $[int]|int1..; camera_username*: $[str]|str;
      camera_password*: $[secret]|str; movement_type: {Follow,"Go To Preset"} = Follow;
      simulate_variable_speed: bool|$[bool] = false; zoom_if_able: bool|$[bool] = false;
      follow_tracker: bool|$[bool] = true; dead_zone: $[int]|int = 50; default_position_preset: $[str]|str = "";
      move_to_position_after_idle_seconds: $[int]|int = 0; camera_update_rate_limit: $[int]|int = 250;
      flip_x_movement: bool|$[bool] = false; flip_y_movement: bool|$[bool] = true;
      minimum_camera_speed: num|$[f01] = 0.05; pid_kp: num|$[float] = 0.25; pid_ki: num|$[float] = 0;
      pid_kd: num|$[float] = 1`,
    out: "predictions: od; seeking: bool",
    sink: true,
  },
  "s3_sink@v1": {
    summary: "Writes texts to an S3 bucket.",
    in: `+file; bucket_name*: $[str]|str; s3_prefix: $[str]|str = ""; aws_access_key_id: $[secret|str]|str = null;
      aws_secret_access_key: $[secret|str]|str = null; aws_region: $[str]|str = null`,
    out: "error_status: bool; message: str",
    sink: true,
    instead: INSTEAD.output,
  },
  "slack_notification@v1": {
    summary: "Sends a message to Slack.",
    in: `slack_token*: str|$[str|secret]; channel*: str|$[str]; +message; attachments: map<$[str|bytes]>; +sending_apart;
      cooldown_session_key*: str`,
    out: "error_status: bool; throttling_status: bool; message: str",
    sink: true,
    instead: INSTEAD.output,
  },
  "twilio_sms_notification@v1": {
    summary: "Sends a text message by Twilio.",
    in: `twilio_account_sid*: str|$[str|secret]; twilio_auth_token*: str|$[str|secret]; sender_number*: str|$[str];
      receiver_number*: str|$[str]; +message; +sending_apart; cooldown_session_key*: str; length_limit: int|$[int] = 160`,
    out: "error_status: bool; throttling_status: bool; message: str",
    sink: true,
    instead: INSTEAD.output,
  },
  "twilio_sms_notification@v2": {
    summary: "Sends a text message by Twilio.",
    in: `sms_provider: {"Roboflow Managed API Key","Custom Twilio"} = "Roboflow Managed API Key";
      receiver_number*: str|$[str]; +message; media_url: str|list<str>|$[str|list|image] = null;
      twilio_account_sid: str|$[str|secret] = null; twilio_auth_token: str|$[str|secret] = null;
      sender_number: str|$[str] = null; +sending`,
    out: "error_status: bool; throttling_status: bool; message: str",
    sink: true,
    instead: INSTEAD.output,
  },
  "vision_event_bundle@v1": {
    summary: "Writes events with their pictures to local archives.",
    in: `target_directory*: $[str]|str; +vision_event; solution: str|$[roboflow_solution|str] = null;
      file_name: str|$[str] = null`,
    out: "error_status: bool; throttling_status: bool; event_id: str; bundle_path: str; message: str",
    sink: true,
    instead: INSTEAD.output,
  },
  "webhook_sink@v1": {
    summary: "Sends a request over HTTP.",
    in: `url*: $[str]|str; method*: {GET,POST,PUT};
      query_parameters: map<$[str|int|float|rf_model|rf_project|roboflow_api_key|f01|list|bool|top_class]|str|num|bool|int|list<str|num|int|bool>>;
      headers: map<$[str|int|float|rf_model|rf_project|roboflow_api_key|f01|bool|top_class]|str|num|bool|int>;
      json_payload: map<$[*]|json>; json_payload_operations: map<operations>;
      multi_part_encoded_files: map<$[*]|json>; multi_part_encoded_files_operations: map<operations>;
      form_data: map<$[*]|json>; form_data_operations: map<operations>; request_timeout: int|$[int] = 2; +sending`,
    out: "error_status: bool; throttling_status: bool; message: str",
    sink: true,
    instead: INSTEAD.output,
  },
};
