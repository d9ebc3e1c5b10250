"""TadTR."""
from typing import List, Optional, Sequence, Tuple, cast

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData
from torch import Tensor, nn

from mmbapg.ops import to_centre_width

from ..heads.segment_query_head import QueryOutputs
from ..layers import (
    Conv1d,
    DeformableDecoder,
    DeformableEncoder,
    GroupNorm,
    Sequences,
    pad_sequences,
)
from .windowed import WindowedLocalizer, cut


@MODELS.register_module()
class TadTR(WindowedLocalizer):
    """`End-to-end Temporal Action Detection with Transformer
    <https://arxiv.org/abs/2106.10271>`_ (Liu et al., TIP 2022).

    Official checkpoints are converted by ``tools/convert_checkpoint.py``.

    A long video is seen through sliding windows: in training the samples are
    windows (:class:`SlidingWindowDataset`), in testing they are videos and
    the windows are made here. Steps by which a window is too short are filled
    with zeros that count as features, as in the reference. Without windows a
    video is one sequence, and videos of a batch are padded and masked.

    Args:
        in_channels: Width of the clip features.
        head: Config; classifies queries, makes losses and detections.
        channels: Width of the network.
        norm_groups: Groups of the normalization of the input.
        encoder: Arguments of :class:`DeformableEncoder`.
        decoder: Arguments of :class:`DeformableDecoder`.
        window_size: Steps of a window; ``None`` for whole videos.
        window_overlap: Share of a window that the next one sees again, in
            testing.
        windows_per_batch: Windows that are computed together, in testing.
        data_preprocessor: Config; by default tensors just move to the
            model's device.
        init_cfg: See :class:`mmengine.model.BaseModel`.
    """

    class_bias_key = 'head.cls_branches.0.bias'

    def __init__(self,
                 in_channels: int,
                 head: dict,
                 channels: int = 256,
                 norm_groups: int = 32,
                 encoder: dict = dict(),
                 decoder: dict = dict(),
                 window_size: Optional[int] = 128,
                 window_overlap: float = 0.25,
                 windows_per_batch: int = 16,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(
            window_size, window_overlap, windows_per_batch,
            complete_windows=False, data_preprocessor=data_preprocessor,
            init_cfg=init_cfg)
        proj = Conv1d(in_channels, channels, 1)
        nn.init.xavier_uniform_(proj.weight)
        nn.init.zeros_(cast(Tensor, proj.bias))
        self.input_proj = nn.Sequential(
            proj, GroupNorm(norm_groups, channels))
        self.encoder = DeformableEncoder(channels, **encoder)
        self.decoder = DeformableDecoder(channels, **decoder)
        self.head = MODELS.build(
            dict(in_channels=channels, num_layers=len(self.decoder.layers),
                 **head))

    def loss(self, inputs: Sequence[Tensor],
             data_samples: List[ActionDataSample]) -> dict:
        """Losses of a batch of windows; see :meth:`forward`."""
        self.refuse_longer(inputs, data_samples)
        instances = []
        for sample, length in zip(data_samples, self._lengths(inputs)):
            truth = sample.gt_instances
            steps = sample.grid.edges().to_steps(truth.segments)
            instances.append(
                (to_centre_width(steps / length).float(), truth.labels))
        return self.head.loss(self._forward(inputs), instances)

    def predict(
            self, inputs: Sequence[Tensor],
            data_samples: List[ActionDataSample]) -> List[ActionDataSample]:
        """Data samples with ``pred_instances``; see :meth:`forward`."""
        windows = self.windows(inputs)
        sequences = cut(inputs, windows)
        results = self.head.predict(
            self._forward_in_parts(sequences), self._lengths(sequences),
            windows, data_samples)
        for sample, result in zip(data_samples, results):
            sample.pred_instances = result
        return data_samples

    def predict_windows(self, windows: Sequences,
                        places: Sequence[Tuple[int, int]],
                        sample: ActionDataSample) -> InstanceData:
        """See :meth:`.base.BaseLocalizer.predict_windows`."""
        found, = self.head.predict(
            self._forward(windows), self._lengths(windows), [places],
            [sample])
        return found

    def raw_outputs(self, inputs: Sequence[Tensor]) -> QueryOutputs:
        """Of every window of the first video, then of the second, ..."""
        return self._forward_in_parts(cut(inputs, self.windows(inputs)))

    def _lengths(self, sequences: Sequences) -> List[int]:
        """Steps that the sequences count as."""
        return [self.window_size or sequence.shape[-1]
                for sequence in sequences]

    def _forward_in_parts(self, sequences: List[Tensor]) -> QueryOutputs:
        return QueryOutputs.concat(self.in_parts(sequences, self._forward))

    def _forward(self, sequences: Sequences) -> QueryOutputs:
        if self.window_size is None:
            # The normalization averages over time: no padding before it.
            x, mask = pad_sequences(
                [self.input_proj(each[None])[0] for each in sequences])
        else:
            batch, mask = pad_sequences(sequences, self.window_size)
            x, mask = self.input_proj(batch), torch.ones_like(mask)
        return self.outputs_of(x, mask)

    def outputs_of(self, x: Tensor, mask: Tensor) -> QueryOutputs:
        """Raw outputs of projected sequences.

        Args:
            x: ``(B, channels, T)``.
            mask: ``(B, 1, T)`` bool, true at valid steps.
        """
        memory = self.encoder(x, mask)
        hidden, segments = self.decoder(memory, mask,
                                        self.head.segment_branches)
        return self.head(hidden, segments, memory, mask.sum(dim=2)[:, 0])
