"""The main job on real video: BAPG from raw video to a table and pictures."""
import json
import os
import time
from pathlib import Path
from typing import Dict, List, Optional, Tuple

from rich.console import Console
from rich.table import Table

from mmbapg.datasets.annotations import (
    AnnotationError,
    classes_of,
    load_annotations,
    select,
)
from mmbapg.datasets.sources import fir
from mmbapg.files import write_text

from . import rendered
from .detection_pages import pages_of_stages
from .encoder_tables import (
    TOLERANCES,
    boundary_table,
    detected_boundary_f1,
    judged_videos,
)
from .stages import FourStages

IOU_THRESHOLDS = ('0.3', '0.4', '0.5', '0.6', '0.7')
#: Encoders for the training videos; see :mod:`mmbapg.apis.cross_fit`.
CROSS_FIT = 3


def prepare_data(folder: Path, data: Optional[str],
                 beside: Path) -> Tuple[str, Path]:
    """Find real data, or render some.

    In this order: ``data``, ``$MMBAPG_DATA``, a copy beside the checkout, the
    public repository, a rendered set.

    Args:
        folder: Where to prepare it.
        data: Folder with ``videos`` and ``annotations.json``.
        beside: Where a copy beside the checkout would be.

    Returns:
        tuple: What was found, in words, and the prepared folder.

    Raises:
        SourceUnreachable: If ``data`` or ``$MMBAPG_DATA`` is given and not
            usable.
    """
    for name, place in (('--data', data),
                        ('$MMBAPG_DATA', os.environ.get('MMBAPG_DATA'))):
        if place:
            fir.link_local_copy(Path(place), folder / 'given')
            return f'{name} {place}', folder / 'given'
    try:
        fir.link_local_copy(beside, folder / 'fir')
        return f'FIR, local copy {beside}', folder / 'fir'
    except fir.SourceUnreachable as error:
        reasons = [str(error)]
    try:
        fir.download(folder / 'fir')
        return 'FIR, public repository', folder / 'fir'
    except fir.SourceUnreachable as error:
        reasons.append(str(error))
    Console(stderr=True).print(
        'No real data can be reached: ' + '; '.join(reasons) + '. Going on '
        'with a small set of rendered videos: the whole job runs, but its '
        'figures say nothing about real video. Give a folder with '
        'annotations.json and videos by --data.', style='yellow')
    return 'rendered videos', rendered.write_rendered_set(folder / 'rendered')


def quickstart(data: Optional[str], work_dir: Path, beside: Path,
               seed: int = 0, options: Optional[dict] = None) -> dict:
    """Run all stages without and with BAPG, and report.

    Args:
        data, beside: See :func:`prepare_data`.
        work_dir: For everything that is written.
        seed: Of everything random.
        options: Of :class:`FourStages`: changes to the stages' configs.

    Returns:
        The content of ``results.json``.
    """
    console = Console()
    begun = time.time()
    source, data_root = prepare_data(work_dir / 'data', data, beside)
    console.print(f'Data: {source}')
    ann_file = data_root / 'annotations.json'
    train, test = split_of(ann_file)
    classes = classes_of(str(ann_file))
    stages = FourStages(
        data_root, work_dir, train=train, test=test,
        num_classes=len(classes), seed=seed,
        cross_fit=_parts(len(select(load_annotations(ann_file), where=train))),
        features_dir=data_root / 'features', options=options or {})
    seconds: Dict[str, float] = {}

    def timed(name: str, stage, *args):
        start = time.time()
        result = stage(*args)
        seconds[name] = round(time.time() - start, 1)
        return result

    timed('extract features', stages.extract)
    encoder = timed('stages 1 and 2', stages.learn_embeddings)
    checkpoints = {
        stage: timed(f'stage 4, {stage}', stages.train_localizer, stage)
        for stage in ('host', 'host_with_bapg')
    }
    pictures = work_dir / 'pictures'
    metrics = {'host': stages.test_localizer('host', checkpoints['host'])}
    metrics['host_with_bapg'] = timed(
        'test and draw', stages.test_localizer, 'host_with_bapg',
        checkpoints['host_with_bapg'],
        dict(out_dir=str(pictures.resolve()),
             baseline=str(stages.detections('host'))))
    results = dict(
        data=source,
        classes=list(classes),
        seed=seed,
        boundary_f1={
            **boundary_table(judged_videos(stages)),
            'detections without BAPG': detected_boundary_f1(stages, 'host')},
        metrics=metrics,
        checkpoints={name: str(path) for name, path in dict(
            checkpoints, encoder=encoder).items()},
        seconds=dict(seconds, total=round(time.time() - begun, 1)))
    write_text(work_dir / 'results.json', json.dumps(results, indent=1))
    print_report(console, results)
    console.print(f'Videos and detections in a browser: '
                  f'{pages_of_stages(stages)}')
    console.print(f'results.json, pictures and checkpoints: {work_dir}\n'
                  'Pictures and curves in a browser: '
                  f'tensorboard --logdir {work_dir}')
    return results


