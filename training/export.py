"""Writes the trained detector and the page that describes it."""

import os

import onnx
import torch

from measure import LEAST_VISIBLE, MATCH_IOU, NMS_IOU, SCORE
from network import STRIDES
from pictures import CLASSES, INPUT_HEIGHT, INPUT_WIDTH

OPSET = 13
METADATA = {
    "author": "millrace",
    "description": "Detector of circles, squares and triangles on the belts of the millrace demo",
    "license": "Apache-2.0",
    "task": "detect",
    "stride": str(max(STRIDES)),
    "imgsz": str([INPUT_HEIGHT, INPUT_WIDTH]),
    "names": str(dict(enumerate(CLASSES))),
}


def export(model, path):
    """One file without external data, batch size free, named and laid out like an exported YOLOv8."""
    example = torch.zeros(2, 3, INPUT_HEIGHT, INPUT_WIDTH)
    names = {"input_names": ["images"], "output_names": ["output0"]}
    free = {"dynamic_axes": {"images": {0: "batch"}, "output0": {0: "batch"}}}
    torch.onnx.export(model, example, path, opset_version=OPSET, **names, **free)
    written = onnx.load(path)
    onnx.helper.set_model_props(written, METADATA)
    for dimension, size in zip(written.graph.output[0].type.tensor_type.shape.dim[1:], model(example).shape[1:]):
        dimension.dim_value = size
    onnx.checker.check_model(written)
    onnx.save(written, path)


def write_readme(folder, model, accuracy, counts):
    with open(os.path.join(folder, "README.md"), "w", encoding="utf-8") as page:
        page.write(readme(os.path.getsize(os.path.join(folder, "shapes.onnx")), model, accuracy, counts))


def readme(size, model, accuracy, counts):
    parameters = sum(parameter.numel() for parameter in model.parameters())
    by_class = ", ".join(f"{name} {value:.3f}" for name, value in accuracy["ap50"].items())
    return f"""# The demo's detector

`shapes.onnx` finds circles, squares and triangles in the pictures of `millrace demo`. It is a small anchor-free
convolutional network ({parameters:,} parameters, {size / 1000:.0f} kB) made for this demo alone: it knows nothing of
photographs.

| | |
| --- | --- |
| Input | `images`, float32 `[batch, 3, {INPUT_HEIGHT}, {INPUT_WIDTH}]`, red first, 0..1, letterboxed |
| Output | `output0`, float32 `[batch, {4 + len(CLASSES)}, {model.centers.shape[1]}]`: centre x and y, width, height in input pixels, then one score per class; the layout of an exported YOLOv8, to be followed by non-maximum suppression |
| Classes | {", ".join(f"{index} {name}" for index, name in enumerate(CLASSES))} |

## Accuracy

Measured on {counts["held_out"]} pictures of scenes that had no part in training or tuning, encoded to H.264 and decoded
again, with {accuracy["objects"]} objects at least {LEAST_VISIBLE:.0%} visible:

| Precision | Recall | mAP50 |
| --- | --- | --- |
| {accuracy["precision"]:.3f} | {accuracy["recall"]:.3f} | {accuracy["map50"]:.3f} |

Precision and recall at score {SCORE}, non-maximum suppression by class at IoU {NMS_IOU}; an object is found when class and
box (IoU {MATCH_IOU}) are right. Objects that are less visible are left out of the count, found or not.
Average precision by class: {by_class}.

## How it was made

Trained from random weights by `training/train.py` of the source repository, on {counts["training"]} pictures drawn by the
demo's own scene (`src/demo/scene.ts`) and sent through H.264 at several qualities. No other pictures and no other model
were used. The same program wrote this page; `training/README.md` tells how to run it.

Licence: Apache-2.0, as the rest of millrace.
"""
