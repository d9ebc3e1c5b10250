"""Generators of proposals on several features together."""
from typing import List, Mapping, Optional, Sequence

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from torch import Tensor, nn

from mmbapg.errors import SettingError

from ..heads.dense_map_head import MapOutputs
from .joined_streams import JoinedStreams


@MODELS.register_module()
class FusedMaps(JoinedStreams):
    """Fusion of generators that were trained one by one, each on features of
    its own, in testing (BSN++ at the ActivityNet challenge 2020, improvement
    A).

    Their maps, and their probabilities of starts and ends, are added up with
    weights that follow how good each generator is alone; the first one's head
    makes proposals of the sums.

    Args:
        localizer: Config of each :class:`.DenseProposalLocalizer`, which may
            standardize features; widths follow from ``channels``.
        channels: Name of each stream -> channels of its features. Those of an
            input belong to the streams in this order, as ``data_prefix`` of a
            dataset with several folders concatenates them.
        weights: Of each stream, such as its AUC; all the same by default.
            They are divided by their sum.
        data_preprocessor: Config; by default tensors just move to the
            model's device.
        init_cfg: See :class:`mmengine.model.BaseModel`.

    Raises:
        SettingError: If there are not as many weights, above 0, as streams.
    """

    def __init__(self,
                 localizer: dict,
                 channels: Mapping[str, int],
                 weights: Optional[Sequence[float]] = None,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        shares = [1.0] * len(channels) if weights is None else list(weights)
        if len(shares) != len(channels) or not min(shares, default=0) > 0:
            raise SettingError(f'found weights {shares} of the streams '
                               f'{", ".join(channels)}, expected one above 0 '
                               'for each')
        super().__init__(data_preprocessor, init_cfg)
        self.channels = list(channels.values())
        self.weights = [share / sum(shares) for share in shares]
        self.streams = nn.ModuleDict({
            name: MODELS.build(_of_width(localizer, number))
            for name, number in channels.items()})

    @property
    def finds_proposals(self) -> bool:
        """Whether no scores of whole videos name what it finds."""
        return self.first.finds_proposals

    def predict(
            self, inputs: Sequence[Tensor],
            data_samples: List[ActionDataSample]) -> List[ActionDataSample]:
        """Data samples with ``pred_instances``; see :meth:`forward`."""
        results = self.head.predict(
            self.raw_outputs(inputs), self.first.windows(inputs),
            data_samples)
        for sample, result in zip(data_samples, results):
            sample.pred_instances = result
        return data_samples

    def raw_outputs(self, inputs: Sequence[Tensor]) -> MapOutputs:
        """Weighted sums, of every window of the first video, then of the
        second, ..."""
        outputs = []
        for stream, parts in zip(self.streams.values(),
                                 zip(*map(self.parts, inputs))):
            # by statistics of its own, where it standardizes features
            data = stream.data_preprocessor(dict(inputs=list(parts)))
            outputs.append(stream.raw_outputs(data['inputs']))
        return MapOutputs(*(
            torch.stack([weight * each for weight, each in zip(
                self.weights, field)]).sum(dim=0)
            for field in zip(*outputs)))


def _of_width(localizer: dict, channels: int) -> dict:
    """Config of a stream."""
    cfg = dict(localizer, in_channels=channels)
    if 'data_preprocessor' in cfg:
        cfg['data_preprocessor'] = dict(cfg['data_preprocessor'],
                                        channels=channels)
    return cfg
