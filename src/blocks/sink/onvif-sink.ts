import { z } from "zod";
import { withItems } from "../../kinds/detections.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, ref } from "../contract/fields.ts";
import type { Services } from "../contract/services.ts";
import { OnvifCamera } from "./onvif-camera.ts";
import { type ControlSettings, PtzControl } from "./ptz-control.ts";

const number = (usual: number, what: string) => orRef(z.number(), "float").default(usual).describe(what);
const flag = (usual: boolean, what: string) => orRef(z.boolean(), "boolean").default(usual).describe(what);

export const onvifSinkV1 = defineBlock({
  type: "roboflow_core/onvif_sink@v1",
  category: "sink",
  summary: "Turns a camera after detected objects, over ONVIF.",
  inputs: () =>
    z.object({
      predictions: ref("object_detection_prediction", "instance_segmentation_prediction").describe(
        "Objects, of which one is followed.",
      ),
      camera_ip: orRef(z.string(), "string").describe("Address of the camera."),
      camera_port: orRef(z.int().min(0).max(65_535), "integer").describe("Port of its ONVIF service."),
      camera_username: orRef(z.string(), "string").describe("User name at the camera."),
      camera_password: orRef(z.string(), "secret").describe("Password at the camera."),
      movement_type: z
        .enum(["Follow", "Go To Preset"])
        .default("Follow")
        .describe("Keep an object in the middle, or go to the preset when there is one."),
      simulate_variable_speed: flag(false, "For cameras of one speed: short turns in place of slow ones."),
      zoom_if_able: flag(false, "Zoom until the object fills half of the picture, where the camera can."),
      follow_tracker: flag(true, "Keep to the object that was followed, by its tracker id."),
      dead_zone: orRef(z.int(), "integer").default(50).describe("Pixels around the middle in which the object may be."),
      default_position_preset: orRef(z.string(), "string")
        .default("")
        .describe("Name of a position that is kept in the camera."),
      move_to_position_after_idle_seconds: orRef(z.int(), "integer")
        .default(0)
        .describe("Seconds without an object after which the camera goes to that position; 0 for never."),
      camera_update_rate_limit: orRef(z.int(), "integer").default(250).describe("Milliseconds between two commands."),
      flip_x_movement: flag(false, "Turn to the other side."),
      flip_y_movement: flag(true, "Rows count downwards and tilts upwards, so this is the usual way."),
      minimum_camera_speed: orRef(z.number(), "float_zero_to_one").default(0.05).describe("Least speed, from 0 to 1."),
      pid_kp: number(0.25, "Speed by the distance from the middle."),
      pid_ki: number(0, "Speed by that distance over time."),
      pid_kd: number(1, "Speed by the change of that distance."),
    }),
  outputs: { predictions: "object_detection_prediction", seeking: "boolean" },
  sink: true,
  needs: ["http", "background", "environment", "time", "ids"],
  example: {
    predictions: "$steps.track.tracked_detections",
    camera_ip: "192.0.2.30",
    camera_port: 80,
    camera_username: "viewer",
    camera_password: "$inputs.password",
    default_position_preset: "gate",
    move_to_position_after_idle_seconds: 10,
  },
  state: () => new Pilot(),
  run: (inputs, { step, state, services }) => {
    services.environment.keepSecret(inputs.camera_password);
    const { predictions } = inputs;
    const target = state.steer(inputs, step, services);
    return { predictions: withItems(predictions, target === null ? [] : [target]), seeking: state.isSeeking };
  },
});

type Inputs = {
  predictions: Parameters<PtzControl["target"]>[0];
  camera_ip: string;
  camera_port: number;
  camera_username: string;
  camera_password: string;
  movement_type: "Follow" | "Go To Preset";
  simulate_variable_speed: boolean;
  zoom_if_able: boolean;
  follow_tracker: boolean;
  dead_zone: number;
  default_position_preset: string;
  move_to_position_after_idle_seconds: number;
  camera_update_rate_limit: number;
  flip_x_movement: boolean;
  flip_y_movement: boolean;
  minimum_camera_speed: number;
  pid_kp: number;
  pid_ki: number;
  pid_kd: number;
};

