"""What an inferencer is given, in all its forms: a config, and sources."""
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence, Tuple

from mmengine.config import Config, ConfigDict
from mmengine.runner import CheckpointLoader, find_latest_checkpoint

from mmbapg.config.places import read_config
from mmbapg.datasets.feature_arrays import FeatureFileError
from mmbapg.datasets.video_files import videos_in
from mmbapg.datasets.video_reader import VideoReader

from .localization_files import InferenceError

#: What the inputs can be.
INPUT_FORMATS = ('video', 'feature')


class Source(NamedTuple):
    """What a localizer is asked about.

    Attributes:
        files: The video, or its features, one file for each kind.
        duration: Of the video, in seconds; ``None`` if the video tells.
        fps: Frames per second, where features need them.
    """
    files: Tuple[Path, ...]
    duration: Optional[float] = None
    fps: Optional[float] = None

    @property
    def path(self) -> Path:
        """By which a source is named."""
        return self.files[0]


def check_input_format(name: str) -> str:
    """Refuse all but :data:`INPUT_FORMATS`."""
    if name not in INPUT_FORMATS:
        raise InferenceError(
            f'input_format: found {name!r}, expected one of '
            f'{", ".join(INPUT_FORMATS)}')
    return name


def check_sizes(**sizes: Optional[int]) -> None:
    """Refuse sizes of batches that are not positive; ``None`` is none."""
    for name, size in sizes.items():
        if size is not None and not (isinstance(size, int) and size > 0):
            raise InferenceError(
                f'{name}: found {size!r}, expected a positive whole number')


def config_and_weights(model, weights) -> Tuple[Config, str]:
    """The config of a localizer, and its weights.

    Args:
        model: A config: its file, loaded, as a dict, or as ``mmbapg::NAME``;
            the ``work_dir`` of a training; ``None`` for the config that is
            kept in the weights.
        weights: File; ``None`` for the last one of ``work_dir``.

    Raises:
        InferenceError: If either cannot be told.
    """
    if isinstance(model, (Config, dict)):
        cfg = model if isinstance(model, Config) else Config(
            ConfigDict(model))
    elif model is None:
        if weights is None:
            raise InferenceError(
                'found neither a config nor weights, expected both, or '
                'weights that training has written')
        cfg = _config_in(weights)
    elif Path(model).is_dir():
        cfg = _config_of_work_dir(Path(model))
        weights = weights or find_latest_checkpoint(str(model))
    else:
        cfg = read_config(model)
    if weights is None:
        raise InferenceError(
            f'{cfg.filename or "config"}: found no weights for it, expected '
            'a checkpoint that training has written')
    return cfg, str(weights)


def _config_in(weights) -> Config:
    checkpoint = CheckpointLoader.load_checkpoint(str(weights), 'cpu')
    info = checkpoint.get('message_hub', {}).get('runtime_info', {})
    text = info.get('cfg') or checkpoint.get('meta', {}).get('cfg')
    if not text:
        raise InferenceError(
            f'{weights}: found no config in the checkpoint (message_hub.'
            'runtime_info.cfg, meta.cfg), expected one there or as model')
    return Config.fromstring(text, '.py')


def _config_of_work_dir(folder: Path) -> Config:
    found = sorted(folder.glob('*.py'))
    if len(found) != 1:
        raise InferenceError(
            f'{folder}: found {len(found)} configs '
            f'({", ".join(path.name for path in found)}), expected the one '
            'that training leaves in its work_dir')
    return Config.fromfile(found[0])


def sources_of(inputs, input_format: str) -> List[Source]:
    """What was asked about.

    Args:
        inputs: One or several. Of ``video``: the path of a file; one alone
            may be a folder, for all videos in it. Of ``feature``:
            ``dict(feature=PATH, duration=SECONDS)``, where needed with
            ``fps``; of several kinds, a list of paths.
        input_format: One of :data:`INPUT_FORMATS`.

    Raises:
        InferenceError: If it is something else.
    """
    if isinstance(inputs, (str, Path)) and input_format == 'video' and (
            Path(inputs).is_dir()):
        inputs = [Path(inputs, name) for names in
                  videos_in(Path(inputs)).values() for name in names] or [
                      inputs]
    if not isinstance(inputs, Sequence) or isinstance(inputs, str):
        inputs = [inputs]
    make = _video if input_format == 'video' else _features
    sources = [make(each) for each in inputs]
    for source in sources:
        if len(source.files) != len(sources[0].files):
            raise InferenceError(
                f'{source.path}: found {len(source.files)} feature files, '
                f'expected {len(sources[0].files)} as for '
                f'{sources[0].path}')
    return sources


def _video(given) -> Source:
    if not isinstance(given, (str, Path)):
        raise InferenceError(
            f'inputs: found {given!r}, expected the path of a video '
            "(input_format='feature' takes stored features)")
    return Source((Path(given), ))


def _features(given) -> Source:
    fields = dict(given) if isinstance(given, dict) else {}
    feature = fields.get('feature')
    if (not feature or not _is_positive(fields.get('duration'))
            or not _is_positive(fields.get('fps', 1))
            or set(fields) - {'feature', 'duration', 'fps'}):
        raise InferenceError(
            f'inputs: found {given!r}, expected dict(feature=PATH, '
            'duration=SECONDS), and fps=NUMBER where the grid of the '
            'features needs it')
    paths = [feature] if isinstance(feature, (str, Path)) else feature
    return Source(tuple(map(Path, paths)), float(fields['duration']),
                  fields.get('fps'))


def _is_positive(number) -> bool:
    return isinstance(number, (int, float)) and 0 < number < float('inf')


def opened(source: Source) -> Source:
    """A source whose files are there and whose duration is known, and of a
    video the frame rate.

    Raises:
        VideoError: If the video cannot be read.
        FeatureFileError: If there is no such file.
    """
    if source.duration is None:
        reader = VideoReader(str(source.path))
        return source._replace(duration=reader.duration, fps=reader.fps)
    for path in source.files:
        if not path.is_file():
            raise FeatureFileError(f'{path}: no such feature file')
    return source
