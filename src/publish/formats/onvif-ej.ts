import type { Encoded, EncodeEvent, Event } from "./event-format.ts";

const TREE = "onvif-ej/RuleEngine/FieldDetector/ObjectsInside";

/** As ONVIF sends events over MQTT: an object that comes into a zone or leaves it, the zone being the rule. */
export const encodeOnvif: EncodeEvent = (event, before, root) => {
  const [now, was] = [zonesOf(event), before === null ? [] : zonesOf(before)];
  const of = (zone: string, isInside: boolean) => message(event, { zone, isInside, root });
  return [
    ...was.filter((zone) => !now.includes(zone)).map((zone) => of(zone, false)),
    ...now.filter((zone) => !was.includes(zone)).map((zone) => of(zone, true)),
  ];
};

function zonesOf({ phase, object }: Event): readonly string[] {
  return phase === "end" ? [] : [...new Set(object.zones)];
}

interface Crossing {
  zone: string;
  isInside: boolean;
  root: string;
}

function message({ ts, camera, id, object }: Event, { zone, isInside, root }: Crossing): Encoded {
  // "#", "+" and the marks between levels are taken out, as values of sources are levels.
  const rule = zone.replaceAll(/[#+/]/g, "");
  return {
    topic: `${root}/${TREE}/&${camera}/${rule}`,
    body: {
      UtcTime: ts,
      Source: { VideoSource: camera, Rule: zone },
      Data: { ObjectId: String(object.track ?? id), IsInside: String(isInside), Class: object.class },
    },
  };
}
