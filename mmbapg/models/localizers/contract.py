"""What the rest of the package asks of a localizer, ours or another's.

:class:`Localizer` says it in one place. :class:`.base.BaseLocalizer` keeps it
for hosts of this package; the functions here also understand MMAction2's own
(BMN, TEM, TCANet), which know nothing of it. ``mmbapg.apis.check_localizer``
puts any host through it.
"""
from typing import Any, List, Mapping, Optional, Protocol, Sequence, Tuple

from mmaction.structures import ActionDataSample
from torch import Tensor, nn

from mmbapg.errors import UserError

from .base import BaseLocalizer

#: Where configs of localizers have the width of the features that they take.
WIDTH_FIELDS = ('feat_dim', 'tem_feat_dim', 'in_channels')
#: Localizers that take frames and have no sequence of features in between.
OF_FRAMES = ('AFSD', 'TwoStreamAFSD')
#: Where configs of localizers have the number of steps that they train on.
LENGTH_FIELDS = (
    'max_seq_len', 'window_size', 'temporal_dim', 'clip_length')


class ContractError(UserError, ValueError):
    """A model does not tell what is asked of a localizer; the message says
    what, and where it is expected."""


class Localizer(Protocol):
    """A model that finds actions in the clip features of whole videos.

    Its **config** has the width of the features as ``in_channels``, in
    itself or in its ``backbone``, and the steps that it trains on as
    ``max_seq_len``, or ``window_size`` if it trains on windows. Everything
    that a number of classes follows from is ``head.num_classes``.

    The **model**

    * is an :class:`mmengine.model.BaseModel`, so that MMEngine's loops train
      and test it;
    * changes neither its inputs nor, in testing, itself;
    * finds the same in a batch as video by video;
    * takes videos without instances in training, and in testing videos that
      are longer than those that it trains on;
    * has its weights in its ``state_dict`` and refuses weights that were
      trained on another number of classes: a :class:`.base.BaseLocalizer`
      names a bias of its class outputs as ``class_bias_key`` for that.
    """

    def forward(self,
                inputs: Sequence[Tensor],
                data_samples: Optional[List[ActionDataSample]] = None,
                mode: str = 'tensor'):
        """The entry of MMEngine.

        Args:
            inputs: ``(C, T_i)`` clip features of each video, which may differ
                in length; or all in one tensor ``(B, C, T)``, if
                :func:`takes_batches`.
            data_samples: One for each video: ``gt_instances`` with
                ``segments`` ``(G, 2)`` in seconds and ``labels`` ``(G,)``, and
                the meta information ``video_name``, ``duration`` (seconds)
                and ``grid`` (:class:`mmbapg.ops.TemporalGrid`).
            mode: ``loss``, ``predict`` or ``tensor``.

        Returns:
            ``loss``: a dict of scalar losses. ``predict``: the data samples
            with ``pred_instances``: ``segments`` ``(N, 2)`` in seconds,
            ``scores`` and ``labels`` ``(N,)``, best first, on the CPU.
            ``tensor``: raw outputs.
        """

    @property
    def num_predicted_classes(self) -> Optional[int]:
        """Classes of the detections; ``None`` if an external classifier of
        whole videos names them."""


class FeaturePyramid(Protocol):
    """What :class:`.single_stage.SingleStageLocalizer` asks of its backbone.

    What a block of :class:`mmbapg.models.backbones.pyramid.PyramidBackbone`
    gets behind the last valid step is not zero (the embedding leaves
    ``relu(bias)`` there): multiply by the mask before any kernel wider than
    1, or say ``sees_padding``.

    Attributes:
        length_multiple: Sequences that are longer than in training are padded
            to a multiple of so many steps.
        sees_padding: What it finds depends on how far a sequence is padded,
            so that videos are tested one by one, and padded as in training.
    """
    length_multiple: int
    sees_padding: bool

    def __call__(self, x: Tensor, mask: Tensor
                 ) -> Tuple[List[Tensor], List[Tensor]]:
        """Make a feature pyramid.

        Args:
            x: ``(B, C, T)`` features, zero at invalid steps.
            mask: ``(B, 1, T)`` bool, true at valid steps.

        Returns:
            tuple: For each level, ``(B, C_l, T_l)`` features and ``(B, 1,
            T_l)`` masks, the finest level first.
        """


