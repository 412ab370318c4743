"""Values that blocks work with: batches, pictures, detections. The names are those of the reference's Python."""

import datetime
import sys
import uuid

from millrace_ipc import np


class Batch:
    """Elements of a batch, each with its place in it."""

    def __init__(self, content, indices=None):
        self._content = list(content)
        self._indices = list(indices) if indices is not None else [(i,) for i in range(len(self._content))]

    @classmethod
    def init(cls, content, indices):
        if len(content) != len(indices):
            raise ValueError("a batch needs one index for each element")
        return cls(content, indices)

    @property
    def indices(self):
        return self._indices

    def iter_with_indices(self):
        return iter(zip(self._indices, self._content))

    def remove_by_indices(self, indices_to_remove):
        pairs = [pair for pair in self.iter_with_indices() if pair[0] not in indices_to_remove]
        return Batch([item for _, item in pairs], [index for index, _ in pairs])

    def broadcast(self, n):
        if len(self) == n:
            return self
        if len(self) == 1 and n > 0:
            return Batch(self._content * n, [self._indices[0]] * n)
        raise ValueError("a batch of %d cannot be broadcast to %d" % (len(self), n))

    def __getitem__(self, index):
        return self._content[index]

    def __len__(self):
        return len(self._content)

    def __iter__(self):
        return iter(self._content)


class VideoMetadata:
    def __init__(
        self,
        video_identifier,
        frame_number,
        frame_timestamp,
        fps=None,
        measured_fps=None,
        comes_from_video_file=None,
    ):
        self.video_identifier = video_identifier
        self.frame_number = frame_number
        self.frame_timestamp = frame_timestamp
        self.fps = fps
        self.measured_fps = measured_fps
        self.comes_from_video_file = comes_from_video_file


class OriginCoordinatesSystem:
    def __init__(self, left_top_x, left_top_y, origin_width, origin_height):
        self.left_top_x = left_top_x
        self.left_top_y = left_top_y
        self.origin_width = origin_width
        self.origin_height = origin_height


class ImageParentMetadata:
    def __init__(self, parent_id, origin_coordinates=None):
        self.parent_id = parent_id
        self.origin_coordinates = origin_coordinates


class WorkflowImageData:
    """A picture; `numpy_image` has rows of pixels in the order blue, green, red."""

    def __init__(
        self,
        parent_metadata,
        workflow_root_ancestor_metadata=None,
        image_reference=None,
        base64_image=None,
        numpy_image=None,
        video_metadata=None,
    ):
        if numpy_image is None and base64_image is None:
            raise ValueError("a picture needs numpy_image or base64_image")
        self._numpy_image = numpy_image
        self._base64_image = base64_image
        self._image_reference = image_reference
        self._parent_metadata = parent_metadata
        self._root_metadata = workflow_root_ancestor_metadata or parent_metadata
        self._video_metadata = video_metadata
        self._lease = None
        self._packed = None
        self._cut_from = None

    @classmethod
    def from_ipc(cls, packed, lease):
        image = cls.__new__(cls)
        image._numpy_image = image._base64_image = image._image_reference = None
        image._lease = lease
        image._packed = packed
        image._cut_from = None if packed["parent"] is None else packed["parent"]["id"]
        root, parent = packed["root"], packed["parent"] or packed["root"]
        image._parent_metadata = ImageParentMetadata(packed["parent_id"], origin_of(parent))
        image._root_metadata = ImageParentMetadata(root["id"], origin_of(root))
        image._video_metadata = None if packed["video"] is None else video_from_ipc(packed["video"])
        return image

    @classmethod
    def copy_and_replace(cls, origin_image_data, **changes):
        image = cls.__new__(cls)
        image.__dict__.update(origin_image_data.__dict__)
        names = {
            "workflow_root_ancestor_metadata": "_root_metadata",
            "parent_metadata": "_parent_metadata",
            "video_metadata": "_video_metadata",
            "numpy_image": "_numpy_image",
            "base64_image": "_base64_image",
            "image_reference": "_image_reference",
        }
        image.__dict__.update({names[name]: value for name, value in changes.items()})
        if changes.get("numpy_image") is not None or changes.get("base64_image") is not None:
            image._lease = None
            for name in ("numpy_image", "base64_image"):
                if name not in changes:
                    setattr(image, names[name], None)
        # No longer the picture that came.
        image._packed = None
        return image

    @classmethod
    def create_crop(
        cls,
        origin_image_data,
        crop_identifier,
        cropped_image,
        offset_x,
        offset_y,
        preserve_video_metadata=False,
    ):
        height, width = origin_image_data.numpy_image.shape[:2]
        root = origin_image_data.workflow_root_ancestor_metadata
        inner = root.origin_coordinates
        moved = OriginCoordinatesSystem(
            inner.left_top_x + offset_x, inner.left_top_y + offset_y, inner.origin_width, inner.origin_height
        )
        video = None
        if preserve_video_metadata and origin_image_data._video_metadata is not None:
            video = VideoMetadata(**vars(origin_image_data._video_metadata))
            video.video_identifier = "%s | crop: %s" % (video.video_identifier, crop_identifier)
        crop = cls(
            parent_metadata=ImageParentMetadata(
                crop_identifier, OriginCoordinatesSystem(offset_x, offset_y, width, height)
            ),
            workflow_root_ancestor_metadata=ImageParentMetadata(root.parent_id, moved),
            numpy_image=cropped_image,
            video_metadata=video,
        )
        crop._cut_from = origin_image_data.parent_metadata.parent_id
        return crop

    @property
    def parent_metadata(self):
        return self._with_size(self._parent_metadata)

    @property
    def workflow_root_ancestor_metadata(self):
        return self._with_size(self._root_metadata)

    def _with_size(self, metadata):
        if metadata.origin_coordinates is None:
            height, width = self.numpy_image.shape[:2]
            metadata.origin_coordinates = OriginCoordinatesSystem(0, 0, width, height)
        return metadata

    @property
    def width(self):
        return self._packed["width"] if self._packed is not None else self.numpy_image.shape[1]

    @property
    def height(self):
        return self._packed["height"] if self._packed is not None else self.numpy_image.shape[0]

    @property
    def rgb(self):
        """Packed bytes in the order red, green, blue; works without numpy."""
        if self._lease is not None and self._numpy_image is None:
            return self._lease.rgb()
        return np.ascontiguousarray(three_channels(self.numpy_image)[..., ::-1]).tobytes()

    @property
    def numpy_image(self):
        if self._numpy_image is None:
            if np is None:
                raise ModuleNotFoundError("numpy_image needs numpy, which is not installed; `rgb` works without it")
            self._numpy_image = self._decode() if self._lease is None else self._map()
        return self._numpy_image

    def _map(self):
        shape = self._packed["height"], self._packed["width"], 3
        # These take no array whose channels run backwards.
        if "cv2" in sys.modules:
            cv2 = sys.modules["cv2"]
            return cv2.cvtColor(self._lease.as_it_came(shape), cv2.COLOR_RGB2BGR)
        if "torch" in sys.modules:
            return np.ascontiguousarray(self._lease.as_it_came(shape)[..., ::-1])
        return self._lease.writable().reshape(shape)[..., ::-1]

    def is_as_it_came(self):
        """Whether it is the picture that the daemon sent, and nothing was drawn on it."""
        if self._packed is None or self._lease is None:
            return False
        if self._numpy_image is None:
            return True
        came = self._lease.as_it_came((self._packed["height"], self._packed["width"], 3))
        return np.array_equal(self._numpy_image, came[..., ::-1])

    def __getstate__(self):
        """Copies have pixels of their own."""
        state = dict(self.__dict__)
        if self._lease is not None:
            pixels = None if self._base64_image is not None else np.ascontiguousarray(self.numpy_image)
            state.update(_numpy_image=pixels, _lease=None, _packed=None)
        return state

    def _decode(self):
        import base64

        import cv2

        return cv2.imdecode(np.frombuffer(base64.b64decode(self._base64_image), np.uint8), cv2.IMREAD_COLOR)

    @property
    def base64_image(self):
        if self._base64_image is None:
            import base64

            import cv2

            quality = [int(cv2.IMWRITE_JPEG_QUALITY), 95]
            jpeg = cv2.imencode(".jpg", np.ascontiguousarray(self.numpy_image), quality)[1]
            self._base64_image = base64.b64encode(jpeg.tobytes()).decode()
        return self._base64_image

    @property
    def video_metadata(self):
        if self._video_metadata is None:
            now = datetime.datetime.now()
            return VideoMetadata(self._parent_metadata.parent_id, 0, now, 30.0, None, None)
        return self._video_metadata


