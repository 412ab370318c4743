"""Trains demo/shapes.onnx, the detector of the demo, and writes its accuracy into demo/README.md."""

import argparse
import copy
import math
import os
import tempfile
import time

import torch

from augment import augment
from export import export, write_readme
from loss import detection_loss
from measure import measure
from network import Detector
from pictures import Clip, load

TRAINING = [
    Clip(seed, 480, 5, crf=(20, 23, 27, 31)[seed % 4], scaler=("bicubic", "bilinear")[seed // 4 % 2])
    for seed in range(1, 37)
]
HELD_OUT = [Clip(seed, 600, 10, crf=23) for seed in range(9101, 9107)]
EPOCHS = 13
BATCH = 16
LEARNING_RATE = 3e-3
WARM_UP_STEPS = 150
AVERAGE_DECAY = 0.995


def main():
    arguments = parse_arguments()
    torch.manual_seed(1)
    torch.set_num_threads(arguments.threads)
    torch.use_deterministic_algorithms(True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        training = load(TRAINING, folder)
        held_out = load(HELD_OUT, folder)
    print(f"{len(training.pictures)} pictures to learn from, {len(held_out.pictures)} held out", flush=True)
    model = train(training, arguments.epochs)
    accuracy = measure(model, held_out)
    print(accuracy)
    export(model, os.path.join(arguments.out, "shapes.onnx"))
    minutes = (time.monotonic() - started) / 60
    print(f"{minutes:.1f} minutes")
    counts = {"training": len(training.pictures), "held_out": len(held_out.pictures)}
    write_readme(arguments.out, model, accuracy, counts)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "../demo"))
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def train(samples, epochs):
    """The running average of the weights, ready for use."""
    random = torch.Generator().manual_seed(2)
    model = Detector().train()
    average = copy.deepcopy(model).eval()
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=1e-3)
    steps = epochs * (len(samples.pictures) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step, steps))
    for epoch in range(epochs):
        order = torch.randperm(len(samples.pictures), generator=random)
        started, total = time.monotonic(), 0.0
        batches = order[: len(order) // BATCH * BATCH].split(BATCH)
        for batch in batches:
            total += train_step(model, optimizer, samples, batch, random)
            schedule.step()
            follow(average, model)
        seconds = time.monotonic() - started
        print(f"epoch {epoch + 1}/{epochs} loss {total / len(batches):.3f} {seconds:.0f} s", flush=True)
    return average


def rate(step, steps):
    """A short rise, then half a cosine down to a hundredth."""
    return min(1.0, (step + 1) / WARM_UP_STEPS) * (0.01 + 0.99 * (1 + math.cos(math.pi * min(1.0, step / steps))) / 2)


def train_step(model, optimizer, samples, batch, random):
    pictures, boxes = augment(samples.pictures[batch], samples.boxes[batch], random)
    predicted, logits = model.raw(pictures)
    loss = detection_loss(predicted, logits, model.centers, boxes, samples.classes[batch], samples.visible[batch])
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
    optimizer.step()
    return loss.item()


def follow(average, model):
    with torch.no_grad():
        for mean, value in zip(average.state_dict().values(), model.state_dict().values()):
            if value.dtype.is_floating_point:
                mean.lerp_(value, 1 - AVERAGE_DECAY)
            else:
                mean.copy_(value)


if __name__ == "__main__":
    main()
