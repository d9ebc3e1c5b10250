"""A localizer from frames to segments."""
from itertools import islice
from typing import (
    ContextManager,
    Dict,
    Iterator,
    List,
    Optional,
    Sequence,
    Tuple,
)

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.model import BaseDataPreprocessor, BaseModel
from mmengine.optim import OptimWrapper
from mmengine.structures import InstanceData
from torch import Tensor

from mmbapg.errors import SettingError
from mmbapg.ops import sliding_windows
from mmbapg.setting_checks import expect_accepted, expect_one_of

from ..layers import PaddedSequences, Sequences, join_sequences
from ..video.window_memory import told_memory
from .contract import joins_windows, training_length
from .window_frames import (
    FrameSequence,
    FramesError,
    name_of,
    refuse_other_sizes,
    refuse_other_steps,
    refuse_too_long,
    repeated,
)

#: Beginning of the names of the video network's weights.
VIDEO_NETWORK = 'video_backbone.'
#: What may be done with windows that have too few frames.
SHORT_WINDOWS = ('repeat', 'error')


@MODELS.register_module()
class EndToEndLocalizer(BaseModel):
    """A video network and a localizer that are trained together.

    Any localizer of this package is a host, with or without BAPG; its config
    has the width that the video network gives and the steps of a window, as
    on stored features. Training is on windows. In testing, whole videos are
    cut into windows, of which the video network sees a few at a time; either
    the host sees the windows too, and what it finds in all of them goes
    through its suppression once, or it sees the features of the whole video.

    Args:
        video_backbone: Config of a :class:`WindowEncoder`.
        localizer: Config of the host.
        window_size: Steps of a window; by default those that the host trains
            on. The host fills up fewer, as AdaTAD's for Ego4D, 1800 of 2048.
        window_overlap: In testing, the share of a window that the next one
            sees again. ``None`` joins the features of windows that do not
            overlap, and lets the host see the whole video.
        short_windows: If a window has too few frames: ``'repeat'`` its last
            frame, or ``'error'``.
        show_padding: Let the host's convolutions see the features of repeated
            frames behind the last step, as AdaTAD's code does, rather than
            zeros.
        windows_per_pass: Windows that are encoded together, in testing.
        data_preprocessor: Config; by default frames just move to the model's
            device.
        init_cfg: See :class:`mmengine.model.BaseModel`.

    Raises:
        SettingError: If ``short_windows`` is unknown, the host joins no
            windows or trains on fewer steps, or clips are not whole.
    """

    #: Batches are lists of windows.
    takes_batches = False

    def __init__(self,
                 video_backbone: dict,
                 localizer: dict,
                 window_size: Optional[int] = None,
                 window_overlap: Optional[float] = 0.5,
                 short_windows: str = 'repeat',
                 show_padding: bool = False,
                 windows_per_pass: int = 1,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        expect_one_of('short_windows', short_windows, SHORT_WINDOWS)
        longest = training_length(localizer)
        self.window_size = longest if window_size is None else window_size
        if not 0 < self.window_size <= longest:
            raise SettingError(
                f'window_size is {window_size}, expected 1 to {longest}, the '
                'steps that the host trains on')
        if window_overlap is not None:
            expect_accepted('window_overlap', sliding_windows,
                            self.window_size, self.window_size, window_overlap)
        self.video_backbone = MODELS.build(
            {'type': 'WindowEncoder', **video_backbone})
        self.localizer = MODELS.build(localizer)
        # of features; frames have the preprocessor of this model
        self.standardizer = self.localizer.data_preprocessor
        self.localizer.data_preprocessor = BaseDataPreprocessor()
        self._register_load_state_dict_pre_hook(self._adopt_host_weights)
        self.window_overlap = window_overlap
        self.short_windows = short_windows
        self.show_padding = show_padding
        self.windows_per_pass = windows_per_pass
        if window_overlap is not None and not joins_windows(self.localizer):
            raise SettingError(
                f'window_overlap is {window_overlap}, but '
                f'{type(self.localizer).__name__} does not join windows, '
                'expected None, by which it sees whole videos')
        multiple = self.video_backbone.frame_multiple
        if self.window_frames % multiple:
            raise SettingError(
                f'found windows of {self.window_size} steps of '
                f'{self.frames_per_step} frames, expected a multiple of the '
                f'{multiple} frames of a clip')

    @property
    def frames_per_step(self) -> int:
        """Frames for one step of the host."""
        return self.video_backbone.frames_per_step

    @property
    def window_frames(self) -> int:
        """Frames of a window."""
        return self.window_size * self.frames_per_step

    def forward(self,
                inputs: Sequence[Tensor],
                data_samples: Optional[List[ActionDataSample]] = None,
                mode: str = 'tensor'):
        """As :meth:`.contract.Localizer.forward`, with frames in the place of
        features.

        Args:
            inputs: ``(3, T_i, H, W)`` of each window, RGB in [0, 255]; those
                of a batch have one size. In mode ``predict``, of each video.
                Where frames come again, each once.
            data_samples: One for each; their grids are of the host's steps,
                and meta information ``frame_order`` tells of frames that come
                again.
            mode: ``loss``, ``predict`` or ``tensor``.

        Raises:
            FramesError: If a window has no whole step, too many frames, or,
                where ``short_windows`` says so, too few; if frames were
                sampled for other steps, or differ in size.
            WindowMemoryError: If memory does not suffice.
        """
        samples = data_samples or [ActionDataSample() for _ in inputs]
        for sample in samples:
            refuse_other_steps(sample, self.frames_per_step)
        if mode == 'predict' and data_samples is not None:
            for frames, sample in zip(inputs, data_samples):
                sample.pred_instances = self._found_in(frames, sample)
            return data_samples
        windows = []
        for frames, sample in zip(inputs, samples):
            sequence = FrameSequence.of(frames, sample)
            refuse_too_long(sequence.length, sample, self.window_frames,
                            self.window_size)
            windows.append(sequence.part(0, sequence.length))
        features = self._encode(windows, samples)
        return self.localizer(features, data_samples, mode=mode)

    def extract_feat(self, frames: Tensor, sample: ActionDataSample) -> Tensor:
        """``(C, steps)`` features of a whole video ``(3, T, H, W)``, of
        windows that do not overlap."""
        size = self.window_size
        sequence = FrameSequence.of(frames, sample)
        steps = sequence.length // self.frames_per_step
        places = [(first, first + size)
                  for first in range(0, max(steps, 1), size)]
        parts = [each for part in self._encoded(sequence, places, sample)
                 for each in part]
        return torch.cat(parts, dim=1)

    @torch.no_grad()
    def measured(self, packed: dict) -> Tensor:
        """``(C, steps)`` features of a sample of a dataset, for statistics
        that are not known yet."""
        mode = self.training
        self.eval()
        data = self.data_preprocessor(dict(inputs=packed['inputs']))
        features = self.extract_feat(data['inputs'], packed['data_samples'])
        self.train(mode)
        return features.cpu()

    def _found_in(self, frames: Tensor,
                  sample: ActionDataSample) -> InstanceData:
        """What is found in a video."""
        if self.window_overlap is None:
            features = self.extract_feat(frames, sample)
            self.localizer([features], [sample], mode='predict')
            return sample.pred_instances
        sequence = FrameSequence.of(frames, sample)
        # a last step that is not whole has a place, but is not valid
        places = sliding_windows(
            -(-sequence.length // self.frames_per_step), self.window_size,
            self.window_overlap)
        windows = join_sequences(list(self._encoded(sequence, places, sample)))
        return self.localizer.predict_windows(windows, places, sample)

    def _encoded(self, sequence: FrameSequence,
                 places: Sequence[Tuple[int, int]],
                 sample: ActionDataSample) -> Iterator[Sequences]:
        """Features of windows of a video, a few windows at a time."""
        scale, left = self.frames_per_step, iter(places)
        while part := list(islice(left, self.windows_per_pass)):
            windows = [sequence.part(first * scale, end * scale)
                       for first, end in part]
            yield self._encode(windows, [sample] * len(part))

    def _encode(self, windows: Sequence[Tensor],
                samples: Sequence[ActionDataSample]) -> Sequences:
        """Features of windows that are not longer than in training."""
        valid = [self._valid_steps(*each) for each in zip(windows, samples)]
        refuse_other_sizes(windows, samples)
        longest = max(window.shape[1] for window in windows)
        length = self.window_frames
        if not self.show_padding:  # as far as needed
            multiple = self.video_backbone.frame_multiple
            length = -(-longest // multiple) * multiple
        batch = torch.stack([repeated(each, length) for each in windows])
        with self._told_memory(batch):
            features = self.video_backbone(batch)
        features = torch.stack(self.standardizer(
            dict(inputs=list(features)))['inputs'])
        if self.show_padding:
            return PaddedSequences(features, valid)
        return [each[:, :steps] for each, steps in zip(features, valid)]

    def _adopt_host_weights(self, state_dict, prefix, *_) -> None:
        """Find the weights of a host that was trained on stored features.

        Raises:
            FramesError: If nothing is known of the video network's.
            CheckpointMismatchError: If they are those of another network.
        """
        keys = [key for key in state_dict if key.startswith(prefix)]
        network = {
            key.removeprefix(prefix + VIDEO_NETWORK): state_dict[key]
            for key in keys if key.startswith(prefix + VIDEO_NETWORK)}
        if network:
            self.video_backbone.refuse_foreign(network)
        if network or not keys:
            return
        if not self.video_backbone.is_init:
            raise FramesError(
                f'found weights of a localizer alone ({keys[0]}), expected '
                'those of EndToEndLocalizer with its video network: a '
                'training can start from them (load_from=...), and what it '
                'writes is tested')
        for key in keys:
            part, _, rest = key[len(prefix):].partition('.')
            place = (f'standardizer.{rest}' if part == 'data_preprocessor'
                     else f'localizer.{part}.{rest}')
            state_dict[prefix + place] = state_dict.pop(key)

    def _valid_steps(self, frames: Tensor, sample: ActionDataSample) -> int:
        steps = frames.shape[1] // self.frames_per_step
        short = self.short_windows == 'error' and (
            frames.shape[1] < self.window_frames)
        if short or not steps:
            raise FramesError(
                f'video {name_of(sample)}: found a window of '
                f'{frames.shape[1]} frames, expected ' + (
                    f"{self.window_frames}, or short_windows='repeat', which "
                    'repeats its last frame' if short else
                    f'at least the {self.frames_per_step} of one step; is the '
                    'video shorter than a clip?'))
        return steps

    def train_step(self, data: dict, optim_wrapper: OptimWrapper
                   ) -> Dict[str, Tensor]:
        """As MMEngine's.

        Raises:
            WindowMemoryError: If memory does not suffice for losses or
                gradients.
        """
        with self._told_memory(data['inputs']):
            return super().train_step(data, optim_wrapper)

    def _told_memory(self, windows: 'Tensor | Sequence[Tensor]'
                     ) -> ContextManager[None]:
        what = ('batch_size of train_dataloader' if self.training else
                'windows_per_pass')
        return told_memory(windows, 'windows', (
            f'{what}, clips_per_pass of the video_backbone or the pixels of '
            'the pipeline, shorten the window, or set with_cp=True and mixed '
            'precision (--amp)'))
