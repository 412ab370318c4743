import type { ReferenceGroup } from "./notation.ts";
import { INSTEAD } from "./reasons.ts";

export const INDUSTRIAL: ReferenceGroup = {
  "roboflow_enterprise/event_writer_sink@v1": {
    summary: "Reports an event to a local event service.",
    in: `event_ingestion_url: $[str]|str = "http://localhost:8001";
      event_schema*: {quality_check,inventory_count,safety_alert,custom}; output_image*: $[image];
      input_image: $[image] = null; image_label: $[str]|str = null; custom_metadata: map<$[*]|str|num|bool|int>;
      +event_details; object_detections: $[od] = null; classifications: $[cls] = null;
      instance_segmentations: $[is] = null; keypoint_detections: $[kp] = null; +switches;
      request_timeout: int|$[int] = 5`,
    out: "error_status: bool; event_id: str; message: str",
    sink: true,
    why: "undocumented",
    instead: INSTEAD.output,
  },
  "microsoft_sql_server_sink@v1": {
    summary: "Adds rows to a table of a Microsoft SQL Server.",
    in: `host*: $[str]|str; port: $[str]|int = 1433; database*: $[str]|str; username: $[str]|str = null;
      password: $[secret]|str = null; table_name*: $[str]|str; data*: $[dict]|dict|list<dict>;
      fire_and_forget: $[bool]|bool = true`,
    out: "error_status: bool; message: str",
    sink: true,
    why: "database",
    instead: INSTEAD.output,
  },
  "modbus_tcp@v1": {
    summary: "Reads and writes registers over Modbus TCP.",
    in: `plc_ip*: str|$in[str]; plc_port: int = 502; mode*: {read,write,read_and_write};
      registers_to_read: list<int>|$in[list] = []; registers_to_write: map<int>|$in[list] = {}; depends_on*: $[*]`,
    out: "modbus_results: list",
    sink: true,
  },
  "roboflow_enterprise/mqtt_writer_sink@v1": {
    summary: "Publishes a message to an MQTT broker.",
    aliases: ["mqtt_writer_sink@v1"],
    in: `host*: $[str]|str; port*: int|$[int]; topic*: $[str]|str; message*: $[str]|str; qos: int|$[int] = 0;
      retain: bool|$[bool] = false; timeout: num|$[float] = 0.5; username: $[str]|str = null;
      password: $[str]|str = null`,
    out: "error_status: bool; message: str",
    sink: true,
    why: "publishing",
    instead: INSTEAD.output,
  },
  "roboflow_enterprise/opc_writer_sink@v1": {
    summary: "Writes a variable over OPC UA.",
    in: `url*: $[str]|str; namespace*: $[str]|str; user_name: str|$[str] = null; password: str|$[str] = null;
      object_name*: $[str]|str; variable_name*: $[str]|str; value*: $[bool|float|int|str]|str|bool|num|int;
      value_type: $[str]|{Boolean,Double,Float,Int16,Int32,Int64,Integer,SByte,String,UInt16,UInt32,UInt64} = String;
      timeout: int|$[int] = 2; +sending; node_lookup_mode: $[str]|{hierarchical,direct} = hierarchical;
      max_retries: int|$[int] = 3; retry_backoff_seconds: num|$[float] = 0.015`,
    out: "error_status: bool; disabled: bool; throttling_status: bool; message: str",
    sink: true,
  },
  "plc_reader@v1": {
    summary: "Reads tags of a PLC.",
    in: "tags_to_read: list<str>|$[list]|$in[list]; +plc",
    out: "tag_values: dict; error_status: bool",
  },
  "plc_writer@v1": {
    summary: "Writes a tag of a PLC.",
    in: `tag*: str|$in[str]; value*: bool|int|num|str|$[*]; depends_on: $[*] = null; +plc;
      disable_sink: bool|$[bool] = false`,
    out: "write_result: str; error_status: bool",
    sink: true,
  },
  "sinks@v1": {
    summary: "Reads and writes tags of a PLC over EtherNet/IP.",
    in: `plc_ip*: str|$in[str]; mode*: {read,write,read_and_write}; tags_to_read: list<str>|$[list]|$in[list] = [];
      tags_to_write: map<int|num|str>|$[dict]|$in[dict] = {}; depends_on*: $[*]`,
    out: "plc_results: list",
    sink: true,
  },
};
