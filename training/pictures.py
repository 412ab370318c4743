"""Frames of the demo's scene as a camera delivers them: drawn by the TypeScript scene, encoded to H.264, decoded."""

import json
import os
import subprocess
from dataclasses import dataclass

import numpy as np
import torch

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CLASSES = ["circle", "square", "triangle"]
SCENE_WIDTH, SCENE_HEIGHT, FPS = 640, 360, 15
# The model's input: the picture at half size between two grey borders.
INPUT_WIDTH, INPUT_HEIGHT, PAD = 320, 192, 114
FITTED_HEIGHT = 180
MOST_OBJECTS = 20


@dataclass
class Clip:
    """Which part of the endless scene, and how it is compressed."""

    seed: int
    frames: int
    every: int
    crf: int
    scaler: str = "bicubic"


@dataclass
class Samples:
    """`pictures` uint8 [n, 3, 180, 320]; `boxes` [n, m, 4] corners in pixels of these; `classes` [n, m], -1 where there
    is no object; `visible` [n, m]."""

    pictures: torch.Tensor
    boxes: torch.Tensor
    classes: torch.Tensor
    visible: torch.Tensor


def load(clips, folder):
    """Renders the clips in a scratch folder; every `every`-th frame of each is kept."""
    parts = [load_clip(clip, folder) for clip in clips]
    return Samples(*(torch.cat([getattr(part, name) for part in parts]) for name in Samples.__annotations__))


def load_clip(clip, folder):
    video = os.path.join(folder, f"{clip.seed}-{clip.crf}.mp4")
    labels = os.path.join(folder, f"{clip.seed}.jsonl")
    encode(clip, video, labels)
    pictures = decode(clip, video)
    with open(labels, encoding="utf-8") as lines:
        truths = [json.loads(line) for line in lines][:: clip.every]
    os.remove(video)
    os.remove(labels)
    return Samples(pictures, *label_tensors(truths))


def encode(clip, video, labels):
    """The encoder's settings are those of the demo's camera (src/demo/encoder-arguments.ts), but for the quality."""
    dump = ["node", "--import", "tsx", "training/dump-scenes.ts"]
    dump += ["--seed", str(clip.seed), "--frames", str(clip.frames), "--labels", labels]
    command = ["ffmpeg", "-v", "error", "-y", "-threads", "1", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command += ["-s", f"{SCENE_WIDTH}x{SCENE_HEIGHT}", "-r", str(FPS), "-i", "-"]
    command += ["-c:v", "libx264", "-threads", "1", "-preset", "ultrafast", "-tune", "zerolatency"]
    command += ["-pix_fmt", "yuv420p", "-bf", "0", "-force_key_frames", "expr:gte(t,n_forced*0.5)", "-g", "600"]
    command += ["-crf", str(clip.crf), "-maxrate", "4000k", "-bufsize", "2000k", video]
    with subprocess.Popen(dump, cwd=ROOT, stdout=subprocess.PIPE) as source:
        subprocess.run(command, stdin=source.stdout, check=True)
    if source.returncode != 0:
        raise RuntimeError(f"dump-scenes.ts ended with exit code {source.returncode}")


def decode(clip, video):
    filters = f"select=not(mod(n\\,{clip.every})),scale={INPUT_WIDTH}:{FITTED_HEIGHT}:flags={clip.scaler}"
    command = ["ffmpeg", "-v", "error", "-threads", "1", "-i", video, "-vf", filters, "-vsync", "passthrough"]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    decoded = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    pictures = np.frombuffer(decoded.stdout, np.uint8).reshape(-1, FITTED_HEIGHT, INPUT_WIDTH, 3)
    return torch.from_numpy(pictures.transpose(0, 3, 1, 2).copy())


def label_tensors(truths):
    boxes = torch.zeros(len(truths), MOST_OBJECTS, 4)
    classes = torch.full((len(truths), MOST_OBJECTS), -1, dtype=torch.long)
    visible = torch.zeros(len(truths), MOST_OBJECTS)
    for row, truth in enumerate(truths):
        for column, item in enumerate(truth):
            boxes[row, column] = torch.tensor(item["box"]) * (INPUT_WIDTH / SCENE_WIDTH)
            classes[row, column] = CLASSES.index(item["class"])
            visible[row, column] = item["visible"]
    return boxes, classes, visible


def letterboxed(pictures, boxes):
    """Floats 0..1 [n, 3, 192, 320] and the boxes in their pixels, as the program feeds the model."""
    border = (INPUT_HEIGHT - FITTED_HEIGHT) // 2
    canvas = torch.full((len(pictures), 3, INPUT_HEIGHT, INPUT_WIDTH), PAD / 255)
    canvas[:, :, border : border + FITTED_HEIGHT] = pictures.float() / 255
    return canvas, boxes + torch.tensor([0.0, border, 0.0, border])
