import type { Topics } from "../../publish/topics/topics.ts";
import type { Components } from "./component.ts";

/** The entities of the box itself. */
export function boxComponents(topics: Topics, commands: "none" | "cameras" | "all", root: string): Components {
  const availability = [{ topic: topics.status }];
  const statistic = (key: string, name: string, value_template: string, more: object) => ({
    [key]: {
      platform: "sensor",
      unique_id: `${root}-${key}`,
      name,
      availability,
      entity_category: "diagnostic",
      state_topic: topics.stats,
      state_class: "measurement",
      value_template,
      ...more,
    },
  });
  return {
    connection: {
      platform: "binary_sensor",
      unique_id: `${root}-connection`,
      name: "Connection",
      device_class: "connectivity",
      entity_category: "diagnostic",
      state_topic: topics.status,
      // It is connected until it is not.
      value_template: "{{ 'OFF' if value == 'offline' else 'ON' }}",
    },
    ...statistic("memory", "Memory", "{{ value_json.host.rss_mb }}", {
      device_class: "data_size",
      unit_of_measurement: "MB",
    }),
    ...statistic("waiting", "Waiting messages", "{{ value_json.outbox.spool.depth }}", {
      unit_of_measurement: "messages",
      icon: "mdi:tray-full",
    }),
    ...statistic("uptime", "Uptime", "{{ value_json.uptime_s | round(0) }}", {
      device_class: "duration",
      unit_of_measurement: "s",
    }),
    ...(commands === "all"
      ? {
          reload: {
            platform: "button",
            unique_id: `${root}-reload`,
            name: "Reload configuration",
            availability,
            entity_category: "config",
            icon: "mdi:reload",
            command_topic: topics.inbound.commands.replace("+", "reload"),
            payload_press: "{}",
            qos: 1,
          },
        }
      : {}),
  };
}
