import type { ReferenceGroup } from "./notation.ts";

export const TRACKING: ReferenceGroup = {
  "byte_tracker@v1": {
    summary: "Follows objects from frame to frame.",
    in: `metadata*: $[video_meta]; detections*: $[od|is]; track_activation_threshold: num|$[f01] = 0.25;
      lost_track_buffer: int|$[int] = 30; minimum_matching_threshold: num|$[f01] = 0.8;
      minimum_consecutive_frames: int|$[int] = 1`,
    out: "tracked_detections: od",
    instead: "roboflow_core/byte_tracker@v3, which takes the image",
  },
  "byte_tracker@v2": {
    summary: "Follows objects from frame to frame.",
    in: `image*: $in[image]; detections*: $[od|is]; track_activation_threshold: num|$[f01] = 0.25;
      lost_track_buffer: int|$[int] = 30; minimum_matching_threshold: num|$[f01] = 0.8;
      minimum_consecutive_frames: int|$[int] = 1`,
    out: "tracked_detections: od",
    instead: "roboflow_core/byte_tracker@v3, which takes the image",
  },
  "byte_tracker@v3": {
    summary: "Follows objects from frame to frame.",
    in: `image*: $[image]; detections*: $[od|kp|is]; track_activation_threshold: num|$[f01] = 0.25;
      lost_track_buffer: int|$[int] = 30; minimum_matching_threshold: num|$[f01] = 0.8;
      minimum_consecutive_frames: int|$[int] = 1; instances_cache_size: int = 16384`,
    out: "tracked_detections: od; new_instances: od; already_seen_instances: od",
  },
  "trackers_botsort@v1": {
    summary: "Follows objects by BoT-SORT.",
    in: `image*: $[image]; detections*: $[od|is|kp|rle]; minimum_iou_threshold_first_assoc: num|$[f01] = 0.2;
      minimum_iou_threshold_second_assoc: num|$[f01] = 0.5; minimum_iou_threshold_unconfirmed_assoc: num|$[f01] = 0.3;
      minimum_consecutive_frames: int|$[int] = 2; lost_track_buffer: int|$[int] = 30;
      track_activation_threshold: num|$[f01] = 0.7; high_conf_det_threshold: num|$[f01] = 0.6;
      enable_cmc: bool|$[bool] = false; cmc_method: {orb,sift,sparseOptFlow,ecc} = sparseOptFlow;
      cmc_downscale: int|$[int] = 2; instant_first_frame_activation: bool|$[bool] = false;
      instances_cache_size: int = 16384`,
    out: "tracked_detections: od|is|kp|rle; new_instances: od|is|kp|rle; already_seen_instances: od|is|kp|rle",
    instead: "roboflow_core/byte_tracker@v3 follows objects here",
  },
  "trackers_bytetrack@v1": {
    summary: "Follows objects by ByteTrack.",
    in: `image*: $[image]; detections*: $[od|is|kp|rle]; minimum_iou_threshold: num|$[f01] = 0.1;
      minimum_consecutive_frames: int|$[int] = 2; lost_track_buffer: int|$[int] = 30;
      track_activation_threshold: num|$[f01] = 0.7; high_conf_det_threshold: num|$[f01] = 0.6;
      instances_cache_size: int = 16384`,
    out: "tracked_detections: od|is|kp|rle; new_instances: od|is|kp|rle; already_seen_instances: od|is|kp|rle",
    instead: "roboflow_core/byte_tracker@v3 follows objects here",
  },
  "trackers_ocsort@v1": {
    summary: "Follows objects by OC-SORT.",
    in: `image*: $[image]; detections*: $[od|is|kp|rle]; minimum_iou_threshold: num|$[f01] = 0.3;
      minimum_consecutive_frames: int|$[int] = 3; lost_track_buffer: int|$[int] = 30;
      high_conf_det_threshold: num|$[f01] = 0.6; direction_consistency_weight: num|$[f01] = 0.2;
      delta_t: int|$[int] = 3; instances_cache_size: int = 16384`,
    out: "tracked_detections: od|is|kp|rle; new_instances: od|is|kp|rle; already_seen_instances: od|is|kp|rle",
    instead: "roboflow_core/byte_tracker@v3 follows objects here",
  },
  "trackers_sort@v1": {
    summary: "Follows objects by SORT.",
    in: `image*: $[image]; detections*: $[od|is|kp|rle]; minimum_iou_threshold: num|$[f01] = 0.3;
      minimum_consecutive_frames: int|$[int] = 3; lost_track_buffer: int|$[int] = 30;
      track_activation_threshold: num|$[f01] = 0.25; instances_cache_size: int = 16384`,
    out: "tracked_detections: od|is|kp|rle; new_instances: od|is|kp|rle; already_seen_instances: od|is|kp|rle",
    instead: "roboflow_core/byte_tracker@v3 follows objects here",
  },
  "track_class_lock@v1": {
    summary: "Settles the class of every tracked object by a vote over time.",
    in: `image*: $[image]; detections*: $[od|is|kp|rle]; min_votes: int1..|$[int] = 10;
      vote_confidence: num0..1|$[f01] = 0.8; lead_margin: int0..|$[int] = 3; switch_after: int1..|$[int] = 15;
      state_ttl: int1..|$[int] = 300; reattach_window: int0..|$[int] = 30; reattach_iou: num0..1|$[f01] = 0.3`,
    out: "tracked_detections: od|is|kp|rle",
  },
  "stabilize_detections@v1": {
    summary: "Smooths boxes over time and fills short gaps.",
    in: `image*: $[image]; detections*: $[od|is]; smoothing_window_size: int|$[int] = 3;
      bbox_smoothing_coefficient: num|$[f01] = 0.2`,
    out: "tracked_detections: od|is",
  },
  "line_counter@v1": {
    summary: "Counts tracked objects that cross a line.",
    in: `metadata*: $[video_meta]; detections*: $[od|is]; line_segment*: list<any>|$[list];
      triggering_anchor: str|$[str]|side_or_mass = CENTER`,
    out: "count_in: int; count_out: int",
    instead: "roboflow_core/line_counter@v2, which takes the image",
  },
  "line_counter@v2": {
    summary: "Counts tracked objects that cross a line.",
    in: `image*: $in[image]; detections*: $[od|is]; line_segment*: list<any>|$[list];
      triggering_anchor: str|$[str]|side_or_mass = null`,
    out: "count_in: int; count_out: int; detections_in: od|is; detections_out: od|is",
  },
  "time_in_zone@v1": {
    summary: "Measures how long tracked objects stay in a zone.",
    in: `image*: $[image]; metadata*: $[video_meta]; detections*: $[od|is]; zone*: list<any>|$[list];
      triggering_anchor: str|$[str]|side_or_mass = CENTER; remove_out_of_zone_detections: bool|$[bool] = true;
      reset_out_of_zone_detections: bool|$[bool] = true`,
    out: "timed_detections: od|is",
  },
  "time_in_zone@v2": {
    summary: "Measures how long tracked objects stay in a zone.",
    in: `image*: $in[image]; detections*: $[od|is]; zone*: list<any>|$[list];
      triggering_anchor: str|$[str]|side_or_mass = CENTER; remove_out_of_zone_detections: bool|$[bool] = true;
      reset_out_of_zone_detections: bool|$[bool] = true`,
    out: "timed_detections: od|is",
  },
  "time_in_zone@v3": {
    summary: "Measures how long tracked objects stay in a zone.",
    in: `image*: $in[image]; detections*: $[od|is]; zone*: list<any>|$[list];
      triggering_anchor: str|$[str]|side_or_mass = CENTER; remove_out_of_zone_detections: bool|$[bool] = true;
      reset_out_of_zone_detections: bool|$[bool] = true`,
    out: "timed_detections: od|is",
  },
  "path_deviation_analytics@v1": {
    summary: "Measures how far tracked objects leave a path.",
    in: `metadata*: $[video_meta]; detections*: $[od|is]; triggering_anchor: str|$[str]|side_or_mass = CENTER;
      reference_path*: list<any>|$[list]`,
    out: "path_deviation_detections: od|is",
  },
  "path_deviation_analytics@v2": {
    summary: "Measures how far tracked objects leave a path.",
    in: `image*: $in[image]; detections*: $[od|is]; triggering_anchor: str|$[str]|side_or_mass = CENTER;
      reference_path*: list<any>|$[list]`,
    out: "path_deviation_detections: od|is",
  },
  "velocity@v1": {
    summary: "Measures how fast tracked objects move.",
    in: `image*: $in[image]; detections*: $out[kp|od|is]; smoothing_alpha: num|$[float] = 0.5;
      pixels_per_meter: num|$[float] = 1`,
    out: "velocity_detections: kp|od|is",
  },
  "detection_event_log@v1": {
    summary: "Keeps a log of when tracked objects were first and last seen.",
    in: `image*: $in[image]; detections*: $[od|is]; frame_threshold: int|$in[int] = 30;
      flush_interval: int|$in[int] = 30; stale_frames: int|$in[int] = 300; reference_timestamp: num|$[float] = null;
      fallback_fps: num|$in[float] = 1`,
    out: "event_log: dict; detections: od|is; total_logged: int; total_pending: int; complete_events: dict",
  },
};
