"""Frames of a window to the features that a localizer takes."""
from contextlib import nullcontext
from typing import Any, Iterator, Mapping, Optional

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from mmbapg.errors import SettingError

from .foreign_networks import fault_of
from .freezing import ADAPTER, Freezing, Trained, kept_statistics
from .pretrained import load_pretrained
from .video_backbone import VideoBackbone
from .window_vit import CheckpointMismatchError


@MODELS.register_module()
class WindowEncoder(BaseModule):
    """A recognizer's network on windows of video.

    A window is cut into clips one after the other, each is seen by the
    network, maps are averaged over space, steps of all clips stand one after
    the other again and are interpolated linearly to the localizer's steps.
    Where a step of the localizer is a clip of its own, it is the mean over
    the clip instead, as stored features are.

    Args:
        recognizer, grid: See :class:`VideoBackbone`.
        frames_per_step: Frames for one step of the localizer.
        clip_len: Frames of a clip; by default those that the network needs,
            or else the whole window. 1 for networks of single frames.
            Networks with adapters see whole windows, and take none.
        pool_time: Average over the time of each clip; by default where it is
            as long as a step, ``frames_per_step``.
        trained: What is trained, see :class:`.freezing.Freezing`.
        frozen_norms: Normalization layers stay as they are.
        clips_per_pass: Clips that the network sees together, fewer for less
            memory; all of a batch by default. Networks that see whole windows
            take a window for a clip.
        with_cp: Compute each pass once more in the backward pass, instead of
            keeping in memory what the network computes in between. Networks
            with a ``with_cp`` of their own do it in smaller parts.
        pretrained: Checkpoint to begin with, see
            :func:`.pretrained.load_pretrained`. Testing needs none: weights
            are in the checkpoint of the localizer.
        init_cfg: See :class:`mmengine.model.BaseModule`.

    Raises:
        SettingError: If ``clip_len`` is given for a network that sees whole
            windows: its adapters would end where clips do.
    """

    def __init__(self,
                 recognizer: Mapping,
                 grid: int = 1,
                 frames_per_step: int = 1,
                 clip_len: Optional[int] = None,
                 pool_time: Optional[bool] = None,
                 trained: Trained = 'nothing',
                 frozen_norms: bool = False,
                 clips_per_pass: Optional[int] = None,
                 with_cp: bool = False,
                 pretrained: Optional[str] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.video = VideoBackbone(recognizer, grid)
        self.frames_per_step = frames_per_step
        if clip_len and self._network_sees_windows:
            raise SettingError(
                f'clip_len is {clip_len}, but '
                f'{type(self.video.backbone).__name__} sees whole windows, '
                'expected None: it cuts them into clips itself')
        self.clip_len = clip_len or self.video.clip_len
        self.pool_time = (self.clip_len == frames_per_step
                          if pool_time is None else pool_time)
        self.clips_per_pass = clips_per_pass
        self.with_cp = with_cp
        self.pretrained = pretrained
        self.freezing = Freezing(self.video.backbone, trained, frozen_norms)
        self.train(self.training)

    @property
    def frame_multiple(self) -> int:
        """Windows are so many frames, or a multiple."""
        network: Any = self.video.backbone
        if self._network_sees_windows:
            return network.num_frames
        return self.clip_len or 1

    @property
    def _network_sees_windows(self) -> bool:
        return getattr(self.video.backbone, 'sees_windows', False)

    def init_weights(self) -> None:
        """Initialize, then load the weights to begin with."""
        super().init_weights()
        if self.pretrained:
            load_pretrained(self.video, self.pretrained)

    def refuse_foreign(self, weights: Mapping[str, Tensor]) -> None:
        """Refuse weights of another network, which would be loaded in part.

        Where there are none of adapters, these stay as they are: at first
        they add nothing.

        Raises:
            CheckpointMismatchError: If one of its weights is missing, or of
                another shape.
        """
        network = self.video.backbone
        skipped = [] if any(ADAPTER in name for name in weights) else [ADAPTER]
        if self._network_sees_windows:
            skipped.append('pos_embed')  # of which it says more itself
        own = {name: value for name, value in self.state_dict().items()
               if any(part in name for part in skipped)}
        fault = fault_of(self, {**weights, **own})
        if fault:
            raise CheckpointMismatchError(
                f'found weights of another video network ({fault}), expected '
                f'those of {type(network).__name__} as in the config')

    def train(self, mode: bool = True) -> 'WindowEncoder':
        """What is frozen stays in evaluation mode."""
        super().train(mode)
        self.freezing.evaluate(self.video.backbone)
        return self

    def forward(self, frames: Tensor) -> Tensor:
        """Encode windows of one length.

        Args:
            frames: ``(B, 3, T, H, W)``, RGB in [0, 255]; ``T`` is a multiple
                of :attr:`frame_multiple`.

        Returns:
            ``(B, C, T / frames_per_step)`` in float32.
        """
        with torch.set_grad_enabled(
                torch.is_grad_enabled() and not self.freezing.nothing):
            steps = torch.cat([
                self._pass(clips) for clips in self._passes(frames)])
        steps = steps.unflatten(0, (len(frames), -1)).transpose(1, 2).flatten(
            2)
        return F.interpolate(
            steps.float(), frames.shape[2] // self.frames_per_step,
            mode='linear', align_corners=False)

    def _passes(self, frames: Tensor) -> Iterator[Tensor]:
        """``(n, 3, clip_len, H, W)``, window by window."""
        length = self.clip_len or frames.shape[2]
        clips = frames.unflatten(2, (-1, length)).transpose(1, 2).flatten(0, 1)
        yield from clips.split(self.clips_per_pass or len(clips))

    def _pass(self, clips: Tensor) -> Tensor:
        """``(n, C, t)`` of clips, which are normalized here: in the type of
        the frames they take a quarter of the memory."""
        clips = self.video.normalize(clips)
        if self.with_cp and torch.is_grad_enabled():
            steps = checkpoint(
                self.video.features, clips, use_reentrant=False,
                context_fn=lambda: (nullcontext(), kept_statistics(
                    self.video.backbone)))
        else:
            steps = self.video.features(clips)
        return steps.mean(dim=2, keepdim=True) if self.pool_time else steps
