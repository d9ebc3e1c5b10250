"""From raw videos, or stored features, to detections."""
import tempfile
from functools import partial
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Union

import numpy as np
from mmaction.registry import INFERENCERS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.infer import BaseInferencer
from mmengine.utils import deprecated_api_warning
from rich.progress import track
from torch import nn

from mmbapg.config.bapg import add_bapg
from mmbapg.config.places import localizer_names
from mmbapg.datasets.embedding_files import file_hash
from mmbapg.engine.device import check_device
from mmbapg.visualization import popup

from .inference_inputs import (
    Source,
    check_input_format,
    check_sizes,
    config_and_weights,
    opened,
    sources_of,
)
from .loaded_localizer import loaded_localizer, step_multiple
from .localization_files import (
    InferenceError,
    LocalizationFolder,
    timeline_of,
    unique_names,
)
from .localization_results import (
    Localizations,
    SomeVideosFailed,
    check_new_file,
    localize_readable,
    raise_failures,
    result_of,
    write_results,
)
from .long_videos import InWindows, KeptWindows, check_window, join_windows
from .undisturbed import undisturbed
from .video_stages import (
    VideoStages,
    has_bapg,
    linked,
    video_input_of,
)

__all__ = ['InferenceError', 'Localizations', 'SomeVideosFailed',
           'TemporalLocalizationInferencer', 'timeline_of']


