"""What would train or test nonsense, said before it starts."""
from pathlib import Path
from typing import List, Optional, Sequence

from mmaction.registry import HOOKS
from mmengine.dist import get_world_size
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper

from mmbapg.datasets.annotations import named
from mmbapg.evaluation import TemporalLocalizationMetric

from .feature_check import check_features
from .wrapped_datasets import innermost


class DatasetMismatch(ValueError):
    """Data, model and checkpoint do not belong together."""


@HOOKS.register_module()
class DatasetCheckHook(Hook):
    """Compare classes, look at feature files, and refuse to validate on
    nothing, or to train on features whose grid does not fit the videos.

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

        Detections of a set that no metric can judge are written all the same,
        into the run's log folder where the metric has no ``out_file``.
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
            evaluator.dataset_meta or {}, unlabelled=_unlabelled(dataset),
            classes=classes or self.checkpoint_classes)
        runner.visualizer.dataset_meta = evaluator.dataset_meta
        metrics = [metric for metric in evaluator.metrics
                   if isinstance(metric, TemporalLocalizationMetric)]
        if _num_instances(dataset) == 0 and metrics and not any(
                metric.out_file for metric in metrics):
            metrics[0].out_file = str(
                Path(runner.log_dir) / 'detections.json')

    @staticmethod
    def _compare_with_head(runner, classes) -> None:
        model = runner.model
        model = model.module if is_model_wrapper(model) else model
        head = getattr(getattr(model, 'localizer', model), 'head', None)
        compare_with_head(classes, getattr(
            head, 'num_predicted_classes', getattr(head, 'num_classes', None)))


def compare_with_head(classes: Optional[Sequence[str]],
                      number: Optional[int]) -> None:
    """Refuse a head that knows another number of classes than the data.

    Args:
        classes: Of the data, if they are known.
        number: Of the classes that the head predicts, if it tells.

    Raises:
        DatasetMismatch: If they differ.
    """
    if classes and number not in (None, len(classes)):
        raise DatasetMismatch(
            f'found {len(classes)} classes in the data '
            f'({", ".join(classes[:5])}), expected {number}, the '
            'num_classes of the head')


def check_batches(loader) -> None:
    """Refuse to train on nothing (``compat.mend_empty_epochs`` calls it).

    Args:
        loader: For training.

    Raises:
        DatasetMismatch: If not one batch can be made.
    """
    if len(loader):
        return
    files = {str(each.ann_file): None for each in innermost(loader.dataset)
             if getattr(each, 'ann_file', None)}
    ranks = get_world_size()
    raise DatasetMismatch(
        f'{", ".join(files) or "train_dataloader"}: found '
        f'{len(loader.sampler)} training samples'
        f'{f" on each of {ranks} ranks" if ranks > 1 else ""}, expected at '
        f'least one batch of {loader.batch_size} (drop_last leaves out what '
        'is less): choose a smaller train_dataloader.batch_size, or a '
        'sampler by which samples come again: SmallSetSampler, or '
        'HardNegativePairSampler with more repeats or min_samples')


def _num_instances(dataset) -> Optional[int]:
    """``None`` if a dataset does not tell."""
    numbers = [getattr(each, 'num_instances', None)
               for each in innermost(dataset)]
    return None if None in numbers else sum(numbers)


def _unlabelled(dataset) -> List[str]:
    return [name for each in innermost(dataset)
            for name in getattr(each, 'metainfo', {}).get('unlabelled', ())]


def require_instances(dataset) -> None:
    """Refuse a validation set that metrics can say nothing about."""
    advice = ('choose another subset, or train without validation '
              '(val_dataloader = val_cfg = val_evaluator = None)')
    unlabelled = _unlabelled(dataset)
    if unlabelled:
        raise DatasetMismatch(
            f'validation set: found no annotations of {named(unlabelled)}, '
            f'expected them of all: {advice}')
    if _num_instances(dataset) == 0:
        raise DatasetMismatch(
            f'validation set: found no annotated instance in its '
            f'{len(dataset)} videos, expected some to measure on: {advice}')


def classes_in(dataset) -> Optional[Sequence[str]]:
    """Names of the classes of a dataset, if it tells."""
    for each in innermost(dataset):
        classes = getattr(each, 'metainfo', {}).get('classes')
        if classes:
            return tuple(classes)
    return None


def refuse_wrong_coverage(dataset) -> None:
    """Refuse features whose grid does not fit the durations of videos."""
    for each in innermost(dataset):
        if hasattr(each, 'refuse_wrong_coverage'):
            each.refuse_wrong_coverage()


def compare_classes(name: str, found, other: str, expected) -> None:
    """Refuse two sets of data, or data and a checkpoint, that differ."""
    if not found or not expected or tuple(found) == tuple(expected):
        return
    raise DatasetMismatch(
        f'{name}: found the classes {", ".join(found[:8])}, expected '
        f'{", ".join(expected[:8])} as in the {other}; give both the same '
        'metainfo=dict(classes=[...])')