def _parts(num_training_videos: int) -> int:
    """Parts for cross-fitting; 0 where there is nothing to divide."""
    return 0 if num_training_videos < 2 else min(CROSS_FIT,
                                                 num_training_videos)


def split_of(ann_file: Path) -> Tuple[dict, dict]:
    """Which videos to train and to test on.

    Returns:
        tuple: Values of fields: the folds 0 and 1, and 2, where videos have
        one; else the subsets ``training`` and ``validation``.

    Raises:
        AnnotationError: If the file is not usable, or has neither.
    """
    videos = load_annotations(ann_file)
    for train, test in ((dict(fold=[0, 1]), dict(fold=[2])),
                        (dict(subset='training'), dict(subset='validation'))):
        try:
            select(videos, where=train)
            select(videos, where=test)
            return train, test
        except AnnotationError:
            continue
    raise AnnotationError(
        f'{ann_file}: found neither videos with field fold (0, 1 and 2) nor '
        'with field subset (training and validation), expected one of both')


def print_report(console: Console, results: dict) -> None:
    """Print the tables of :func:`quickstart`."""
    plain = results['metrics']['host']
    with_bapg = results['metrics']['host_with_bapg']
    table = Table(title='Detections: mAP (%) at tIoU')
    for name in ('', *IOU_THRESHOLDS, 'mean'):
        table.add_column(name, justify='left' if not name else 'right')
    names = [f'mAP@{threshold}' for threshold in IOU_THRESHOLDS] + ['mAP']
    table.add_row('ActionFormer', *_percent(plain, names))
    table.add_row('ActionFormer + BAPG', *_percent(with_bapg, names))
    console.print(table)

    table = Table(title='Class-agnostic: AR@AN (%)')
    for name in ('', 'AR@10', 'AR@50', 'AR@100'):
        table.add_column(name, justify='left' if not name else 'right')
    for title, metrics, prefix in (
        ('BAPG proposals', with_bapg, 'proposals'),
        ('detections without BAPG', plain, 'detections'),
        ('detections with BAPG', with_bapg, 'detections')):
        table.add_row(title, *_percent(
            metrics, [f'{prefix}/AR@{n}' for n in (10, 50, 100)]))
    console.print(table)

    table = Table(title='Boundaries: F1 within seconds, true number given')
    for name in ('', *map(str, TOLERANCES)):
        table.add_column(name, justify='left' if not name else 'right')
    for name, values in results['boundary_f1'].items():
        table.add_row(name, *(f'{value:.3f}' for value in values))
    console.print(table)
    spent = ', '.join(f'{name} {value:.0f} s'
                      for name, value in results['seconds'].items())
    console.print(f'Data: {results["data"]}. One fold and one seed: '
                  'differences of a few points are noise (means over folds '
                  f'and seeds: docs/results.md).\nTime: {spent}')


def _percent(metrics: dict, names) -> List[str]:
    return [f'{100 * metrics[name]:.1f}' for name in names]