@INFERENCERS.register_module(name='temporal-action-localization')
@INFERENCERS.register_module()
class TemporalLocalizationInferencer(BaseInferencer):
    """Localizes actions in video files, or in stored features.

    Runs the stages that made the features of the training videos: clip
    features, embeddings if the localizer has BAPG, detections. The config's
    field ``video_input`` names the configs of the first two. All models are
    built and loaded once and kept for later calls.

    Random numbers, the default scope and the settings of the process are
    afterwards what they were. Inferencers may be used from several threads;
    their calls wait for each other.

    Args:
        model: Config of a localizer: its file, loaded, a dict, or
            ``mmbapg::NAME`` of :meth:`list_models`; or the ``work_dir`` of a
            training; ``None`` for the config that is kept in ``weights``.
        weights: Its weights, a file; by default the last of ``work_dir``.
        encoder_checkpoint: Weights of the similarity encoder; by default
            ``video_input.encoder_checkpoint``. Only needed with BAPG.
        device: ``cpu``, ``cuda``, ``cuda:1``, ``mps`` or ``auto``, the best
            there is.
        show_progress: Whether to show progress bars.
        input_format: ``video``, or ``feature`` for stored features like
            those of the config's datasets; then no extractor is needed.
        window_steps: Videos of more feature steps are localized in windows
            of so many; see :mod:`mmbapg.apis.long_videos`.

    Attributes:
        classes: Names of the classes, as in the weights.

    Raises:
        InferenceError: If the config or the checkpoint lacks what is needed.
        DeviceUnavailable: If there is no such device.
    """

    preprocess_kwargs = {'chunk_size'}
    visualize_kwargs = {'return_vis', 'show', 'wait_time'}
    postprocess_kwargs = {'print_result', 'pred_out_file'}

    @deprecated_api_warning(dict(config='model', checkpoint='weights'))
    def __init__(self,
                 model: Union[None, str, Path, dict, Config] = None,
                 weights: Union[None, str, Path] = None,
                 encoder_checkpoint: Union[None, str, Path] = None,
                 device: Optional[str] = 'auto',
                 show_progress: bool = True,
                 input_format: str = 'video',
                 window_steps: Optional[int] = None) -> None:
        check_sizes(window_steps=window_steps)
        self.window_steps = window_steps
        self.device = check_device(device)
        self.input_format = check_input_format(input_format)
        with undisturbed():
            cfg, weights = config_and_weights(model, weights)
            cfg = add_bapg(cfg)
            self.video_input = video_input_of(cfg, input_format,
                                              encoder_checkpoint)
            super().__init__(cfg, weights, self.device, 'mmaction',
                             show_progress)
        check_window(window_steps, step_multiple(self.model))
        self.weights = file_hash(weights)
        self.windows = KeptWindows(None, self.weights)

    @deprecated_api_warning(dict(videos='inputs'))
    def __call__(self,
                 inputs: Union[str, Path, dict, Sequence],
                 out_dir: Union[None, str, Path] = None,
                 overwrite: bool = False,
                 return_datasamples: bool = False,
                 batch_size: int = 1,
                 **kwargs) -> Localizations:
        """Localize.

        Args:
            inputs: One path or several; one may be a folder of videos. Of
                features ``dict(feature=PATH, duration=SECONDS)``, with
                ``fps`` where their grid needs it, and a list of paths where
                features of several kinds are concatenated.
            out_dir: If given, results are added to ``detections.json`` there,
                and a timeline ``NAME.png`` is drawn for each video.
            overwrite: Whether earlier results of the same videos, and their
                pictures, may be replaced; and ``pred_out_file``.
            return_datasamples: Results are data samples as the localizer
                gives them, with ``video_name`` and ``video_path``.
            batch_size: Videos at once for the localizer.
            **kwargs: ``chunk_size``, most frames at once for the extractor
                (by default as its config says); ``return_vis``, ``show`` and
                ``wait_time`` (seconds) for the timelines; ``print_result``;
                ``pred_out_file``, a JSON file for these results alone.

        Returns:
            For each video a dict: ``name`` (the file's, without extension;
            with its folder if two would have one name), ``video`` (path),
            ``duration`` (seconds), ``detections``, best first, each with
            ``segment`` (seconds), ``label`` and ``score``; with BAPG also
            ``proposals`` with ``segment`` and ``score``.

        Raises:
            InferenceError: If a video is given twice, or if something would
                be overwritten.
            VideoError: If the only video is none that can be read to its end.
            SomeVideosFailed: If that holds for some of several; the others
                are localized and written first.
        """
        preprocessing, _, drawing, finishing = self._dispatch_kwargs(**kwargs)
        check_sizes(batch_size=batch_size, **preprocessing)
        check_new_file(finishing.get('pred_out_file'), overwrite)
        if drawing.get('show'):
            popup.require_display()
        sources = self._inputs_to_list(inputs)
        paths = [source.path for source in sources]
        out = out_dir and LocalizationFolder(out_dir, self.weights)
        names = out.names_of(paths, overwrite) if out else unique_names(paths)
        self.windows = KeptWindows(out_dir, self.weights)
        with undisturbed():
            samples, failures = localize_readable(partial(
                self._localize, batch_size=batch_size, **preprocessing),
                sources)
        preds = []
        for name, path in names.items():
            if path in samples:
                samples[path].set_metainfo(
                    dict(video_name=name, video_path=str(path)))
                preds.append(samples[path])
        results = self.postprocess(
            preds, self.visualize(sources, preds, **drawing),
            return_datasamples, **finishing)
        if out and preds:
            out.write([self.pred2dict(each) for each in preds], self.classes)
            self.windows.clear()
        raise_failures(results, failures)
        return results

    @property
    def has_bapg(self) -> bool:
        """Whether the localizer takes proposals."""
        return has_bapg(self.cfg)

    @staticmethod
    def list_models(scope: Optional[str] = None,
                    patterns: str = r'.*') -> List[str]:
        """Our localizers' configs whose names begin with a regular
        expression; of another ``scope``, what MMEngine lists."""
        return (localizer_names(patterns) if scope in (None, 'mmbapg') else
                BaseInferencer.list_models(scope, patterns))

    def preprocess(self,
                   inputs: Sequence[Source],
                   batch_size: int = 1,
                   chunk_size: Optional[int] = None,
                   **loading) -> Iterator[dict]:
        """Make features and embeddings, and batches of them.

        Args:
            inputs: As :meth:`_inputs_to_list` gives them.
            batch_size, chunk_size: See :meth:`__call__`.
            **loading: Settings of the stages' dataloaders.

        Yields:
            dict: What the localizer takes; its samples have ``video_path``.
        """
        with tempfile.TemporaryDirectory(
                prefix='mmbapg-', ignore_cleanup_errors=True) as folder, (
                    linked(list(map(opened, inputs)), Path(folder))) as named:
            dataset = InWindows(self.pipeline(
                named, Path(folder), self.classes, self.show_progress,
                chunk_size, **loading), self.window_steps,
                step_multiple(self.model))
            items = map(dataset.__getitem__, track(
                range(len(dataset)), 'Localizing',
                disable=not self.show_progress))
            for batch in self._get_chunk_data(items, batch_size):
                for item in batch:
                    sample = item['data_samples']
                    sample.set_metainfo(dict(
                        video_path=str(named[sample.video_name].path)))
                yield self.collate_fn(batch)

    def visualize(self,
                  inputs: list,
                  preds: Sequence[ActionDataSample],
                  return_vis: bool = False,
                  show: bool = False,
                  wait_time: float = 0) -> Optional[List[np.ndarray]]:
        """Timelines, RGB images; ``None`` if nobody asks for them."""
        if not (show or return_vis):
            return None
        images = {sample.video_name: timeline_of(
            sample.video_name, self.pred2dict(sample), self.classes)
            for sample in preds}
        if show:
            popup.show(images, wait_time)
        return list(images.values())

    def postprocess(self,
                    preds: Sequence[ActionDataSample],
                    visualization: Optional[List[np.ndarray]] = None,
                    return_datasample: bool = False,
                    print_result: bool = False,
                    pred_out_file: Union[str, Path] = '') -> Localizations:
        """Results, or ``preds`` as they are; see :meth:`__call__`."""
        plain = [self.pred2dict(sample) for sample in preds]
        if print_result:
            print(plain)
        if pred_out_file:
            write_results(pred_out_file, plain)
        return Localizations(preds if return_datasample else plain,
                             visualization)

    def pred2dict(self, sample: ActionDataSample) -> dict:
        """A result as :meth:`__call__` describes it."""
        return result_of(sample, self.classes)

    def _inputs_to_list(self, inputs) -> List[Source]:
        return sources_of(inputs, self.input_format)

    def _init_model(self, cfg: Config, weights: str,
                    device: str) -> nn.Module:
        """With BAPG, which MMEngine's own would not know of."""
        self.classes: Sequence[str]
        model, self.classes = loaded_localizer(cfg, weights, device)
        return model

    def _init_pipeline(self, cfg: Config) -> VideoStages:
        return VideoStages.of_config(cfg, self.video_input,
                                     self.input_format, self.device)

    def _init_collate(self, cfg: Config):
        return pseudo_collate

    def _init_visualizer(self, cfg: Config) -> None:
        """None: timelines need none, and MMEngine would keep it."""

    def _localize(self, sources: Sequence[Source],
                  **kwargs) -> Dict[Path, ActionDataSample]:
        return {Path(sample.video_path): sample for sample in join_windows(
            sample for batch in self.preprocess(sources, **kwargs)
            for sample in self.windows.forward(batch, self.forward))}
