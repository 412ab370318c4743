"""A small anchor-free detector: plain convolutions down to strides 8 and 16, one head on each."""

import torch
from torch import nn

from pictures import CLASSES, INPUT_HEIGHT, INPUT_WIDTH

STRIDES = (8, 16)
WIDTHS = (16, 24, 32, 40)


class Detector(nn.Module):
    """Floats 0..1 [n, 3, 192, 320] to [n, 4 + classes, cells]: centre x and y, width, height in input pixels, then the
    score of each class; this is the output layout of an exported YOLOv8."""

    def __init__(self):
        super().__init__()
        first, second, third, fourth = WIDTHS
        self.down8 = nn.Sequential(
            convolution(3, first, 2),
            convolution(first, second, 2),
            convolution(second, third, 2),
            Residual(third),
        )
        self.down16 = nn.Sequential(convolution(third, fourth, 2), Residual(fourth), Residual(fourth))
        self.up = nn.Sequential(convolution(fourth, third, 1, 1), nn.Upsample(scale_factor=2, mode="nearest"))
        self.head8 = head(third)
        self.head16 = head(fourth)
        self.register_buffer("centers", cell_centers())
        self.register_buffer("strides", cell_strides())

    def forward(self, pictures):
        boxes, logits = self.raw(pictures)
        return torch.cat([corners_to_centers(boxes), logits.sigmoid()], dim=1)

    def raw(self, pictures):
        """Corner boxes [n, 4, cells] in pixels and class logits [n, classes, cells]."""
        fine = self.down8(pictures)
        coarse = self.down16(fine)
        outputs = [self.head8(fine + self.up(coarse)), self.head16(coarse)]
        cells = torch.cat([output.reshape(-1, 4 + len(CLASSES), cells_of(s)) for output, s in zip(outputs, STRIDES)], 2)
        sides = cells[:, :4].clamp(max=4.0).exp() * self.strides
        corners = torch.cat([self.centers - sides[:, :2], self.centers + sides[:, 2:]], dim=1)
        return corners, cells[:, 4:]


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(convolution(width, width), convolution(width, width))

    def forward(self, features):
        return features + self.body(features)


def convolution(from_width, to_width, stride=1, size=3):
    layer = nn.Conv2d(from_width, to_width, size, stride, size // 2, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(to_width), nn.ReLU())


def head(width):
    last = nn.Conv2d(width, 4 + len(CLASSES), 1)
    # Starts with low scores, so that the many empty cells do not drown the few full ones (focal loss paper, 4.1).
    nn.init.constant_(last.bias[4:], -4.0)
    nn.init.constant_(last.bias[:4], 0.5)
    return nn.Sequential(convolution(width, width), last)


def cells_of(stride):
    return (INPUT_HEIGHT // stride) * (INPUT_WIDTH // stride)


def cell_centers():
    return torch.cat([level_centers(stride) for stride in STRIDES], dim=1)


def level_centers(stride):
    rows = (torch.arange(INPUT_HEIGHT // stride) + 0.5) * stride
    columns = (torch.arange(INPUT_WIDTH // stride) + 0.5) * stride
    y, x = torch.meshgrid(rows, columns, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()])


def cell_strides():
    return torch.cat([torch.full((1, cells_of(stride)), float(stride)) for stride in STRIDES], dim=1)


def corners_to_centers(boxes):
    return torch.cat([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]], dim=1)
