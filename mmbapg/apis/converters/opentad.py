"""OpenTAD's checkpoints of ActionFormer and TriDet
(https://github.com/sming256/OpenTAD).

Their networks differ from the originals: the normalization of the embedding,
of the neck and of the towers has another eps, the mask acts again after every
activation, and raw outputs are not masked. OpenTAD also post-processes in
another way: the best candidates of all levels together
(``post_processor.max_candidates``), up to 2000 detections, and rounded times,
by which mAP may differ in the last digit.
"""
from typing import Callable, Optional

from . import actionformer, tridet
from .common import (
    Rules,
    StateDict,
    convert,
    load_reference_weights,
    rename,
)

#: To the names of the originals.
RULES: Rules = [
    (r'projection\.proj\.(.+)', r'backbone.proj.\1'),
    (r'projection\.embed\.(\d+)\.conv\.(\w+)', r'backbone.embd.\1.conv.\2'),
    (r'projection\.embed\.(\d+)\.norm\.(\w+)', r'backbone.embd_norm.\1.\2'),
    (r'projection\.(stem|branch)\.(.+)', r'backbone.\1.\2'),
    (r'(neck\.fpn_norms\..+)', r'\1'),
    (r'rpn_head\.(cls|reg)_convs\.(\d+)\.conv\.(\w+)',
     r'\1_head.head.\2.conv.\3'),
    (r'rpn_head\.(cls|reg)_convs\.(\d+)\.norm\.(\w+)',
     r'\1_head.norm.\2.\3'),
    (r'rpn_head\.cls_(start|end)_convs\.(\d+)\.conv\.(\w+)',
     r'\1_head.head.\2.conv.\3'),
    (r'rpn_head\.cls_(start|end)_convs\.(\d+)\.norm\.(\w+)',
     r'\1_head.norm.\2.\3'),
    (r'rpn_head\.cls_head\.(\w+)', r'cls_head.cls_head.conv.\1'),
    (r'rpn_head\.cls_(start|end)_head\.(\w+)', r'\1_head.cls_head.conv.\2'),
    (r'rpn_head\.reg_head\.(\w+)', r'reg_head.offset_head.conv.\1'),
    (r'rpn_head\.scale\.(\d+)\.scale', r'reg_head.scale.\1.scale'),
    (r'rpn_head\.loss_normalizer', r'head.loss_normalizer'),
]

#: What the networks have in another way than the originals.
NORM_EPS = 1e-6


def convert_opentad_actionformer(path: str,
                                 target: str,
                                 model: Optional[dict] = None) -> dict:
    """Convert; see :func:`mmbapg.apis.converters.common.convert`."""
    return _convert(path, target, actionformer.RULES,
                    actionformer.infer_model, model)


def convert_opentad_tridet(path: str,
                           target: str,
                           model: Optional[dict] = None) -> dict:
    """Convert; see :func:`mmbapg.apis.converters.common.convert`."""
    return _convert(path, target, tridet.RULES, tridet.infer_model, model)


def as_opentad(config: dict) -> dict:
    """The same network in OpenTAD's variety."""
    variety = dict(norm_eps=NORM_EPS, mask_after_act=True)
    return dict(
        config,
        backbone=dict(config['backbone'], **variety),
        neck=config['neck'] and dict(config['neck'], norm_eps=NORM_EPS),
        head=dict(config['head'], mask_output=False, **variety))


def in_names_of_original(weights: StateDict) -> StateDict:
    """Weights of OpenTAD's host by the names that the original has."""
    names = rename(weights, RULES)
    return {names[key]: value for key, value in weights.items()}


def _convert(path: str, target: str, rules: Rules,
             infer_model: Callable[[StateDict], dict],
             model: Optional[dict]) -> dict:
    source = in_names_of_original(load_reference_weights(path))
    return convert(
        path, target, rules, lambda each: as_opentad(infer_model(each)),
        None if model is None else as_opentad(model), source)