/** A camera whose commands are lost stops by itself after so many intervals between commands. */
const HELD_INTERVALS = 4;

/** Steers one camera: a command at a time, in the background, and the newest is the next. */
class Pilot {
  isSeeking = false;
  readonly #control = new PtzControl();
  #camera: OnvifCamera | null = null;
  #sentAt = Number.NEGATIVE_INFINITY;
  #seenAt: number | null = null;
  #isMoving = false;
  #isBusy = false;

  steer(inputs: Inputs, step: string, services: Services) {
    const now = services.time.steadyMs();
    const target = this.#control.target(inputs.predictions, inputs.follow_tracker);
    if (target !== null || this.#seenAt === null) this.#seenAt = now;
    const intervalMs = inputs.camera_update_rate_limit;
    if (services.background.isOff || this.#isBusy || now - this.#sentAt < intervalMs) return target;
    const command = target === null ? this.#idle(inputs, now) : this.#follow(target, inputs, now);
    if (command === null) return target;
    this.#sentAt = now;
    this.#isBusy = true;
    this.#camera ??= new OnvifCamera(addressOf(inputs), services);
    const camera = this.#camera;
    const isTaken = services.background.start(step, () => command(camera).finally(() => this.#rest()));
    if (!isTaken) this.#rest();
    return target;
  }

  #rest(): void {
    this.#isBusy = false;
  }

  #follow(target: Inputs["predictions"]["items"][number], inputs: Inputs, now: number): Command | null {
    const { default_position_preset: preset, camera_update_rate_limit: intervalMs } = inputs;
    if (inputs.movement_type === "Go To Preset") return preset === "" ? null : this.#goTo(preset);
    const seconds = Number.isFinite(this.#sentAt) ? (now - this.#sentAt) / 1000 : 0;
    const { pan, tilt, zoom } = this.#control.speeds(target, inputs.predictions, settingsOf(inputs), seconds);
    this.isSeeking = pan !== 0 || tilt !== 0 || zoom !== 0;
    if (!this.isSeeking) return this.#halt();
    this.#isMoving = true;
    if (!inputs.simulate_variable_speed) {
      const held = (HELD_INTERVALS * Math.max(intervalMs, 100)) / 1000;
      return (camera) => camera.move({ pan, tilt, zoom, seconds: held });
    }
    const strength = Math.max(Math.abs(pan), Math.abs(tilt), Math.abs(zoom));
    const full = { pan: Math.sign(pan), tilt: Math.sign(tilt), zoom: Math.sign(zoom) };
    return (camera) => camera.move({ ...full, seconds: (strength * Math.max(intervalMs, 100)) / 1000 });
  }

  #idle(inputs: Inputs, now: number): Command | null {
    const { default_position_preset: preset, move_to_position_after_idle_seconds: afterS } = inputs;
    this.isSeeking = false;
    const isDue = afterS > 0 && preset !== "" && this.#seenAt !== null && now - this.#seenAt >= afterS * 1000;
    if (!isDue) return this.#halt();
    // Once, until an object was there again.
    this.#seenAt = Number.POSITIVE_INFINITY;
    return this.#goTo(preset);
  }

  #halt(): Command | null {
    if (!this.#isMoving) return null;
    this.#isMoving = false;
    return (camera) => camera.stop();
  }

  #goTo(preset: string): Command {
    this.#isMoving = false;
    return (camera) => camera.goTo(preset);
  }
}

type Command = (camera: OnvifCamera) => Promise<void>;

function addressOf({ camera_ip, camera_port, camera_username, camera_password }: Inputs) {
  return { ip: camera_ip, port: camera_port, username: camera_username, password: camera_password };
}

function settingsOf(inputs: Inputs): ControlSettings {
  return {
    deadZone: inputs.dead_zone,
    flipX: inputs.flip_x_movement,
    flipY: inputs.flip_y_movement,
    leastSpeed: inputs.minimum_camera_speed,
    zooms: inputs.zoom_if_able,
    gains: { p: inputs.pid_kp, i: inputs.pid_ki, d: inputs.pid_kd },
  };
}