def origin_of(place):
    return OriginCoordinatesSystem(place["offset_x"], place["offset_y"], place["width"], place["height"])


def three_channels(array):
    array = np.asarray(array)
    if array.dtype != np.uint8 or array.ndim not in (2, 3):
        raise ValueError("a picture is an array of uint8 with two or three axes, not %s of %s" % (array.shape, array.dtype))
    if array.ndim == 2 or array.shape[2] == 1:
        return np.stack([array.reshape(array.shape[:2])] * 3, axis=-1)
    return array[..., :3]


def video_from_ipc(packed):
    moment = datetime.datetime.fromtimestamp(packed["frameTimestamp"] / 1000)
    return VideoMetadata(
        packed["videoIdentifier"],
        packed["frameNumber"],
        moment,
        packed["fps"],
        packed["measuredFps"],
        packed["comesFromVideoFile"],
    )


def video_to_ipc(video):
    moment = video.frame_timestamp
    return {
        "videoIdentifier": str(video.video_identifier),
        "frameNumber": int(video.frame_number),
        "frameTimestamp": moment.timestamp() * 1000,
        "fps": video.fps,
        "measuredFps": video.measured_fps,
        "comesFromVideoFile": video.comes_from_video_file,
    }


def image_to_ipc(image, writer):
    """The picture that came, by its number, or the pixels of a new one."""
    if image.is_as_it_came():
        return {"$": "image", "index": image._packed["index"]}
    pixels = np.ascontiguousarray(three_channels(image.numpy_image)[..., ::-1])
    height, width = pixels.shape[:2]
    parent, root = image.parent_metadata, image.workflow_root_ancestor_metadata
    is_root = parent.parent_id == root.parent_id
    return {
        "$": "image",
        "s": writer.add_array("image", pixels),
        "width": width,
        "height": height,
        "parent_id": str(parent.parent_id),
        "parent": None if is_root else dict(place_of(parent), id=str(image._cut_from or root.parent_id)),
        "root": place_of(root, (width, height) if is_root else None),
        "video": None if image._video_metadata is None else video_to_ipc(image._video_metadata),
    }


def place_of(metadata, size=None):
    origin = metadata.origin_coordinates
    width, height = size or (origin.origin_width, origin.origin_height)
    return {
        "id": str(metadata.parent_id),
        "width": int(width),
        "height": int(height),
        "offset_x": int(origin.left_top_x),
        "offset_y": int(origin.left_top_y),
    }


def new_id():
    return str(uuid.uuid4())