def host_config(model: Mapping) -> Mapping:
    """Config of the host, without what is around it: BAPG, or the video
    network of an :class:`.end_to_end.EndToEndLocalizer`.

    Args:
        model: Config of a localizer.
    """
    while model.get('localizer'):
        model = model['localizer']
    return model


def sees_frames(model: Mapping) -> bool:
    """Whether the config of a localizer has a video network of its own."""
    return 'video_backbone' in model or type_name(
        model.get('type')) in OF_FRAMES


def frame_channels(model: Mapping) -> int:
    """Channels of the frames that a localizer takes: 3, or those of optical
    flow.

    Args:
        model: Config of a localizer that sees frames.
    """
    if model.get('channels'):
        return sum(model['channels'].values())
    kind = type_name(model.get('type'))
    return model['backbone'].get('in_channels', 3) if kind == 'AFSD' else 3


def feature_channels(model: Mapping) -> int:
    """Width of the feature sequence that a localizer, or its host, takes.

    Args:
        model: Its config. Features of several kinds are concatenated.

    Raises:
        ContractError: If the config does not have it.
    """
    model = host_config(model)
    places = [model.get(name) for name in WIDTH_FIELDS]
    places.append((model.get('backbone') or {}).get('in_channels'))
    for channels in places:
        if channels is not None:
            return channels if isinstance(channels, int) else sum(channels)
    raise ContractError(
        f'model {type_name(model.get("type"))}: found none of '
        f'{", ".join(WIDTH_FIELDS)} and backbone.in_channels, expected the '
        'width of its feature sequence there or in bapg = dict(neck=dict('
        'in_channels=...))')


def training_length(model: Mapping) -> int:
    """Steps of the feature sequences that a localizer, or its host, trains
    on; of the windows of one that sees frames.

    Args:
        model: Its config.

    Raises:
        ContractError: If the config does not have it.
    """
    part: Optional[Mapping] = model
    while part:  # from the outside in
        for name in LENGTH_FIELDS:
            if part.get(name):
                return part[name]
        part = part.get('localizer')
    raise ContractError(
        f'model {type_name(host_config(model).get("type"))}: found none of '
        f'{", ".join(LENGTH_FIELDS)}, expected one of them')


def num_predicted_classes(model: nn.Module) -> Optional[int]:
    """Classes of the detections of a built localizer, whatever is around its
    host.

    Returns:
        ``None`` if they are named outside, or the model does not tell.
    """
    host: Any = model
    while hasattr(host, 'localizer'):
        host = host.localizer
    head = getattr(host, 'head', None)
    for part, name in ((host, 'num_predicted_classes'),
                       (head, 'num_predicted_classes'), (head, 'num_classes')):
        if hasattr(part, name):
            return getattr(part, name)
    return None


def finds_proposals(model: nn.Module) -> bool:
    """Whether what a built localizer finds is of no class, BAPG or not."""
    return getattr(getattr(model, 'localizer', model), 'finds_proposals',
                   False)


def joins_windows(model: nn.Module) -> bool:
    """Whether a built localizer makes one result of what it finds in windows
    of a video; with BAPG, whether its host does."""
    kind = type(getattr(model, 'localizer', model))
    return getattr(kind, 'predict_windows', None) not in (
        None, BaseLocalizer.predict_windows)


def takes_batches(model: nn.Module) -> bool:
    """Whether a built localizer takes ``(B, C, T)``, which saves copies."""
    return getattr(model, 'takes_batches', False)


def type_name(kind) -> str:
    """Of the ``type`` of a config, which is a class with ``read_base``."""
    return (kind if isinstance(kind, str) else
            getattr(kind, '__name__', str(kind))).split('.')[-1]
