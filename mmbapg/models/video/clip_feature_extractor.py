"""Features of clips, whose frames are shared where they overlap."""
from typing import Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

import numpy as np
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.logging import print_log
from mmengine.model import BaseModel
from torch import Tensor

from mmbapg.errors import SettingError
from mmbapg.setting_checks import expect_one_of

from ..localizers.weights import ForeignWeightsError
from .foreign_networks import fault_of
from .recognizer_config import RecognizerError
from .video_backbone import VideoBackbone
from .window_memory import told_memory

#: Where weights come from.
SOURCES = ('checkpoint', 'package', 'random')
#: Prefixes of the weights of a recognizer, or of a ``BoundaryLearner``, that
#: make no features.
LEFT_OUT = ('cls_head.', 'neck.', 'heads.', 'teachers.', 'projections.')


#: Frames ``(3, n, H, W)``, normalized, and the places ``(m, T)`` among them of
#: the frames of each clip.
Run = Tuple[Tensor, Tensor]


class Held(NamedTuple):
    """Frames of a video that later clips take.

    Attributes:
        numbers: ``(n, )``, ascending.
        frames: ``(3, n, H, W)``, normalized.
        next_clip: The clip that comes next.
    """
    numbers: np.ndarray
    frames: Tensor
    next_clip: int


