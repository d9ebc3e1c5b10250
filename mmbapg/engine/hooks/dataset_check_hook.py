"""What would train or test nonsense, said before it starts."""
from typing import Optional, Sequence

from mmaction.registry import HOOKS
from mmengine.dist import get_world_size
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper

from .wrapped_datasets import innermost


class DatasetMismatch(ValueError):
    """Data, model and checkpoint do not belong together."""


@HOOKS.register_module()
class DatasetCheckHook(Hook):
    """Compare classes.

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
        classes = _classes(runner.train_dataloader.dataset)
        self._compare_with_head(runner, classes)
        if runner.val_loop is not None:
            _compare('validation set', _classes(
                runner.val_dataloader.dataset), 'training set', classes)

    def before_test(self, runner) -> None:
        """Check the test set, against the checkpoint too."""
        classes = _classes(runner.test_dataloader.dataset)
        self._compare_with_head(runner, classes)
        _compare('test set', classes, 'checkpoint', self.checkpoint_classes)

    @staticmethod
    def _compare_with_head(runner, classes) -> None:
        model = runner.model
        model = model.module if is_model_wrapper(model) else model
        head = getattr(getattr(model, 'localizer', model), 'head', None)
        number = getattr(head, 'num_predicted_classes',
                         getattr(head, 'num_classes', None))
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


def _classes(dataset) -> Optional[Sequence[str]]:
    for each in innermost(dataset):
        classes = getattr(each, 'metainfo', {}).get('classes')
        if classes:
            return tuple(classes)
    return None


def _compare(name: str, found, other: str, expected) -> None:
    if not found or not expected or tuple(found) == tuple(expected):
        return
    raise DatasetMismatch(
        f'{name}: found the classes {", ".join(found[:8])}, expected '
        f'{", ".join(expected[:8])} as in the {other}; give both the same '
        'metainfo=dict(classes=[...])')
