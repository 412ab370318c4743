"""Follows the counts of every camera and says when one goes above a limit. Needs paho-mqtt 2.

Usage: python3 python_counts.py [host] [port] [limit]
"""

import json
import sys

import paho.mqtt.client as mqtt

host = sys.argv[1] if len(sys.argv) > 1 else "localhost"
port = int(sys.argv[2]) if len(sys.argv) > 2 else 1883
limit = int(sys.argv[3]) if len(sys.argv) > 3 else 3


def on_connect(client, userdata, flags, reason, properties):
    # Subscribed at every connect: what is retained comes again.
    client.subscribe([("millrace/+/camera/+/count/+/+", 1), ("millrace/+/camera/+/status", 1)])


def on_message(client, userdata, message):
    prefix, device, _, camera, kind, *keys = message.topic.split("/")
    if message.payload == b"":
        return  # the camera is gone
    if kind == "status":
        status = json.loads(message.payload)
        if status["error"] is not None:
            print(f"{device}/{camera}: {status['state']}, {status['error']['code']}, again at {status['next_retry']}", flush=True)
        return
    zone, label = keys
    count = int(message.payload)
    if count > limit:
        print(f"{device}/{camera}: {count} {label} in {zone}", flush=True)


client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
client.on_connect = on_connect
client.on_message = on_message
client.connect(host, port)
client.loop_forever()
