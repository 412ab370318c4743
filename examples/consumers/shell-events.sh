#!/bin/sh
# Prints a line for each object that enters a zone, and where it ended. Needs mosquitto_sub and jq.
# Usage: sh shell-events.sh [host] [port] [device]
host=${1:-localhost} port=${2:-1883} device=${3:-+}
mosquitto_sub -h "$host" -p "$port" -q 1 -t "millrace/$device/camera/+/events" |
  jq --raw-output --unbuffered '
    select(.reason == "zone_entered" or .phase == "end")
    | [.ts, .camera, .phase, .object.class, (.zones_entered // [] | join(",")), .id]
    | @tsv'
