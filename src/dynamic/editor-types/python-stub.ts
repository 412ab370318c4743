import type { DynamicBlockDefinition, DynamicInputDefinition } from "../../definition/dynamic-block.ts";
import { DETECTION_KINDS } from "../../kinds/kinds.ts";
import { type BlockSignature, blockSignature, type InputSignature } from "../declare/block-signature.ts";

/**
 * A stub for editors of Python (a `.pyi`): the names that code of blocks has without importing them and, for a block,
 * `BlockOutputs` and `BlockResult`.
 */
export function pythonStub(definition: DynamicBlockDefinition | null): string {
  return definition === null ? `${COMMON}\nBlockResult = Any\n` : `${COMMON}\n${ofBlock(definition)}`;
}

function ofBlock(definition: DynamicBlockDefinition): string {
  const signature = blockSignature(definition);
  const outputs = signature.outputs.map(({ name, kinds }) => `    ${text(name)}: ${optional(typeOf(kinds))},\n`);
  const one = signature.isList ? "List[BlockOutputs]" : "Optional[BlockOutputs]";
  return [
    `BlockOutputs = TypedDict("BlockOutputs", {\n${outputs.join("")}})`,
    `BlockResult = ${signature.isBatch ? `List[${one}]` : one}`,
    "",
    `# ${text(signature.type)} is`,
    `# def ${definition.code.run_function_name}(${parameters(signature).join(", ")}) -> BlockResult: ...`,
    "",
  ].join("\n");
}

function parameters({ inputs }: BlockSignature): string[] {
  // Those with a default come last, as Python has it.
  const sorted = [...inputs].sort((a, b) => Number(a.isOptional) - Number(b.isOptional));
  return [
    "self: BlockSelf",
    ...sorted.map((input) => `${input.name}: ${inputType(input)}${input.isOptional ? " = None" : ""}`),
  ];
}

/** Lists that batches flow into are a \`Batch\`. */
function inputType({ kinds, literals, isOptional, isNullable, lists, isMixed }: InputSignature): string {
  const value = typeOf(kinds, literals);
  const element = isNullable ? optional(value) : value;
  const listed = lists === 2 ? `Batch[${element}]` : element;
  const batch = lists === 0 ? listed : `Batch[${listed}]`;
  const whole = isMixed ? `Union[${listed}, ${batch}]` : batch;
  return isOptional ? optional(whole) : whole;
}

function optional(type: string): string {
  return type === "Any" || type.startsWith("Optional[") ? type : `Optional[${type}]`;
}

function typeOf(kinds: readonly string[], literals: DynamicInputDefinition["value_types"] = []): string {
  const types = new Set([...kinds.map(kindType), ...literals.map((literal) => LITERALS[literal])]);
  if (types.size === 0 || types.has("Any")) return "Any";
  return types.size === 1 ? ([...types][0] ?? "Any") : `Union[${[...types].join(", ")}]`;
}

function kindType(kind: string): string {
  return DETECTION_KINDS.includes(kind) ? "Detections" : (KINDS[kind] ?? "Any");
}

function text(value: string): string {
  return JSON.stringify(value);
}

const LITERALS: Readonly<Record<DynamicInputDefinition["value_types"][number], string>> = {
  any: "Any",
  integer: "int",
  float: "float",
  boolean: "bool",
  dict: "Dict[str, Any]",
  list: "List[Any]",
  string: "str",
};

/** Kinds of texts, numbers and the like; what is missing here may be anything. */
const KINDS: Readonly<Record<string, string>> = {
  image: "WorkflowImageData",
  video_metadata: "VideoMetadata",
  boolean: "bool",
  integer: "int",
  float: "float",
  float_zero_to_one: "float",
  string: "str",
  secret: "str",
  prediction_type: "str",
  parent_id: "str",
  inference_id: "str",
  language_model_output: "str",
  dictionary: "Dict[str, Any]",
  classification_prediction: "Dict[str, Any]",
  image_metadata: "Dict[str, Any]",
  list_of_values: "List[Any]",
  detections_overlaps: "List[Any]",
  timestamp: "datetime.datetime",
  bytes: "bytes",
};

