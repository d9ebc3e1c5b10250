"""Any localizer, with boundary-aware proposals."""
from typing import List, Optional, Sequence, Tuple

from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.model import BaseDataPreprocessor, BaseModel
from mmengine.structures import InstanceData

from ..layers import PaddedSequences, Sequences, pad_sequences
from .contract import takes_batches


@MODELS.register_module()
class BAPG(BaseModel):
    """`Boundary-Aware Proposal Generation
    <https://arxiv.org/abs/2309.13810>`_: a host whose input features are
    fused with proposal-level features.

    Works with every localizer of MMAction2 that takes a feature sequence for
    each video. Checkpoints of the host alone can be loaded: their keys are
    found under ``localizer``.

    Args:
        localizer: Config of the host.
        neck: Config of the fusion neck.
        data_preprocessor: Config; by default the host's own.
        init_cfg: See :class:`mmengine.model.BaseModel`.
    """

    def __init__(self,
                 localizer: dict,
                 neck: dict,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        host = MODELS.build(localizer)
        super().__init__(data_preprocessor or host.data_preprocessor,
                         init_cfg)
        # One owner, so that its statistics are in the checkpoint once.
        host.data_preprocessor = BaseDataPreprocessor()
        self.localizer = host
        self.neck = MODELS.build(neck)
        self._register_load_state_dict_pre_hook(self._adopt_host_weights)

    def forward(self,
                inputs: Sequences,
                data_samples: List[ActionDataSample],
                mode: str = 'tensor',
                **kwargs):
        """Refine the features by the neck, then call the host.

        Args:
            inputs: ``(C, T_i)`` features of each video.
            data_samples: One for each video, with what the neck reads.
            mode, kwargs: Passed on to the host.
        """
        batch, mask = pad_sequences(inputs)
        fused = self.neck(batch, mask, data_samples)
        lengths = [sequence.shape[-1] for sequence in inputs]
        if isinstance(inputs, PaddedSequences):
            fused = PaddedSequences(fused, lengths)
        elif len(set(lengths)) > 1 or not takes_batches(self.localizer):
            fused = [sequence[:, :length]
                     for sequence, length in zip(fused, lengths)]
        return self.localizer(fused, data_samples, mode=mode, **kwargs)

    def predict_windows(self, windows: Sequences,
                        places: Sequence[Tuple[int, int]],
                        sample: ActionDataSample) -> InstanceData:
        """See :meth:`.base.BaseLocalizer.predict_windows`."""
        batch, mask = pad_sequences(windows)
        fused = self.neck(batch, mask,
                          [_seen(sample, *place) for place in places])
        lengths = [window.shape[-1] for window in windows]
        return self.localizer.predict_windows(
            PaddedSequences(fused, lengths), places, sample)

    def _adopt_host_weights(self, state_dict, prefix, *_) -> None:
        """Find the weights of a checkpoint of the host alone."""
        keys = [key for key in state_dict if key.startswith(prefix)]
        if any(key.startswith(prefix + 'localizer.') for key in keys):
            return
        for key in keys:
            name = key[len(prefix):]
            if not name.startswith('data_preprocessor.'):
                state_dict[f'{prefix}localizer.{name}'] = state_dict.pop(key)


def _seen(sample: ActionDataSample, first: int,
          end: int) -> ActionDataSample:
    """What a window of a video shows of what necks read."""
    window = ActionDataSample()
    regions = sample.regions
    steps = regions.steps - first
    seen = (steps[:, 1] > 0) & (steps[:, 0] <= end - first - 1)
    window.regions = InstanceData(
        metainfo=dict(num_segmentations=regions.num_segmentations),
        steps=steps[seen], segmentation=regions.segmentation[seen])
    for field in ('boundary_strength', 'class_evidence'):
        window.set_field(sample.get(field)[:, first:end], field)
    return window
