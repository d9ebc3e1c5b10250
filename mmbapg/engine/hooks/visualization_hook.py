"""Pictures of what a localizer finds."""
from pathlib import Path
from typing import Dict, List, Optional

import numpy as np
from mmaction.registry import HOOKS
from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.visualization import LocalVisBackend

from mmbapg.datasets.embedding_files import read_embeddings
from mmbapg.evaluation import Segments
from mmbapg.evaluation.submission import read_submission
from mmbapg.video_names import file_of
from mmbapg.visualization import (
    TimelineRow,
    best_detections,
    draw_similarity_map,
    draw_timeline,
    write_png,
)

#: Where MMEngine's ``LocalVisBackend`` writes, which cannot be relied on: its
#: pictures have no folders of their own, and no letters beyond ASCII on
#: Windows.
OUT_DIR = 'vis_data/vis_image'
NOTHING = Segments(np.zeros((0, 2)), np.zeros(0, int), np.zeros(0))


@HOOKS.register_module()
class LocalizationVisualizationHook(Hook):
    """Draw a timeline, and with BAPG a similarity map, of each video.

    Pictures are PNG files in ``out_dir``, and go to the backends of MMEngine's
    visualizer that show them elsewhere, as TensorBoard. Listed as
    ``default_hooks.visualization`` it obeys ``--show-dir`` of ``test.py``. The
    log says where they are.

    Args:
        enable: Draw while testing and validating.
        interval: Draw every so many videos.
        out_dir: Folder for PNG files, in the run's log folder unless
            absolute. Pictures of a validation have its epoch in their names.
        baseline: Detections to show for comparison: a file that
            ``TemporalLocalizationMetric(out_file=...)`` wrote.
        least_score: Detections below are not drawn.
        max_proposals: Proposals to draw, the best.
        show, wait_time: Accepted for ``test.py``; pictures are not shown on a
            screen.
    """

    def __init__(self,
                 enable: bool = False,
                 interval: int = 1,
                 out_dir: Optional[str] = OUT_DIR,
                 baseline: Optional[str] = None,
                 least_score: float = 0.2,
                 max_proposals: int = 40,
                 show: bool = False,
                 wait_time: float = 0.0) -> None:
        self.enable = enable
        self.interval = interval
        self.out_dir = OUT_DIR if out_dir is None else out_dir
        self._drawn = 0
        self.baseline = baseline
        self.least_score = least_score
        self.max_proposals = max_proposals
        self._baseline: Optional[Dict[str, Segments]] = None

    def after_val_iter(self, runner, batch_idx: int, data_batch=None,
                       outputs=None) -> None:
        """Draw the videos of a batch; the step is the epoch."""
        self._draw(runner, batch_idx, outputs, runner.epoch)

    def after_test_iter(self, runner, batch_idx: int, data_batch=None,
                        outputs=None) -> None:
        """Draw the videos of a batch."""
        self._draw(runner, batch_idx, outputs, 0)

    def after_val_epoch(self, runner, metrics=None) -> None:
        """Say where the pictures are."""
        self._tell(runner)

    def after_test_epoch(self, runner, metrics=None) -> None:
        """Say where the pictures are."""
        self._tell(runner)

    def _tell(self, runner) -> None:
        if self._drawn:
            runner.logger.info(f'{self._drawn} pictures: '
                               f'{self._folder(runner)}')
        self._drawn = 0

    def _folder(self, runner) -> Path:
        return Path(runner.log_dir) / self.out_dir

    def _draw(self, runner, batch_idx: int, outputs, step: int) -> None:
        if not self.enable or batch_idx % self.interval:
            return
        classes = runner.visualizer.dataset_meta.get('classes') or ()
        for sample in outputs:
            name = sample.video_name
            self._add(runner, 'timeline', name, draw_timeline(
                name, sample.duration, self._rows(sample, classes), classes),
                step)
            if 'embeddings_file' in sample and 'regions' in sample:
                self._add(runner, 'similarity', name,
                          _similarity_map(sample, classes), step)

    def _rows(self, sample, classes) -> List[TimelineRow]:
        truth = sample.gt_instances.cpu().numpy()
        rows = [TimelineRow('ground truth', truth.segments, truth.labels)]
        title = 'detections'
        if 'proposals' in sample:
            title = 'with BAPG'
            best = sample.proposals.cpu().numpy()[:self.max_proposals]
            rows.append(TimelineRow('proposals', best.segments,
                                    scores=best.scores))
        if self.baseline is not None:
            rows.append(TimelineRow('without BAPG', *self._of_baseline(
                self.baseline,
                sample.video_name, classes)))
        found = sample.pred_instances.cpu().numpy()
        rows.append(TimelineRow(title, *best_detections(
            found.segments, found.labels, found.scores, self.least_score)))
        return rows

    def _of_baseline(self, path: str, name: str, classes):
        if self._baseline is None:
            self._baseline = read_submission(path, classes)
        found = self._baseline.get(name, NOTHING)
        return best_detections(*found.detections(), self.least_score)

    def _add(self, runner, kind: str, name: str, image: np.ndarray,
             step: int) -> None:
        suffix = f'_{step}.png' if step else '.png'
        write_png(file_of(self._folder(runner) / kind, name, '{}' + suffix),
                  image)
        self._drawn += 1
        if not is_main_process():
            return
        for backend in runner.visualizer._vis_backends.values():
            if not isinstance(backend, LocalVisBackend):
                backend.add_image(f'{kind}/{name}', image, step)


def _similarity_map(sample, classes) -> np.ndarray:
    truth = sample.gt_instances.cpu().numpy()
    finest = sample.regions.segmentation == sample.regions.segmentation.max()
    starts = sample.regions.steps[finest, 0].cpu().numpy()
    cuts = sample.grid.to_seconds(starts[np.isfinite(starts)])
    return draw_similarity_map(
        sample.video_name, read_embeddings(sample.embeddings_file).embeddings,
        sample.duration, cuts, truth.segments, truth.labels, classes)