const COMMON = `# Types for code of blocks in Python. They are there for editors; nothing of them runs.
import datetime
import json as json
import math as math
import os as os
import time as time
from typing import Any as Any
from typing import Dict as Dict
from typing import Generic, Iterator, Optional as Optional, TypedDict, TypeVar
from typing import List as List
from typing import Set as Set
from typing import Tuple as Tuple
from typing import Union as Union

# Those that are installed.
import cv2 as cv2
import numpy
import requests as requests
import shapely as shapely
import supervision

np = numpy
sv = supervision

T = TypeVar("T")

class BlockSelf:
    """The first argument of run; one object for each step, which you may add to."""

    step: str
    step_name: str
    source: str
    @property
    def init_results(self) -> Dict[str, Any]: ...
    _init_results: Dict[str, Any]
    def get_workflow_context(self) -> Dict[str, Any]: ...
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class Batch(Generic[T]):
    """Elements of a batch, each with its place in it."""

    def __init__(self, content: List[T], indices: Optional[List[Tuple[int, ...]]] = None) -> None: ...
    @classmethod
    def init(cls, content: List[T], indices: List[Tuple[int, ...]]) -> Batch[T]: ...
    @property
    def indices(self) -> List[Tuple[int, ...]]: ...
    def iter_with_indices(self) -> Iterator[Tuple[Tuple[int, ...], T]]: ...
    def remove_by_indices(self, indices_to_remove: Set[Tuple[int, ...]]) -> Batch[T]: ...
    def broadcast(self, n: int) -> Batch[T]: ...
    def __getitem__(self, index: int) -> T: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[T]: ...

class VideoMetadata:
    video_identifier: str
    frame_number: int
    frame_timestamp: datetime.datetime
    fps: Optional[float]
    measured_fps: Optional[float]
    comes_from_video_file: Optional[bool]
    def __init__(
        self,
        video_identifier: str,
        frame_number: int,
        frame_timestamp: datetime.datetime,
        fps: Optional[float] = None,
        measured_fps: Optional[float] = None,
        comes_from_video_file: Optional[bool] = None,
    ) -> None: ...

class OriginCoordinatesSystem:
    left_top_x: int
    left_top_y: int
    origin_width: int
    origin_height: int
    def __init__(self, left_top_x: int, left_top_y: int, origin_width: int, origin_height: int) -> None: ...

class ImageParentMetadata:
    parent_id: str
    origin_coordinates: Optional[OriginCoordinatesSystem]
    def __init__(self, parent_id: str, origin_coordinates: Optional[OriginCoordinatesSystem] = None) -> None: ...

class WorkflowImageData:
    """A picture; numpy_image has rows of pixels in the order blue, green, red."""

    def __init__(
        self,
        parent_metadata: ImageParentMetadata,
        workflow_root_ancestor_metadata: Optional[ImageParentMetadata] = None,
        image_reference: Optional[str] = None,
        base64_image: Optional[str] = None,
        numpy_image: Any = None,
        video_metadata: Optional[VideoMetadata] = None,
    ) -> None: ...
    @classmethod
    def copy_and_replace(cls, origin_image_data: WorkflowImageData, **changes: Any) -> WorkflowImageData: ...
    @classmethod
    def create_crop(
        cls,
        origin_image_data: WorkflowImageData,
        crop_identifier: str,
        cropped_image: Any,
        offset_x: int,
        offset_y: int,
        preserve_video_metadata: bool = False,
    ) -> WorkflowImageData: ...
    @property
    def parent_metadata(self) -> ImageParentMetadata: ...
    @property
    def workflow_root_ancestor_metadata(self) -> ImageParentMetadata: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def rgb(self) -> Union[bytes, memoryview]:
        """Packed bytes in the order red, green, blue; works without numpy."""
    @property
    def numpy_image(self) -> numpy.ndarray: ...
    @property
    def base64_image(self) -> str: ...
    @property
    def video_metadata(self) -> VideoMetadata: ...

class Detections:
    """Boxes with their fields; of the class of that name in supervision where the code names that and it is installed."""

    xyxy: Any
    mask: Any
    confidence: Any
    class_id: Any
    tracker_id: Any
    data: Dict[str, Any]
    metadata: Dict[str, Any]
    def __init__(
        self,
        xyxy: Any,
        mask: Any = None,
        confidence: Any = None,
        class_id: Any = None,
        tracker_id: Any = None,
        data: Optional[Dict[str, Any]] = None,
        metadata: Optional[Dict[str, Any]] = None,
    ) -> None: ...
    @classmethod
    def empty(cls) -> Detections: ...
    @classmethod
    def merge(cls, detections_list: List[Detections]) -> Detections: ...
    def is_empty(self) -> bool: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Tuple[Any, Any, Any, Any, Any, Dict[str, Any]]]: ...
    def __getitem__(self, index: Any) -> Any: ...
    def __setitem__(self, key: str, value: Any) -> None: ...
    @property
    def area(self) -> Any: ...
    @property
    def box_area(self) -> Any: ...
`;
