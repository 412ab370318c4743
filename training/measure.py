"""Precision, recall and mean average precision of the detector on labelled pictures."""

import torch

from loss import area, pairwise_iou
from pictures import CLASSES, letterboxed

SCORE = 0.5
LEAST_SCORE = 0.01
NMS_IOU = 0.5
MATCH_IOU = 0.5
# Objects less visible than this need not be found, and finding them is not wrong.
LEAST_VISIBLE = 0.6


def measure(model, samples):
    """A found object counts when class and box (IoU 0.5) are right, and it was not found before."""
    found, objects = [], torch.zeros(len(CLASSES))
    for start in range(0, len(samples.pictures), 32):
        pictures, boxes = letterboxed(samples.pictures[start : start + 32], samples.boxes[start : start + 32])
        with torch.no_grad():
            outputs = model(pictures)
        for index, output in enumerate(outputs):
            truth = boxes[index], samples.classes[start + index], samples.visible[start + index]
            found += judge(detections(output), truth)
            wanted = (truth[1] >= 0) & (truth[2] >= LEAST_VISIBLE)
            objects += torch.bincount(truth[1][wanted], minlength=len(CLASSES))
    return summary(found, objects)


def detections(output):
    """Model output [4 + classes, cells] to boxes, scores and classes after non-maximum suppression by class."""
    scores, classes = output[4:].max(0)
    keep = scores > LEAST_SCORE
    center, size = output[:2, keep].T, output[2:4, keep].T
    boxes, scores, classes = torch.cat([center - size / 2, center + size / 2], 1), scores[keep], classes[keep]
    order = scores.argsort(descending=True)
    boxes, scores, classes = boxes[order], scores[order], classes[order]
    iou = pairwise_iou(boxes[None], boxes[None])[0] * (classes[:, None] == classes)
    kept = []
    for index in range(len(boxes)):
        if not kept or iou[index, kept].max() <= NMS_IOU:
            kept.append(index)
    return boxes[kept], scores[kept], classes[kept]


def judge(detected, truth):
    """(class, score, right or wrong) of each detection; those of objects that need not be found are left out."""
    boxes, scores, classes = detected
    truth_boxes, truth_classes, visible = truth
    iou = pairwise_iou(boxes[None], truth_boxes[None])[0] * (classes[:, None] == truth_classes)
    taken, verdicts = set(), []
    for index in range(len(boxes)):
        open_iou = [0 if column in taken else value for column, value in enumerate(iou[index].tolist())]
        best = max(range(len(open_iou)), key=open_iou.__getitem__)
        right = open_iou[best] >= MATCH_IOU
        if right:
            taken.add(best)
        if not right and hides_behind(boxes[index], truth_boxes, (truth_classes >= 0) & (visible < LEAST_VISIBLE)):
            continue
        if not right or visible[best] >= LEAST_VISIBLE:
            verdicts.append((classes[index].item(), scores[index].item(), right))
    return verdicts


def hides_behind(box, truth_boxes, hidden):
    """Whether the box lies mostly on an object that is too hidden to be judged."""
    corner = torch.maximum(box[:2], truth_boxes[hidden][:, :2])
    overlap = (torch.minimum(box[2:], truth_boxes[hidden][:, 2:]) - corner).clamp(min=0).prod(1)
    return bool((overlap > 0.5 * area(box)).any())


def summary(found, objects):
    sure = [right for _, score, right in found if score >= SCORE]
    precisions = [
        average_precision([verdict for verdict in found if verdict[0] == index], count)
        for index, count in enumerate(objects.tolist())
    ]
    return {
        "objects": int(objects.sum()),
        "precision": sum(sure) / max(1, len(sure)),
        "recall": sum(sure) / objects.sum().item(),
        "map50": sum(precisions) / len(precisions),
        "ap50": dict(zip(CLASSES, precisions)),
    }


def average_precision(found, objects):
    """Area under the precision-recall curve, with precision made monotone."""
    ordered = sorted(found, key=lambda verdict: -verdict[1])
    right = torch.tensor([verdict[2] for verdict in ordered], dtype=torch.float64).cumsum(0)
    precision = right / torch.arange(1, len(right) + 1)
    envelope = precision.flip(0).cummax(0).values.flip(0)
    steps = torch.diff(right / objects, prepend=torch.zeros(1, dtype=torch.float64))
    return (envelope * steps).sum().item()
