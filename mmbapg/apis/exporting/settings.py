"""What an exported network needs beside its weights, as JSON."""
from typing import Any, Dict, Optional, Sequence

from mmengine.config import Config

from mmbapg.datasets.feature_coverage import DURATION_SLACK
from mmbapg.models.heads.trident_head import TridentHead
from mmbapg.models.localizers.contract import type_name

from .networks import (
    BoundaryMatchingNetwork,
    ExportedNetwork,
    ExportError,
    PyramidNetwork,
    QueryNetwork,
)

#: Of the form of the settings; another one is for another ``onnx_localizer``.
FORMAT = 2
#: Transforms that change features in a test pipeline, and are settings here.
FEATURE_TRANSFORMS = ('LoadFeatures', 'ResizeFeatures', 'SelectChannels')
#: Those that change nothing that an exported network reads.
OTHER_TRANSFORMS = (
    'LoadVideoScores', 'TemporalSimilarityClustering', 'PackProposals',
    'PackFeatures', 'PackLocalizationInputs', 'LoadLocalizationFeature',
    'GenerateLocalizationLabels')


def settings_of(network: ExportedNetwork, cfg: Config,
                classes: Optional[Sequence[str]]) -> Dict[str, Any]:
    """All that :mod:`.onnx_localizer` reads.

    Args:
        network: That is exported.
        cfg: Of the localizer, with BAPG added.
        classes: Names of the classes, as in the weights; ``None`` where these
            have none.

    Raises:
        ExportError: If the test pipeline changes features in a way that
            cannot be told there.
    """
    host = network.host
    if isinstance(network, BoundaryMatchingNetwork):
        own = boundary_matching(host)
        classes = ['proposal']
    elif isinstance(network, QueryNetwork):
        own = queries(host)
    else:
        assert isinstance(network, PyramidNetwork)
        own = points(host)
    number = getattr(getattr(host, 'head', None), 'num_classes', 1)
    return dict(
        format=FORMAT, host=type(host).__name__,
        classes=list(classes or map(str, range(number))),
        channels=network.channels, evidence=network.evidence,
        features=_features(cfg), **own)


def points(host) -> Dict[str, Any]:
    """Of an anchor-free host."""
    head, processor = host.head, host.head.post_processor
    fusion = processor.score_fusion
    return dict(
        padding=dict(min_length=host.max_seq_len,
                     multiple=host.backbone.length_multiple),
        decoding=dict(
            kind='bins' if isinstance(head, TridentHead) else 'distances',
            strides=head.point_generator.strides,
            offset=head.point_generator.offset,
            num_bins=getattr(head, 'num_bins', None),
            score_threshold=processor.score_threshold,
            pre_nms_topk=processor.pre_nms_topk,
            max_candidates=processor.max_candidates,
            min_length=processor.min_length),
        nms=dict(processor.nms),
        score_fusion=fusion and dict(
            topk=fusion.topk, max_proposals=fusion.max_proposals,
            power=fusion.power))


def queries(host) -> Dict[str, Any]:
    """Of TadTR."""
    processor = host.head.post_processor
    return dict(
        windows=dict(size=host.window_size, overlap=host.window_overlap,
                     at_once=host.windows_per_batch),
        decoding=dict(
            kind='queries', max_per_window=processor.max_per_window,
            iou_threshold=processor.iou_threshold,
            list_repeats=processor.list_repeats))


def boundary_matching(host) -> Dict[str, Any]:
    """Of BMN."""
    return dict(
        length=host.tscale,
        decoding=dict(
            kind='boundary_matching', alpha=host.soft_nms_alpha,
            low_threshold=host.soft_nms_low_threshold,
            high_threshold=host.soft_nms_high_threshold,
            top_k=host.post_process_top_k,
            interval=host.feature_extraction_interval))


def _features(cfg: Config) -> Dict[str, Any]:
    """Which seconds a step stands for, and what is done with features."""
    dataset = (cfg.get('test_dataloader') or {}).get('dataset') or {}
    found: Dict[str, Any] = dict(
        stride=None, window=0, fps=None, usual_fps=dataset.get('fps'),
        every=1, resize=None, select=None,
        slack=dataset.get('duration_slack', DURATION_SLACK))
    for step in dataset.get('pipeline') or []:
        name = type_name(step['type'])
        if name == 'LoadFeatures':
            found.update({key: step[key] for key in (
                'stride', 'window', 'fps', 'every') if key in step})
        elif name == 'ResizeFeatures':
            found['resize'] = step['length']
        elif name == 'SelectChannels':
            found['select'] = step['channels']
        elif name not in OTHER_TRANSFORMS:
            raise ExportError(
                f'test_dataloader.dataset.pipeline: found {name}, expected '
                f'only {", ".join(FEATURE_TRANSFORMS + OTHER_TRANSFORMS)}, '
                'whose settings can be exported')
    return found
