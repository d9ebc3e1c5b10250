"""BAPG where MMEngine's users look for it.

MMEngine builds what the field ``model`` of a config says and knows nothing of
``bapg``; of a checkpoint it loads what fits. So a notebook could train or
test the bare host under BAPG's name. Here its entry points add BAPG, or
refuse a config or a checkpoint where they cannot.

Out of sight are ``MODELS.build(cfg.model)`` and what calls it with nothing
but a model: use ``add_bapg(cfg).model`` there.
"""
import inspect
import sys
from functools import wraps
from typing import Callable

from mmaction.apis import inference
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.hub import hub
from mmengine.infer import BaseInferencer
from mmengine.registry import DefaultScope
from mmengine.runner import FlexibleRunner, Runner, checkpoint

from mmbapg.config.bapg import BAPGConfigError, add_bapg
from mmbapg.config.clip_features import add_clip_features
from mmbapg.models.localizers.weights import (
    ForeignWeightsError,
    bapg_in,
    refuse_foreign_weights,
)

from ..hooks.bapg_check_hook import BAPGCheckHook

#: Characters of what is wrong with weights that a message has.
LONGEST = 400


def make_bapg_visible() -> None:
    """Change the entry points; without BAPG they do what they did."""
    for runner in (Runner, FlexibleRunner):
        runner.from_cfg = classmethod(_adding_bapg(runner.from_cfg.__func__))
        runner.register_hooks = _adding_check(runner.register_hooks)
    Runner.load_checkpoint = _naming_file(Runner.load_checkpoint)
    BaseInferencer._init_model = _refusing_config(BaseInferencer._init_model)
    for function, change in (
            (checkpoint.load_state_dict, _refusing_weights),
            (inference.init_recognizer, _refusing_config),
            (hub.get_model, _adding_bapg_to_ours)):
        _replace(function, change(function))


def _replace(function: Callable, changed: Callable) -> None:
    """Replace a function in all modules that have imported it by name."""
    for module in list(sys.modules.values()):
        if getattr(module, '__dict__', {}).get(function.__name__) is function:
            setattr(module, function.__name__, changed)


def _adding_bapg(from_cfg: Callable) -> Callable:

    @wraps(from_cfg)
    def changed(cls, cfg):
        return from_cfg(cls, add_clip_features(add_bapg(cfg)))

    return changed


def _adding_bapg_to_ours(get_model: Callable) -> Callable:

    @wraps(get_model)
    def changed(cfg_path: str, pretrained: bool = False, **kwargs):
        if not cfg_path.startswith('mmbapg::'):
            return get_model(cfg_path, pretrained, **kwargs)
        if pretrained:
            raise BAPGConfigError(
                f'{cfg_path}: found pretrained=True, expected False: there '
                'are no published weights; load a checkpoint of yours')
        with DefaultScope.overwrite_default_scope('mmaction'):
            return MODELS.build(add_bapg(hub.get_config(cfg_path)).model,
                                default_args=kwargs)

    return changed


def _adding_check(register_hooks: Callable) -> Callable:
    """By now the model is built, so that this is the first look at it."""

    @wraps(register_hooks)
    def changed(self, *args, **kwargs):
        model = getattr(self, 'model', None)
        if 'bapg' in self.cfg and not (model and bapg_in(model)):
            raise BAPGConfigError(
                f'{self.cfg.filename or "config"}: found the field bapg, but '
                f'a runner of the bare host ({type(model).__name__}), '
                f'expected {type(self).__name__}.from_cfg(cfg), or the model '
                'and the dataloaders of mmbapg.engine.add_bapg(cfg)')
        register_hooks(self, *args, **kwargs)
        self.register_hook(BAPGCheckHook())

    return changed


def _naming_file(load_checkpoint: Callable) -> Callable:

    @wraps(load_checkpoint)
    def changed(self, filename, *args, **kwargs):
        try:
            return load_checkpoint(self, filename, *args, **kwargs)
        except ForeignWeightsError as error:
            raise ForeignWeightsError(f'{filename}: {error}') from None

    return changed


def _refusing_weights(load_state_dict: Callable) -> Callable:

    @wraps(load_state_dict)
    def changed(module, state_dict, strict=False, logger=None):
        refuse_foreign_weights(module, state_dict, strict)
        try:
            return load_state_dict(module, state_dict, strict, logger)
        except RuntimeError as error:
            lines = str(error).splitlines()
            if not lines[0].endswith('do not match exactly'):
                raise
            found = '; '.join(filter(None, (
                line.strip() for line in lines[1:])))
            raise ForeignWeightsError(
                'found weights of another model than '
                f'{type(module).__name__} of the config: {found[:LONGEST]}'
            ) from None

    return changed


def _refusing_config(build: Callable) -> Callable:
    """Refuse a config with BAPG where only its ``model`` would be built."""
    signature = inspect.signature(build)

    @wraps(build)
    def changed(*args, **kwargs):
        given = signature.bind(*args, **kwargs).arguments
        cfg = given.get('cfg', given.get('config'))
        if not isinstance(cfg, dict | Config):
            cfg = Config.fromfile(cfg)
        if 'bapg' in cfg:
            raise BAPGConfigError(
                f'{getattr(cfg, "filename", None) or "config"}: found the '
                f'field bapg, which {build.__name__} does not read, so that '
                'it would build the bare host; expected '
                'mmbapg.apis.TemporalLocalizationInferencer, Runner.from_cfg '
                'or mmbapg.engine.add_bapg')
        return build(*args, **kwargs)

    return changed
