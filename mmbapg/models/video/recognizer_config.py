"""What a recognizer's config says of its network, without its weights."""
from typing import Any, Mapping

from mmbapg.errors import UserError

#: Recognizers that read something else than RGB frames.
OTHER_INPUTS = dict(
    RecognizerGCN='skeletons', RecognizerAudio='sound',
    MMRecognizer3D='frames and skeletons at once')


class RecognizerError(UserError, ValueError):
    """A recognizer is of no use here; the message says which and why."""


def network_config(recognizer: Mapping,
                   begin_pretrained: bool = False) -> dict:
    """Config of a recognizer without head, neck and pretrained weights.

    The weights that a training of the recognizer would begin with are left
    out, so that building it downloads nothing and needs no file: those that
    count come from its checkpoint.

    Args:
        recognizer: Field ``model`` of a recognizer's config.
        begin_pretrained: Leave them in.

    Raises:
        RecognizerError: If it has no backbone, or reads no RGB frames.
    """
    kind = str(recognizer.get('type')).rpartition('.')[2]
    if not recognizer.get('backbone'):
        raise RecognizerError(
            f'model: found {kind} without a backbone (fields '
            f'{", ".join(recognizer)}), expected a recognizer of MMAction2 '
            'with the field backbone')
    if kind in OTHER_INPUTS:
        raise RecognizerError(
            f'model: found {kind}, which reads {OTHER_INPUTS[kind]}, expected '
            'a recognizer of RGB frames')
    return {
        key: (_without_weights(value)
              if key == 'backbone' and not begin_pretrained else value)
        for key, value in recognizer.items()
        if key in ('type', 'backbone', 'data_preprocessor')}


def _without_weights(part: Any) -> Any:
    """A part of a backbone's config that names no file to begin with."""
    if isinstance(part, (list, tuple)):
        return type(part)([_without_weights(each) for each in part])
    if not isinstance(part, Mapping):
        return part
    return {key: None if key == 'pretrained' and isinstance(value, str)
            else _without_weights(value)
            for key, value in part.items()
            if not (key == 'init_cfg' and isinstance(value, Mapping)
                    and value.get('type') == 'Pretrained')}
