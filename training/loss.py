"""Which cells answer for which object, and how wrong they are.

Task alignment: Feng et al., TOOD, 2021 (arXiv 2108.07755).
Generalised IoU: Rezatofighi et al., 2019 (arXiv 1902.09630).
"""

import torch
import torch.nn.functional as F

from pictures import CLASSES

CANDIDATES = 8
IOU_POWER = 6
BOX_WEIGHT = 2.5
# Objects less visible than this are neither to be found nor wrong to find.
LEAST_VISIBLE = 0.25


def detection_loss(boxes, logits, centers, truth_boxes, truth_classes, visible):
    """`boxes` [n, 4, cells] corners, `logits` [n, classes, cells], `centers` [2, cells]; truths as in `Samples`."""
    boxes = boxes.transpose(1, 2)
    logits = logits.transpose(1, 2)
    inside = cells_inside(centers, truth_boxes)
    wanted = (truth_classes >= 0) & (visible >= LEAST_VISIBLE) & big_enough(truth_boxes)
    with torch.no_grad():
        owner, target = assign(boxes, logits.sigmoid(), inside & wanted[..., None], truth_boxes, truth_classes)
    ignored = (inside & ((truth_classes >= 0) & ~wanted)[..., None]).any(1) & (target == 0)
    positive = target > 0
    classes = F.one_hot(truth_classes.clamp(min=0), len(CLASSES)).gather(1, expanded(owner, len(CLASSES)))
    score_loss = F.binary_cross_entropy_with_logits(logits, classes * target[..., None], reduction="none").sum(2)
    matched = truth_boxes.gather(1, expanded(owner, 4))
    box_loss = (1 - generalised_iou(boxes[positive], matched[positive])) * target[positive]
    total = target.sum().clamp(min=1)
    return ((score_loss * ~ignored).sum() + BOX_WEIGHT * box_loss.sum()) / total


def cells_inside(centers, truth_boxes):
    """[n, truths, cells]: the cell's centre lies in the object's box."""
    x, y = centers
    left, top, right, bottom = truth_boxes[..., None].unbind(2)
    return (x > left) & (x < right) & (y > top) & (y < bottom)


def big_enough(truth_boxes):
    return (truth_boxes[..., 2:] - truth_boxes[..., :2]).min(2).values > 5


def assign(boxes, scores, allowed, truth_boxes, truth_classes):
    """For each cell the index of its object and the score it should give, 0 where it has none: both [n, cells]."""
    iou = pairwise_iou(truth_boxes, boxes)
    class_scores = scores.transpose(1, 2).gather(1, expanded(truth_classes.clamp(min=0), scores.shape[1]))
    alignment = class_scores.sqrt() * iou**IOU_POWER * allowed + 1e-9 * allowed
    best, cells = alignment.topk(CANDIDATES, dim=2)
    chosen = torch.zeros_like(alignment).scatter(2, cells, (best > 0).float()) > 0
    owner = (iou * chosen).argmax(1)
    chosen &= F.one_hot(owner, iou.shape[1]).transpose(1, 2) > 0
    alignment = alignment * chosen
    best_alignment = alignment.amax(2, keepdim=True).clamp(min=1e-12)
    best_iou = (iou * chosen).amax(2, keepdim=True)
    # The root, where the paper takes the IoU itself, lifts half covered objects above the usual threshold of 0.5.
    return owner, (alignment / best_alignment * best_iou.sqrt()).amax(1)


def pairwise_iou(first, second):
    """[n, a, 4] and [n, b, 4] corner boxes to [n, a, b]."""
    corner = torch.maximum(first[:, :, None, :2], second[:, None, :, :2])
    opposite = torch.minimum(first[:, :, None, 2:], second[:, None, :, 2:])
    overlap = (opposite - corner).clamp(min=0).prod(3)
    return overlap / (area(first)[:, :, None] + area(second)[:, None] - overlap + 1e-9)


def generalised_iou(first, second):
    corner, opposite = torch.maximum(first[:, :2], second[:, :2]), torch.minimum(first[:, 2:], second[:, 2:])
    overlap = (opposite - corner).clamp(min=0).prod(1)
    hull = (torch.maximum(first[:, 2:], second[:, 2:]) - torch.minimum(first[:, :2], second[:, :2])).prod(1)
    union = area(first) + area(second) - overlap
    return overlap / (union + 1e-9) - (hull - union) / (hull + 1e-9)


def area(boxes):
    return (boxes[..., 2:] - boxes[..., :2]).clamp(min=0).prod(-1)


def expanded(index, width):
    return index[..., None].expand(*index.shape, width)
