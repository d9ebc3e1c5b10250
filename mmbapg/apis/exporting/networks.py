"""Networks of localizers as ONNX holds them: tensors in, tensors out."""
from typing import Any, Dict, List, Sequence, Tuple

import torch
from mmaction.models import BMN
from torch import Tensor, nn

from mmbapg.errors import UserError
from mmbapg.models import BAPG, FeatureStandardizer, TadTR
from mmbapg.models.heads.trident_head import TridentHead
from mmbapg.models.localizers.contract import feature_channels
from mmbapg.models.localizers.single_stage import SingleStageLocalizer
from mmbapg.models.necks.boundary_fusion import BoundaryFusionNeck
from mmbapg.models.necks.evidence_fusion import EvidenceFusionNeck
from mmbapg.ops import as_precise, to_start_end


class ExportError(UserError, ValueError):
    """A localizer cannot be exported; the message says why."""


class ExportedNetwork(nn.Module):
    """All of a localizer that has weights: standardization, the neck of BAPG,
    the host's network, and probabilities in the place of logits.

    Inputs are ``features`` ``(B, C, T)``, padded with zeros, ``mask``
    ``(B, 1, T)`` bool, true at steps that are not padding, and what the neck
    reads, if there is one (:attr:`evidence`).

    Args:
        model: In test mode.
        channels: Width of the features.
    """

    #: Names of the outputs.
    outputs: Sequence[str]
    #: Lengths to trace and to compare with PyTorch at.
    lengths: Sequence[int]
    #: Axes of inputs and outputs that are free: name -> axis -> its name.
    free: Dict[str, Dict[int, str]] = {}

    host: Any
    neck: Any
    standardizer: Any

    def __init__(self, model: Any, channels: int) -> None:
        super().__init__()
        self.channels = channels
        self.neck = model.neck if isinstance(model, BAPG) else None
        self.host = model.localizer if isinstance(model, BAPG) else model
        preprocessor = model.data_preprocessor
        self.standardizer = (preprocessor if isinstance(
            preprocessor, FeatureStandardizer) else None)
        #: Name -> width of what the neck reads, ``(B, width, T)``.
        self.evidence = evidence_of(self.neck)

    def forward(self, features: Tensor, mask: Tensor,
                *evidence: Tensor) -> Tuple[Tensor, ...]:
        """Outputs, in the order of their names."""
        x = features
        if self.standardizer is not None:
            x = ((x - self.standardizer.mean[:, None]) /
                 self.standardizer.std[:, None])
        x = x * mask
        if self.neck is not None:
            projection = (self.neck.evidence_proj if isinstance(
                self.neck, EvidenceFusionNeck) else self.neck.strength_proj)
            x = self.neck.fuse(x, mask, projection(torch.cat(evidence, dim=1)))
        return self.host_outputs(x, mask)

    def host_outputs(self, x: Tensor, mask: Tensor) -> Tuple[Tensor, ...]:
        """Of features as the host gets them."""
        raise NotImplementedError

    @property
    def inputs(self) -> List[str]:
        """Names of the inputs."""
        return ['features', 'mask', *self.evidence]

    def example(self, length: int, batch: int = 1) -> Tuple[Tensor, ...]:
        """Inputs, the last fifth of which is padding."""
        generator = torch.Generator().manual_seed(length)

        def draw(width: int) -> Tensor:
            return torch.randn(batch, width, length, generator=generator)

        mask = torch.ones(batch, 1, length, dtype=torch.bool)
        mask[:, :, length - length // 5:] = False
        return draw(self.channels), mask, *map(draw, self.evidence.values())


class PyramidNetwork(ExportedNetwork):
    """Of the anchor-free hosts; videos one by one, because what is found in
    one may depend on how far it is padded.

    Outputs have one entry for each point, all levels one after the other, the
    finest first: ``scores`` ``(1, P, classes)``, 0 at padding, and
    ``distances`` ``(1, P, 2)``, or for TriDet ``bins``, ``start_logits`` and
    ``end_logits``.
    """

    def __init__(self, model: Any, channels: int) -> None:
        super().__init__(model, channels)
        trident = isinstance(self.host.head, TridentHead)
        self.outputs = ('scores', *(
            ('bins', 'start_logits', 'end_logits') if trident else
            ('distances', )))
        self.free = {**{name: {2: 'steps'} for name in self.inputs},
                     **{name: {1: 'points'} for name in self.outputs}}
        # beyond the training length a positional encoding is stretched, which
        # is the identity at that length: so traced there
        multiple = self.host.backbone.length_multiple
        longer = -(-(self.host.max_seq_len + 1) // multiple) * multiple
        self.lengths = (longer, self.host.max_seq_len)

    def host_outputs(self, x: Tensor, mask: Tensor) -> Tuple[Tensor, ...]:
        """See :class:`ExportedNetwork`."""
        feats, masks = self.host.backbone(x, mask)
        logits, *others = self.host.head(
            self.host.refine(feats, masks), masks)
        scores = as_precise(torch.cat(logits, dim=1)).sigmoid()
        valid = torch.cat(masks, dim=2).transpose(1, 2)
        return scores * valid, *(torch.cat(each, dim=1) for each in others)


class QueryNetwork(ExportedNetwork):
    """Of TadTR, for any number of windows, or one video without windows.

    Outputs: ``scores`` ``(B, Q, classes)`` and ``segments`` ``(B, Q, 2)``,
    start and end as shares of the window.
    """

    outputs = ('scores', 'segments')

    def __init__(self, model: Any, channels: int) -> None:
        super().__init__(model, channels)
        size = self.host.window_size
        axis = {2: 'steps'} if size is None else {0: 'windows'}
        self.free = {
            **{name: axis for name in self.inputs},
            **({} if size is None else {name: axis for name in self.outputs})}
        self.lengths = (size, ) if size else (100, 77, 1)

    def host_outputs(self, x: Tensor, mask: Tensor) -> Tuple[Tensor, ...]:
        """See :class:`ExportedNetwork`."""
        # padding of a window counts as features, as in the reference
        found = self.host.outputs_of(
            self.host.input_proj(x), torch.ones_like(mask))
        scores = found.logits[-1].float().sigmoid()
        return (scores * found.actionness[..., None],
                to_start_end(found.segments[-1]))


class BoundaryMatchingNetwork(ExportedNetwork):
    """Of MMAction2's BMN, whose length is fixed: its parameters depend on it.

    Outputs: ``confidence`` ``(1, 2, T, T)`` of durations and starts, the
    regressed one first, ``starts`` and ``ends`` ``(1, T)``.
    """

    outputs = ('confidence', 'starts', 'ends')

    def __init__(self, model: Any, channels: int) -> None:
        super().__init__(model, channels)
        self.lengths = (self.host.tscale, )

    def host_outputs(self, x: Tensor, mask: Tensor) -> Tuple[Tensor, ...]:
        """See :class:`ExportedNetwork`."""
        return self.host._forward(x)


#: Host -> how it is exported.
NETWORKS = {SingleStageLocalizer: PyramidNetwork, TadTR: QueryNetwork,
            BMN: BoundaryMatchingNetwork}


def network_of(model: Any, cfg: dict) -> ExportedNetwork:
    """The network of a built localizer, with BAPG or without.

    Args:
        model: With its weights.
        cfg: Config of the host.

    Raises:
        ExportError: If it is none of those that can be exported.
    """
    host = model.localizer if isinstance(model, BAPG) else model
    for kind, network in NETWORKS.items():
        if isinstance(host, kind):
            return network(model.eval(), feature_channels(cfg)).eval()
    raise ExportError(
        f'model: found {type(host).__name__}, expected a host that can be '
        'exported: one of the anchor-free family, TadTR, or BMN')


def evidence_of(neck: Any) -> Dict[str, int]:
    """Name -> width of what a neck of BAPG reads of each step.

    Raises:
        ExportError: If it reads something else.
    """
    if neck is None:
        return {}
    if isinstance(neck, BoundaryFusionNeck):
        return dict(boundary_strength=neck.strength_proj.in_channels)
    if isinstance(neck, EvidenceFusionNeck):
        classes = neck.class_channels
        strengths = neck.evidence_proj.in_channels - classes
        return dict(boundary_strength=strengths, class_evidence=classes)
    raise ExportError(
        f'bapg.neck: found {type(neck).__name__}, expected EvidenceFusionNeck '
        'or BoundaryFusionNeck: regions have no fixed number, and cannot be '
        'an input of the exported network')
