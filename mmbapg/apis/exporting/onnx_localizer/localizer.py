"""A network, its settings, and detections."""
import json
from pathlib import Path
from typing import Any, Dict, List, Optional, Union

import numpy as np
import onnxruntime

from . import boundary_matching, points, queries
from .detections import Detections

#: Of the settings that are understood.
FORMAT = 2
#: Share of a video's duration by which features may end too early or late.
COVERAGE = 0.05


class OnnxLocalizerError(ValueError):
    """Something does not fit the network; the message says what."""


def _refuse_wrong_coverage(num_steps: int, stride: float, window: float,
                           duration: float, slack: float) -> None:
    """Refuse times of steps, in seconds, that do not end with the video, by
    a step for every stride or by the last window."""
    ends = (num_steps * stride, (num_steps - 1) * stride + window)
    told = min(ends, key=lambda end: abs(end - duration))
    if abs(told - duration) > slack * duration + max(stride, window):
        raise OnnxLocalizerError(
            f'duration: found {duration:g} s, but {num_steps} steps of '
            f'features stand for {told:g} s, expected nearly the same; are '
            'fps, or interval, those that they were made at?')


class OnnxLocalizer:
    """Detections in clip features.

    Args:
        model: The exported file, whose metadata hold all settings.
        providers: Of onnxruntime.

    Raises:
        OnnxLocalizerError: If the file is none that can be used.
    """

    def __init__(self, model: Union[str, Path],
                 providers=('CPUExecutionProvider', )) -> None:
        if not Path(model).is_file():
            raise OnnxLocalizerError(f'{model}: no such file')
        try:
            self.session = onnxruntime.InferenceSession(
                str(model), providers=list(providers))
        except Exception as error:  # its own have nothing in common
            raise OnnxLocalizerError(
                f'{model}: not a network that onnxruntime reads '
                f'({error})') from None
        entries = self.session.get_modelmeta().custom_metadata_map
        if 'localizer' not in entries:
            raise OnnxLocalizerError(
                f'{model}: found no settings in its metadata, expected a '
                'network that tools/export.py has written')
        self.settings: Dict[str, Any] = json.loads(entries['localizer'])
        if self.settings['format'] != FORMAT:
            raise OnnxLocalizerError(
                f'{model}: found settings of the form '
                f'{self.settings["format"]}, expected {FORMAT}; use the '
                'onnx_localizer that was exported with it')
        self.classes = self.settings['classes']
        self.inputs = {each.name for each in self.session.get_inputs()}
        self.outputs = [each.name for each in self.session.get_outputs()]

    def predict(self,
                features: np.ndarray,
                duration: float,
                fps: Optional[float] = None,
                interval: Optional[float] = None,
                window: Optional[float] = None,
                video_scores: Optional[np.ndarray] = None,
                clips: Optional[dict] = None,
                **evidence: np.ndarray) -> List[dict]:
        """Detections, best first.

        Args:
            features: ``(T, C)`` of the video.
            duration: Of the video, in seconds.
            fps: Frames per second, where the grid of the features needs it.
            interval: Seconds from one step to the next, where neither the
                settings nor ``fps`` tell it.
            window: Seconds that a step describes, likewise; by default, those
                to the next.
            video_scores: ``(num_classes,)`` of the whole video, where these
                name what is found.
            clips: ``stride``, ``window`` and ``fps`` that the features'
                file tells.
            evidence: With BAPG, ``boundary_strength`` and ``class_evidence``
                ``(width, T)``, as mmbapg packs them.

        Returns:
            list: Dicts with ``segment`` (seconds), ``label`` and ``score``.

        Raises:
            OnnxLocalizerError: If something does not fit the network.
        """
        found = self.detections(features, duration, fps, interval, window,
                                video_scores, clips, **evidence)
        names = dict(enumerate(self.classes))
        return [dict(segment=[float(each) for each in segment],
                     label=names.get(int(label), str(label)),
                     score=float(score))
                for segment, score, label in zip(*found)]

    def detections(self, features, duration, fps=None, interval=None,
                   window=None, video_scores=None, clips=None,
                   **evidence) -> Detections:
        """As arrays; see :meth:`predict`."""
        if not 0 < duration < float('inf'):
            raise OnnxLocalizerError(f'duration: found {duration}, expected '
                                     'the seconds of the video')
        features = self._steps(features)
        columns = self._columns(features, evidence)
        length = columns[0].shape[1]
        if 'decoding' not in self.settings:
            raise OnnxLocalizerError('settings: found no decoding')
        kind = self.settings['decoding']['kind']
        if kind == 'boundary_matching':
            return self._proposals(columns, duration, fps)
        scale = self._grid(len(features), length, duration, fps, interval,
                           window, clips)
        slack = self.settings['features'].get('slack', COVERAGE)
        if slack is not None and len(features) == length:
            _refuse_wrong_coverage(length, scale[0], 2 * scale[1], duration,
                                   slack)
        if kind == 'queries':
            found = self._queries(columns)
            seconds = (found.segments.astype(float) - 0.5) * scale[0]
            return found._replace(
                segments=(seconds + scale[1]).astype(np.float32))
        found = self._points(columns)
        seconds = found.segments * np.float32(scale[0]) + np.float32(scale[1])
        found = found._replace(segments=seconds.clip(0, duration))
        fusion = self.settings['score_fusion']
        if fusion:
            found = points.name_by_scores(found, video_scores, **fusion)
        return found

    def _steps(self, features) -> np.ndarray:
        """``(T, C)`` float32, as the test pipeline reads them."""
        cfg, width = self.settings['features'], self.settings['channels']
        features = np.asarray(features, np.float32)
        if features.ndim == 2:
            features = features[::cfg['every'], :cfg['select']]
        if features.ndim != 2 or features.shape[1] != width or (
                not len(features)):
            raise OnnxLocalizerError(
                f'features: found the shape {features.shape}, expected '
                f'(steps, {width})')
        if not np.isfinite(features).all():
            raise OnnxLocalizerError('features: found values that are not '
                                     'finite, expected numbers')
        return features

    def _columns(self, features: np.ndarray, evidence) -> List[np.ndarray]:
        """``(width, T)`` float32 of each input."""
        size = (self.settings['features']['resize'] or
                self.settings.get('length') or len(features))
        columns = [resized(features.T, size)]
        for name, width in self.settings['evidence'].items():
            given = np.asarray(evidence.get(name, np.zeros((0, 0))),
                               np.float32)
            if given.shape != (width, size):
                shape = f'the shape {given.shape}'
                raise OnnxLocalizerError(
                    f'{name}: found {shape if name in evidence else "none"}, '
                    f'expected ({width}, {size}) beside the features, as '
                    'mmbapg packs it for the same steps')
            columns.append(given)
        return columns

    def _grid(self, num_given: int, num_steps: int, duration: float,
              fps: Optional[float], interval: Optional[float],
              described: Optional[float], clips: Optional[dict] = None):
        """Seconds from one step to the next, and those of the first step."""
        grid = self.settings['features']
        stride, window, fps = grid['stride'], grid['window'], (
            grid['fps'] or fps or grid['usual_fps'])
        if stride and clips:  # what a file tells of its clips counts
            for name, expected in (('stride', stride), ('window', window),
                                   ('fps', grid['fps'] or clips['fps'])):
                if abs(clips[name] - expected) > 0.01 * expected:
                    raise OnnxLocalizerError(
                        f'features: found {name} {clips[name]:g} in their '
                        f'file, expected {expected:g} as in training')
            stride, window, fps = (clips[name] for name in (
                'stride', 'window', 'fps'))
        if stride == 0:
            stride = window = duration / num_given
            fps = 1.0
        elif stride is None:
            stride, fps = interval, 1.0
            window = interval if described is None else described
        if not stride or not fps:
            raise OnnxLocalizerError(
                'found no time of the steps, expected '
                f'{"interval" if not stride else "fps"}')
        if num_steps != num_given or grid['resize']:
            stride = window = ((num_given - 1) * stride + window) / num_steps
        return stride / fps, 0.5 * window / fps

    def _run(self, columns: List[np.ndarray], size: int,
             windows=None) -> Dict[str, np.ndarray]:
        """Outputs for windows, each padded with zeros to a size."""
        windows = windows or [(0, columns[0].shape[1])]
        names = ['features', *self.settings['evidence']]
        feed = {name: np.zeros((len(windows), len(column), size), np.float32)
                for name, column in zip(names, columns)}
        mask = np.zeros((len(windows), 1, size), bool)
        for row, (first, end) in enumerate(windows):
            mask[row, :, :end - first] = True
            for name, column in zip(names, columns):
                feed[name][row, :, :end - first] = column[:, first:end]
        feed['mask'] = mask
        found = self.session.run(self.outputs, {
            name: value for name, value in feed.items()
            if name in self.inputs})
        return dict(zip(self.outputs, found))

    def _points(self, columns: List[np.ndarray]) -> Detections:
        size = columns[0].shape[1]
        cfg = self.settings['padding']
        least, multiple = cfg['min_length'], cfg['multiple']
        size = least if size <= least else -(-size // multiple) * multiple
        return points.decode(self._run(columns, size), size, self.settings)

    def _queries(self, columns: List[np.ndarray]) -> Detections:
        cfg, length = self.settings['windows'], columns[0].shape[1]
        size = cfg['size'] or length
        windows = ([(0, length)] if cfg['size'] is None else
                   queries.windows_of(length, size, cfg['overlap']))
        parts = [self._run(columns, size, windows[first:first + cfg['at_once']]
                           ) for first in range(0, len(windows),
                                                cfg['at_once'])]
        scores, segments = (np.concatenate([part[name] for part in parts])
                            for name in ('scores', 'segments'))
        return queries.decode(scores, segments, windows, size,
                              self.settings['decoding'])

    def _proposals(self, columns, duration, fps) -> Detections:
        cfg = self.settings['decoding']
        outputs = self._run(columns, self.settings['length'])
        found = boundary_matching.decode(
            outputs['confidence'][0], outputs['starts'][0],
            outputs['ends'][0], cfg)
        _, seconds = boundary_matching.seconds_of(duration, fps,
                                                  cfg['interval'])
        return found._replace(segments=found.segments * seconds)


def resized(column: np.ndarray, size: int) -> np.ndarray:
    """``(width, T)`` interpolated linearly to ``(width, size)`` steps that
    share the same time."""
    length = column.shape[1]
    if length == size:
        return column
    place = (np.arange(size) + 0.5) * length / size - 0.5
    place = place.clip(0, length - 1)
    before = place.astype(int)
    share = (place - before).astype(np.float32)
    after = np.minimum(before + 1, length - 1)
    return column[:, before] * (1 - share) + column[:, after] * share
