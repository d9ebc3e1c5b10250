"""What a boundary-sensitive encoder says of every moment of a video."""
from typing import List, Optional, cast

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.model import BaseModel
from torch import Tensor

from mmbapg.errors import SettingError

from .boundary_learner import BoundaryLearner


@MODELS.register_module()
class BoundaryProbe(BaseModel):
    """Probabilities of the kinds of boundaries around each sampled frame.

    A window of the length that the learner was trained with slides over the
    frames, or features, of ``UntrimmedFrameDataset``. Frame ``t`` gets what
    the learner says of the window in the middle of which frame ``t`` begins:
    whether a new region starts there. ``EmbedLoop`` writes the probabilities
    as it writes embeddings; ``ProbableBoundaryClustering`` reads them.

    Args:
        learner: Config of a trained :class:`BoundaryLearner` with a head
            ``boundary``.
        window: Frames that it is trained with.
        spacing: Frames from one of a window to the next, as in training; the
            dataset's ``context`` is ``window * spacing / 2``.
        batch_size: Windows that it sees at once.
        data_preprocessor, init_cfg: See :class:`BoundaryLearner`.

    Raises:
        SettingError: If the window has no middle.
    """

    def __init__(self,
                 learner: dict,
                 window: int = 8,
                 spacing: int = 1,
                 batch_size: int = 64,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        if window < 2 or window % 2:
            raise SettingError(
                f'window is {window}, expected an even number of frames, as '
                'the learner was trained with')
        self.learner: BoundaryLearner = MODELS.build(learner)
        self.window = window
        self.spacing = spacing
        self.batch_size = batch_size
        self._register_load_state_dict_pre_hook(self._take_learner)

    @staticmethod
    def _take_learner(state_dict: dict, prefix: str, *args) -> None:
        """Take the weights of a learner under its own names, so that a probe
        is tested with the checkpoint of its training."""
        for name in [name for name in state_dict if name.startswith(
                (f'{prefix}teachers.', f'{prefix}projections.'))]:
            del state_dict[name]  # of a distiller
        names = [name for name in state_dict if name.startswith(
            (f'{prefix}encoder.', f'{prefix}heads.'))]
        for name in names:
            inner = name.removeprefix(prefix)
            state_dict[f'{prefix}learner.{inner}'] = state_dict.pop(name)

    def forward(self,
                inputs: List[Tensor],
                data_samples: Optional[List[ActionDataSample]] = None,
                mode: str = 'tensor'):
        """The entry of MMEngine.

        Args:
            inputs: For each sample ``(n + window * spacing, 3, H, W)`` frames
                or ``(C, n + window * spacing)`` features.
            data_samples: One for each sample.
            mode: ``predict`` or ``tensor``; a probe is not trained.

        Returns:
            The data samples with ``embeddings`` ``(n, kinds)``, or those of
            all samples. See :meth:`described`.
        """
        if mode not in ('predict', 'tensor'):
            raise SettingError(
                f'mode is {mode!r}, expected predict or tensor: a probe is '
                'not trained')
        found = [self.of_frames(each) for each in inputs]
        if mode == 'tensor':
            return torch.cat(found)
        samples = cast(List[ActionDataSample], data_samples)
        for sample, part in zip(samples, found):
            sample.set_field(part, 'embeddings')
        return samples

    def of_frames(self, frames: Tensor) -> Tensor:
        """Of a run of frames or features, ``(n, D)``."""
        along = 0 if frames.ndim == 4 else 1
        reach = (self.window - 1) * self.spacing + 1
        # (windows, ..., reach): later ones would begin behind the last frame
        windows = frames.unfold(along, reach, 1).narrow(
            along, 0, frames.shape[along] - self.window * self.spacing)
        windows = windows[..., ::self.spacing]
        if along == 0:
            windows = windows.permute(0, 1, 4, 2, 3)
        else:
            windows = windows.transpose(0, 1)
        return torch.cat([self.described(part)
                          for part in windows.split(self.batch_size)])

    def described(self, windows: Tensor) -> Tensor:
        """What windows ``(N, ..., window)`` become: probabilities ``(N,
        kinds)``."""
        return self.learner.heads['boundary'](
            self.learner.encoder(windows)).softmax(dim=1)


@MODELS.register_module()
class BoundaryFeatures(BoundaryProbe):
    """Features of a boundary-sensitive encoder around each sampled frame.

    What BSP saves for localizers (https://arxiv.org/abs/2011.10830, Sec. 4.1):
    of a snippet as long as the clips of training, the average over time before
    the last layer. ``tools/extract_features.py`` builds it of the config of a
    learner on stored features.

    Args:
        learner, window, spacing, batch_size, data_preprocessor, init_cfg: See
            :class:`BoundaryProbe`.
    """

    def described(self, windows: Tensor) -> Tensor:
        """What windows ``(N, ..., window)`` become: features ``(N, D)``."""
        return self.learner.encoder(windows).mean(dim=2)
