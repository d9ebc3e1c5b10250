"""Where modules and names of version 0.1 are now.

They still work where they were, with a ``DeprecationWarning``, until the next
version.
"""
import importlib
import sys
import warnings
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Callable, Dict, Tuple

_EXPERIMENTS = (
    'cross_validation', 'cross_validation_report', 'cross_validation_tables',
    'encoder_tables', 'kept_runs', 'paper_figures', 'paper_tables',
    'quickstart', 'rehearsal', 'rehearsal_data', 'row_runner',
    'validated_sets')
_CLASSES = (
    'DatasetMismatch', 'check_batches', 'classes_in', 'compare_classes',
    'compare_with_head', 'refuse_wrong_coverage', 'require_instances')
_EMBEDDINGS = (
    'Embeddings', 'Provenance', 'file_hash', 'read_embeddings',
    'read_provenance', 'write_embeddings')
_TASK_MODULES = dict(
    hungarian_assigner=('HungarianAssigner', 'Instances'),
    least_cost_assigner=('LeastCostAssigner', 'PointPredictions'),
    point_assigner=('CentrePointAssigner', 'PointTargets'),
    point_generator=('PointGenerator', 'Points', 'concat_points'),
    post_processor=('SegmentPostProcessor', ),
    score_fusion=('VideoScoreFusion', ),
    window_post_processor=('WindowPostProcessor', ))

#: Module that is no more -> where its names are, unless NAMES says otherwise.
MODULES: Dict[str, str] = {
    **{f'mmbapg.apis.{name}': f'mmbapg.experiments.{name}'
       for name in _EXPERIMENTS},
    'mmbapg.apis.stages': 'mmbapg.experiments.stages',
    'mmbapg.datasets.sources.rendered': 'mmbapg.experiments.rendered',
    'mmbapg.datasets.sources.stand_in': 'mmbapg.experiments.stand_in',
    'mmbapg.engine.hooks.dataset_check_hook':
    'mmbapg.engine.hooks.preflight_hook',
    'mmbapg.engine.hooks.embedding_check': 'mmbapg.engine.checks.embeddings',
    'mmbapg.engine.hooks.feature_check': 'mmbapg.engine.checks.features',
    'mmbapg.engine.hooks.loss_probe_hook':
    'mmbapg.experiments.loss_probe_hook',
    'mmbapg.engine.hooks.one_epoch_hook': 'mmbapg.experiments.one_epoch_hook',
    'mmbapg.engine.hooks.wrapped_datasets': 'mmbapg.engine.wrapped_datasets',
    'mmbapg.evaluation.diagnosis': 'mmbapg.evaluation.error_analysis',
    'mmbapg.visualization.diagnosis': 'mmbapg.visualization.error_charts',
}

#: Module and name that have parted -> module and name.
NAMES: Dict[Tuple[str, str], Tuple[str, str]] = {
    **{('mmbapg.apis.stages', name): ('mmbapg.config.places', name)
       for name in ('find_config', 'relocated')},
    **{('mmbapg.apis.stages', name):
       ('mmbapg.engine.runner.progress_runs', name)
       for name in ('close', 'run')},
    ('mmbapg.apis.stages', 'Encoding'): ('mmbapg.apis.encoding', 'Encoding'),
    **{('mmbapg.engine.runner.bapg_runner', name):
       ('mmbapg.config.bapg', name)
       for name in ('BAPGConfigError', 'add_bapg')},
    ('mmbapg.engine.runner.bapg_runner', 'feature_channels'):
    ('mmbapg.models.localizers.contract', 'feature_channels'),
    **{('mmbapg.engine.runner.bapg_runner', name):
       ('mmbapg.config.datasets', name)
       for name in ('DATALOADERS', 'datasets_of')},
    **{('mmbapg.engine.hooks.dataset_check_hook', name):
       ('mmbapg.engine.checks.classes', name) for name in _CLASSES},
    ('mmbapg.engine.hooks.dataset_check_hook', 'DatasetCheckHook'):
    ('mmbapg.engine.hooks.preflight_hook', 'PreflightHook'),
    ('mmbapg.engine', 'DatasetCheckHook'):
    ('mmbapg.engine.hooks.preflight_hook', 'PreflightHook'),
    **{('mmbapg.datasets.feature_files', name):
       ('mmbapg.datasets.embedding_files', name) for name in _EMBEDDINGS},
    **{('mmbapg.datasets.embedding_files', name):
       ('mmbapg.datasets.usable_embeddings', name)
       for name in ('UnusableEmbeddings', 'check_header', 'read_checked')},
    ('mmbapg.datasets.video_reader', 'open_video'):
    ('mmbapg.datasets.open_videos', 'open_video'),
    **{('mmbapg.models.task_modules', name):
       (f'mmbapg.models.task_modules.{module}', name)
       for module, names in _TASK_MODULES.items() for name in names},
}


def moved_names(module: str) -> Callable:
    """The ``__getattr__`` of a module some of whose names have moved.

    Args:
        module: Its ``__name__``.
    """

    def get(name: str):
        place, new = NAMES.get((module, name), (MODULES.get(module), name))
        if place is None or name.startswith('__'):
            raise AttributeError(
                f'module {module!r} has no attribute {name!r}')
        found = getattr(importlib.import_module(place), new)
        warnings.warn(
            f'{module}.{name} is {place}.{new} now; the old name goes with '
            'the next version', DeprecationWarning, stacklevel=2)
        return found

    return get


class _Finder(MetaPathFinder, Loader):
    """Finds modules that are no more, after all others have looked."""

    def find_spec(self, name: str, path=None, target=None):
        """See :class:`importlib.abc.MetaPathFinder`."""
        return ModuleSpec(name, self) if name in MODULES else None

    def create_module(self, spec: ModuleSpec) -> None:
        """An empty module will do."""

    def exec_module(self, module: ModuleType) -> None:
        """All names are looked up where they are now."""
        vars(module)['__getattr__'] = moved_names(module.__name__)


def keep_old_names() -> None:
    """Let old module names be imported; called once."""
    sys.meta_path.append(_Finder())
