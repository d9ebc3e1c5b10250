"""Whether data, model and checkpoint belong together."""
from typing import List, Optional, Sequence

from mmengine.dist import get_world_size

from mmbapg.datasets.annotations import named
from mmbapg.errors import UserError

from ..wrapped_datasets import innermost


class DatasetMismatch(UserError, ValueError):
    """Data, model and checkpoint do not belong together."""


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


def num_instances(dataset) -> Optional[int]:
    """``None`` if a dataset does not tell."""
    numbers = [getattr(each, 'num_instances', None)
               for each in innermost(dataset)]
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def unlabelled_videos(dataset) -> List[str]:
    return [name for each in innermost(dataset)
            for name in getattr(each, 'metainfo', {}).get('unlabelled', ())]


def require_instances(dataset) -> None:
    """Refuse a validation set that metrics can say nothing about."""
    advice = ('choose another subset, or train without validation '
              '(val_dataloader = val_cfg = val_evaluator = None)')
    unlabelled = unlabelled_videos(dataset)
    if unlabelled:
        raise DatasetMismatch(
            f'validation set: found no annotations of {named(unlabelled)}, '
            f'expected them of all: {advice}')
    if num_instances(dataset) == 0:
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
