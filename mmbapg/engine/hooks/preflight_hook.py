"""What would train or test nonsense, said before it starts."""
from pathlib import Path
from typing import Optional, Sequence

from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import BaseLoop, find_latest_checkpoint

from mmbapg.config.stale_settings import refuse_stale_settings
from mmbapg.evaluation import TemporalLocalizationMetric
from mmbapg.models.localizers.base import BaseLocalizer
from mmbapg.models.localizers.contract import num_predicted_classes
from mmbapg.models.localizers.weights import inner_model
from mmbapg.models.video.window_encoder import WindowEncoder

from ..checks.classes import (
    classes_in,
    compare_classes,
    compare_with_head,
    num_instances,
    refuse_wrong_coverage,
    require_instances,
    unlabelled_videos,
)
from ..checks.features import check_features
from ..checks.windows import refuse_other_windows, window_of


#: DatasetCheckHook is its name in configs of before.
@HOOKS.register_module(name=['PreflightHook', 'DatasetCheckHook'])
class PreflightHook(Hook):
    """Check data before a run: the same classes everywhere, feature files that
    can be read, something to validate on, and features that are as long as
    their videos.

    Class indices follow from the names in an annotation file, or from
    ``metainfo=dict(classes=...)``. Training, validation, test, checkpoint and
    the number of classes of the head must agree.
    """

    def __init__(self) -> None:
        self.checkpoint_classes: Optional[Sequence[str]] = None

    def after_load_checkpoint(self, runner, checkpoint: dict) -> None:
        """Remember the classes that a checkpoint was trained on."""
        meta = checkpoint.get('meta') or {}
        self.checkpoint_classes = (meta.get('dataset_meta') or {}).get(
            'classes')

    def before_run(self, runner) -> None:
        """Check the config of a training.

        One that goes on needs no weights to begin with, whose file may be
        gone: its checkpoint has them all. One that begins with weights
        (``load_from``) may begin with those for other classes.
        """
        if not isinstance(runner._train_loop, BaseLoop):
            return
        model = inner_model(runner.model)
        refuse_stale_settings(runner.cfg)
        refuse_other_windows(runner.train_dataloader.dataset,
                             window_of(model))
        if runner._resume and (runner._load_from or
                               find_latest_checkpoint(runner.work_dir)):
            for module in model.modules():
                if isinstance(module, WindowEncoder):
                    module.pretrained = None
        elif runner._load_from:
            for module in model.modules():
                if isinstance(module, BaseLocalizer):
                    module.begins_with_others = True

    def before_train(self, runner) -> None:
        """Check the training set, and the validation set against it."""
        loader = runner.train_dataloader
        classes = classes_in(loader.dataset)
        self._compare_with_head(runner, classes)
        check_features([loader, runner.val_loop and runner.val_dataloader])
        refuse_wrong_coverage(loader.dataset)
        if runner.val_loop is not None:
            dataset = runner.val_dataloader.dataset
            compare_classes('validation set', classes_in(dataset),
                            'training set', classes)
            require_instances(dataset)
            refuse_wrong_coverage(dataset)

    def before_test(self, runner) -> None:
        """Check the test set, against the checkpoint too.

        Detections of a set without annotations are written all the same, to
        the metric's ``out_file`` or else into the run's log folder.
        """
        dataset = runner.test_dataloader.dataset
        classes = classes_in(dataset)
        self._compare_with_head(runner, classes)
        check_features([runner.test_dataloader])
        refuse_wrong_coverage(dataset)
        compare_classes('test set', classes, 'checkpoint',
                        self.checkpoint_classes)
        evaluator = runner.test_evaluator
        # a file without instances may know no class; of datasets that are
        # joined, the evaluator knows the first
        evaluator.dataset_meta = dict(
            evaluator.dataset_meta or {},
            unlabelled=unlabelled_videos(dataset),
            classes=classes or self.checkpoint_classes)
        runner.visualizer.dataset_meta = evaluator.dataset_meta
        metrics = [metric for metric in evaluator.metrics
                   if isinstance(metric, TemporalLocalizationMetric)]
        if num_instances(dataset) == 0 and metrics and not any(
                metric.out_file for metric in metrics):
            metrics[0].out_file = str(
                Path(runner.log_dir) / 'detections.json')

    @staticmethod
    def _compare_with_head(runner, classes) -> None:
        compare_with_head(
            classes, num_predicted_classes(inner_model(runner.model)))
