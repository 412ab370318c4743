import { createHash } from "node:crypto";
import { EffectError } from "../../base/errors.ts";
import type { Services } from "../contract/services.ts";

export interface OnvifAddress {
  ip: string;
  port: number;
  username: string;
  password: string;
}

/** Speeds from -1 to 1. */
export interface PtzMove {
  pan: number;
  tilt: number;
  zoom: number;
  /** After which the camera stops by itself. */
  seconds: number;
}

type Around = Pick<Services, "http" | "ids" | "time">;

interface Found {
  media: string;
  ptz: string;
  profile: string;
  canZoom: boolean;
}

const TIMEOUT_MS = 5000;
const [DEVICE, MEDIA] = ["device", "media"].map((name) => `http://www.onvif.org/ver10/${name}/wsdl`);
const PTZ = "http://www.onvif.org/ver20/ptz/wsdl";
const SCHEMA = "http://www.onvif.org/ver10/schema";
const SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss";

/** A camera that turns, over ONVIF. Its services are looked up with the first command, and again after a failure. */
export class OnvifCamera {
  readonly #address: OnvifAddress;
  readonly #around: Around;
  #found: Promise<Found> | null = null;

  constructor(address: OnvifAddress, around: Around) {
    this.#address = address;
    this.#around = around;
  }

  async move({ pan, tilt, zoom, seconds }: PtzMove): Promise<void> {
    await this.#command(({ profile, canZoom }) => {
      const zoomed = canZoom ? `<Zoom xmlns="${SCHEMA}" x="${zoom.toFixed(3)}"/>` : "";
      const turned = `<PanTilt xmlns="${SCHEMA}" x="${pan.toFixed(3)}" y="${tilt.toFixed(3)}"/>`;
      return `<ContinuousMove xmlns="${PTZ}"><ProfileToken>${profile}</ProfileToken><Velocity>${turned}${zoomed}</Velocity><Timeout>PT${seconds.toFixed(3)}S</Timeout></ContinuousMove>`;
    });
  }

  async stop(): Promise<void> {
    await this.#command(
      ({ profile }) =>
        `<Stop xmlns="${PTZ}"><ProfileToken>${profile}</ProfileToken><PanTilt>true</PanTilt><Zoom>true</Zoom></Stop>`,
    );
  }

  /** Goes to a position that is kept in the camera, by its name or token. */
  async goTo(preset: string): Promise<void> {
    const answer = await this.#command(
      ({ profile }) => `<GetPresets xmlns="${PTZ}"><ProfileToken>${profile}</ProfileToken></GetPresets>`,
    );
    const presets = elements(answer, "Preset").map(({ inside, tag }) => ({
      name: unescaped(elements(inside, "Name")[0]?.inside ?? ""),
      token: attribute(tag, "token"),
    }));
    const found = presets.find(({ name, token }) => name === preset || token === preset);
    if (found === undefined) {
      const known = presets.map(({ name }) => name).join(", ");
      throw new EffectError("ONVIF_PRESET", `the camera has no position "${preset}"; it has: ${known || "none"}`);
    }
    await this.#command(
      ({ profile }) =>
        `<GotoPreset xmlns="${PTZ}"><ProfileToken>${profile}</ProfileToken><PresetToken>${escaped(found.token)}</PresetToken></GotoPreset>`,
    );
  }

  async #command(body: (found: Found) => string): Promise<string> {
    this.#found ??= this.#find();
    try {
      const found = await this.#found;
      return await this.#ask(found.ptz, body(found));
    } catch (error) {
      this.#found = null;
      throw error;
    }
  }

  async #find(): Promise<Found> {
    const wanted = `<GetCapabilities xmlns="${DEVICE}"><Category>All</Category></GetCapabilities>`;
    const capabilities = await this.#ask("/onvif/device_service", wanted);
    const pathOf = (name: string) => servicePath(elements(capabilities, name)[0]?.inside ?? "");
    const [media, ptz] = [pathOf("Media"), pathOf("PTZ")];
    if (media === null || ptz === null) throw new EffectError("ONVIF_NO_PTZ", "the camera offers no PTZ over ONVIF");
    const profiles = elements(await this.#ask(media, `<GetProfiles xmlns="${MEDIA}"/>`), "Profiles");
    const profile = profiles.find(({ inside }) => elements(inside, "PTZConfiguration").length > 0);
    if (profile === undefined) throw new EffectError("ONVIF_NO_PTZ", "no profile of the camera turns it");
    const canZoom = elements(profile.inside, "DefaultContinuousZoomVelocitySpace").length > 0;
    return { media, ptz, profile: attribute(profile.tag, "token"), canZoom };
  }

  async #ask(path: string, body: string): Promise<string> {
    const { ip, port } = this.#address;
    const host = ip.includes(":") ? `[${ip}]` : ip;
    const { status, text } = await this.#around.http.send({
      method: "POST",
      url: `http://${host}:${port}${path}`,
      headers: { "content-type": "application/soap+xml; charset=utf-8" },
      body: `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">${this.#login()}<s:Body>${body}</s:Body></s:Envelope>`,
      timeoutMs: TIMEOUT_MS,
      isRedirected: false,
      mostBytes: 2 ** 20,
    });
    if (status < 300) return text;
    const reason = elements(text, "Text")[0]?.inside ?? "without a reason";
    throw new EffectError("ONVIF_REFUSED", `the camera answered with status ${status}: ${unescaped(reason).trim()}`);
  }

  /** The password itself does not leave: its digest with a nonce and the time does. */
  #login(): string {
    const { username, password } = this.#address;
    if (username === "") return "";
    const nonce = Buffer.from(this.#around.ids.uuid());
    const created = this.#around.time.now().toISOString();
    const digest = createHash("sha1").update(nonce).update(created).update(password).digest("base64");
    return [
      `<s:Header><Security xmlns="${SECURITY}-wssecurity-secext-1.0.xsd" s:mustUnderstand="1"><UsernameToken>`,
      `<Username>${escaped(username)}</Username>`,
      `<Password Type="${SECURITY}-username-token-profile-1.0#PasswordDigest">${digest}</Password>`,
      `<Nonce>${nonce.toString("base64")}</Nonce>`,
      `<Created xmlns="${SECURITY}-wssecurity-utility-1.0.xsd">${created}</Created>`,
      "</UsernameToken></Security></s:Header>",
    ].join("");
  }
}

/** Elements of a local name, whatever prefix a camera gives them. */
function elements(xml: string, name: string): { tag: string; inside: string }[] {
  const pattern = new RegExp(`<(?:[\\w-]+:)?${name}(\\s[^>]*?)?(?:/>|>([\\s\\S]*?)</(?:[\\w-]+:)?${name}>)`, "g");
  return Array.from(xml.matchAll(pattern), ([, tag = "", inside = ""]) => ({ tag, inside }));
}

function attribute(tag: string, name: string): string {
  return unescaped(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? "");
}

/** Cameras behind a router give the address that they have there, so only its path is used. */
function servicePath(capability: string): string | null {
  const address = unescaped(elements(capability, "XAddr")[0]?.inside ?? "").trim();
  return URL.canParse(address) ? new URL(address).pathname : null;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

function unescaped(text: string): string {
  return Object.entries(ENTITIES).reduceRight(
    (plain, [character, entity]) => plain.replaceAll(entity, character),
    text,
  );
}
