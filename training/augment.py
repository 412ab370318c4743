"""Changes a batch of training pictures at random: place, size, mirror, light, colour, blur, sensor noise."""

import torch
import torch.nn.functional as F

from pictures import FITTED_HEIGHT, INPUT_HEIGHT, INPUT_WIDTH, PAD


def augment(pictures, boxes, random):
    """uint8 [n, 3, 180, 320] and corner boxes to floats 0..1 [n, 3, 192, 320] and boxes in their pixels."""
    pictures = pictures.float() / 255
    if chance(random) < 0.5:
        pictures, boxes = pictures.flip(3), mirrored(boxes, INPUT_WIDTH, 0)
    if chance(random) < 0.3:
        pictures, boxes = pictures.flip(2), mirrored(boxes, FITTED_HEIGHT, 1)
    pictures = colored(pictures, random)
    return placed(pictures, boxes, random)


def mirrored(boxes, size, axis):
    boxes = boxes.clone()
    boxes[..., [axis, axis + 2]] = size - boxes[..., [axis + 2, axis]]
    return boxes


def colored(pictures, random):
    count = len(pictures)
    if chance(random) < 0.3:
        pictures = pictures[:, torch.randperm(3, generator=random)]
    if chance(random) < 0.3:
        pictures = blurred(pictures)
    gain = uniform((count, 1, 1, 1), 0.65, 1.35, random) * uniform((count, 3, 1, 1), 0.92, 1.08, random)
    lift = uniform((count, 1, 1, 1), -0.08, 0.08, random)
    noise = torch.randn(pictures.shape, generator=random) * uniform((count, 1, 1, 1), 0.0, 0.03, random)
    return (pictures * gain + lift + noise).clamp(0, 1)


def blurred(pictures):
    return F.avg_pool2d(F.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, 1)


def placed(pictures, boxes, random):
    """Scales the whole batch by one factor and puts it somewhere in the model's input; what sticks out is cut."""
    scale = 1.0 if chance(random) < 0.4 else 0.75 + 0.5 * chance(random)
    height, width = round(FITTED_HEIGHT * scale), round(INPUT_WIDTH * scale)
    if scale != 1.0:
        pictures = F.interpolate(pictures, size=(height, width), mode="bilinear", align_corners=False, antialias=True)
    left = int((INPUT_WIDTH - width) * chance(random))
    top = int((INPUT_HEIGHT - height) * chance(random))
    pad = PAD / 255 if chance(random) < 0.7 else chance(random)
    canvas = torch.full((len(pictures), 3, INPUT_HEIGHT, INPUT_WIDTH), pad)
    from_x, from_y = max(0, -left), max(0, -top)
    part = pictures[:, :, from_y : from_y + INPUT_HEIGHT, from_x : from_x + INPUT_WIDTH]
    to_x, to_y = max(0, left), max(0, top)
    canvas[:, :, to_y : to_y + part.shape[2], to_x : to_x + part.shape[3]] = part
    return canvas, moved(boxes, scale, left, top)


def moved(boxes, scale, left, top):
    boxes = boxes * scale + torch.tensor([left, top, left, top], dtype=torch.float32)
    boxes[..., 0::2] = boxes[..., 0::2].clamp(0, INPUT_WIDTH)
    boxes[..., 1::2] = boxes[..., 1::2].clamp(0, INPUT_HEIGHT)
    return boxes


def chance(random):
    return torch.rand(1, generator=random).item()


def uniform(shape, least, most, random):
    return least + (most - least) * torch.rand(shape, generator=random)