@MODELS.register_module()
class ClipFeatureExtractor(BaseModel):
    """Makes a feature of each clip, by the network of any recognizer.

    Reads the samples of ``UntrimmedClipDataset``: runs of frames, and which of
    them each clip takes. Frames are normalized once, and clips are put
    together on the device. The last frames of a run are kept until the next
    run of the same video; so runs must come in order. Clips of all videos of a
    batch go through the network together.

    A feature is the average of a clip over space and time
    (:class:`VideoBackbone`).

    Args:
        recognizer: Field ``model`` of a recognizer's config.
        weights: Where they come from: ``checkpoint``, a file that must be
            loaded, of the recognizer; ``package``, what the network's config
            itself brings, such as ``EfficientNetLite(pretrained=True)``; or
            ``random``, which makes features that mean nothing.
        max_clips: Most clips that the network sees at once.
        grid: See :class:`VideoBackbone`.
        data_preprocessor: Moves inputs to the device; nothing else is left to
            do. By default MMEngine's.
        init_cfg: See :class:`mmengine.model.BaseModel`.

    Raises:
        RecognizerError: See :class:`VideoBackbone`.
    """

    def __init__(self,
                 recognizer: Mapping,
                 weights: str = 'checkpoint',
                 max_clips: int = 8,
                 grid: int = 1,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        expect_one_of('weights', weights, SOURCES)
        self.weights = weights
        self.max_clips = max_clips
        self.video = VideoBackbone(recognizer, grid)
        self._held: Dict[str, Held] = {}
        self._is_loaded = False

    def begin(self) -> None:
        """Forget all frames: other videos come.

        Raises:
            RecognizerError: If no weights were loaded, but should be.
        """
        self._held.clear()
        if self.weights == 'checkpoint' and not self._is_loaded:
            raise RecognizerError(
                f'{type(self.video.backbone).__name__}: found no weights, '
                'expected a checkpoint of the recognizer, the argument after '
                'the config, video_input.extractor_checkpoint of a localizer, '
                "or --extractor-checkpoint of segment.py (weights='random' "
                'makes features that mean nothing)')

    def forward(self,
                inputs: List[Tensor],
                data_samples: List[ActionDataSample],
                mode: str = 'tensor'):
        """The entry of MMEngine.

        Args:
            inputs: For each sample ``(n, 3, H, W)`` frames; 0 of them if all
                that its clips take have come before.
            data_samples: With what ``UntrimmedClipDataset`` tells; those
                without clips are left out.
            mode: ``predict`` or ``tensor``.

        Returns:
            The data samples with ``embeddings`` ``(m, C)``, or those of all
            samples ``(M, C)``.

        Raises:
            RecognizerError: If runs of a video do not come in order, or clips
                are not of the length that the network needs.
            WindowMemoryError: If memory does not suffice.
        """
        if mode not in ('predict', 'tensor'):
            raise SettingError(
                f'mode is {mode!r}, expected predict or tensor: features '
                'are not trained')
        runs = [(frames, sample) for frames, sample in zip(
            inputs, data_samples) if 'clips' in sample]
        gathered = [self._gather(frames, sample) for frames, sample in runs]
        features = self._features(gathered)
        if mode == 'tensor':
            return features
        parts = features.split([len(clips) for _, clips in gathered])
        for (_, sample), part in zip(runs, parts):
            sample.set_field(part, 'embeddings')
        return [sample for _, sample in runs]

    def _gather(self, frames: Tensor,
                sample: ActionDataSample) -> Run:
        """A run, whose frames come after those that were held."""
        numbers = np.asarray(sample.frame_numbers)
        if len(numbers):
            frames = self.video.normalize(frames.transpose(0, 1)[None])[0]
        held = self._held.pop(sample.path, None)
        if sample.first:
            if held is None or held.next_clip != sample.first:
                raise RecognizerError(
                    f'{sample.path}: found clip {sample.first} without those '
                    'before it, expected runs in order as VideoShardSampler '
                    'gives them')
            frames = torch.cat(
                [held.frames, *[frames] * bool(len(numbers))], dim=1)
            numbers = np.concatenate([held.numbers, numbers])
        if sample.last < sample.num_frames:
            kept = int(np.searchsorted(numbers, sample.keep_from))
            self._held[sample.path] = Held(
                numbers[kept:], frames[:, kept:].clone(), sample.last)
        places = np.searchsorted(numbers, np.asarray(sample.clips))
        return frames, torch.from_numpy(places).to(frames.device)

    def _features(self, gathered: List[Run]) -> Tensor:
        """``(M, C)`` of the clips of several runs, in their order."""
        features = [self._features_of(clips)
                    for clips in batches_of(gathered, self.max_clips)]
        if not features:
            return next(self.video.parameters()).new_empty(0, 0)
        return torch.cat(features)

    def _features_of(self, clips: Tensor) -> Tensor:
        """``(N, C)`` of clips ``(N, 3, T, H, W)``, which are normalized."""
        with told_memory(clips, 'clips', (
                'max_clips or batch_size of clip_features or the pixels of '
                'the test pipeline, or set fp16=True on a GPU')):
            return self.video.features(clips).mean(2)

    def _load_from_state_dict(self, state_dict: dict, prefix: str,
                              *args, **kwargs) -> None:
        """Take the weights of a recognizer under its own names too."""
        self._rename(state_dict, prefix)
        found = {name.removeprefix(f'{prefix}video.'): weight
                 for name, weight in state_dict.items()
                 if name.startswith(f'{prefix}video.')}
        fault = fault_of(self.video, found)
        if fault:
            raise ForeignWeightsError(
                f'found weights of another recognizer ({fault}), expected '
                f'those of {type(self.video.backbone).__name__} as in the '
                'config')
        self._is_loaded = True
        super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)

    def _rename(self, state_dict: dict, prefix: str) -> None:
        taken, left = 0, []
        for name in list(state_dict):
            # a BoundaryLearner has a VideoBackbone for an encoder
            inner = name.removeprefix(prefix).removeprefix('encoder.')
            if inner.startswith('backbone.'):
                state_dict[f'{prefix}video.{inner}'] = state_dict.pop(name)
                taken += 1
            elif inner.startswith(LEFT_OUT):
                del state_dict[name]
                left.append(inner)
        if taken:
            print_log(
                f'{taken} weights of a recognizer for its backbone; left out '
                f'{", ".join(left) or "none"}', 'current')


def batches_of(gathered: List[Run], most: int) -> Iterator[Tensor]:
    """Clips of several runs in as few batches as their sizes allow.

    Args:
        gathered: Runs.
        most: Clips of a batch.

    Yields:
        ``(N, 3, T, H, W)``.
    """
    waiting: List[Tensor] = []
    for frames, places in gathered:
        while len(places):
            room = most - sum(map(len, waiting))
            if waiting and (not room or
                            waiting[0].shape[3:] != frames.shape[2:]):
                yield torch.cat(waiting)
                waiting, room = [], most
            waiting.append(frames[:, places[:room]].transpose(0, 1))
            places = places[room:]
    if waiting:
        yield torch.cat(waiting)
