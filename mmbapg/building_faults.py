"""What is wrong with a part of a config that cannot be built.

MMEngine's registries name a class and hand the other fields to it. A name
that there is not and a field that the class does not know are slips of whoever
wrote the config, and yet a KeyError and a TypeError from deep inside.
"""
import inspect
import re
from traceback import walk_tb
from types import FrameType
from typing import Any, List, Optional, Set, Tuple

_BUILDS, _BUILDS_RUNNER = 'build_from_cfg', 'build_runner_from_cfg'
_RUNNERS = 'mmengine.runner.'
_MISFIT = re.compile(r'([\w.<>]+)\(\) (got an unexpected keyword argument|'
                     r'missing \d+ required [\w-]+ arguments?:) (.*)')


def fault_of_building(error: BaseException) -> Optional[str]:
    """One sentence on a part of a config, if MMEngine failed to build it.

    Args:
        error: That ended the work.

    Returns:
        Which part of which has what fault; ``None`` if the error is another,
        be it that of a constructor which does not use its settings rightly.
    """
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    parts = [frame.f_locals.get('obj_type') for frame in frames
             if frame.f_code.co_name == _BUILDS]
    if isinstance(error, KeyError):
        fault = _of_type(frames[-1]) if frames else None
        parts = parts[:-1]
    else:
        misfit = _MISFIT.match(str(error))
        kind = misfit and frames and _kind_of_call(frames, misfit)
        fault = _of_fields(kind, misfit) if misfit and kind else None
        if frames and frames[-1].f_code.co_name not in (_BUILDS, '__init__'):
            parts.append(kind)
    if fault is None:
        return None
    names = [getattr(part, '__name__', part) for part in reversed(parts)]
    return f'{" in ".join(names) or "config"}: {fault}'


def parameters_of(kind: type) -> Set[str]:
    """Names of a constructor's parameters, also of those that it hands on by
    ``**kwargs``."""
    names: Set[str] = set()
    bases: Tuple[Any, ...] = inspect.getmro(kind)
    for base in bases:
        parameters = inspect.signature(base.__init__).parameters
        names |= set(parameters)
        if not any(each.kind is each.VAR_KEYWORD
                   for each in parameters.values()):
            break
    return names


def default_of(kind: type, name: str) -> Any:
    """Of a constructor's parameter, also of one that it hands on."""
    bases: Tuple[Any, ...] = inspect.getmro(kind)
    for base in bases:
        parameter = inspect.signature(base.__init__).parameters.get(name)
        if parameter is not None:
            return parameter.default
    return None


def _of_type(last: FrameType) -> Optional[str]:
    """What is wrong with the name of a class, if a registry says so."""
    if last.f_code.co_name not in (_BUILDS, _BUILDS_RUNNER):
        return None
    found = last.f_locals.get('obj_type')
    if found is None:
        fields = ', '.join(last.f_locals['cfg'])
        return (f'found no type among the fields {fields}, expected the name '
                'of a class')
    return (f'found type {found!r}, expected a name that is registered among '
            f'the kind {last.f_locals["registry"].name!r}, by MMAction2, by '
            'mmbapg, or by a module in custom_imports')


def _kind_of_call(frames: List[FrameType], misfit: 're.Match') -> Any:
    """What takes the fields of a config that did not fit: what a registry
    builds, or a loop or loader that a runner makes itself."""
    last, calls = frames[-1], frames[-1].f_code.co_name
    built = [frame.f_locals.get('obj_cls') for frame in frames
             if frame.f_code.co_name == _BUILDS]
    if built and calls in (_BUILDS, '__init__'):
        return built[-1]
    by_runner = last.f_globals.get('__name__', '').startswith(_RUNNERS)
    if by_runner and calls.startswith('build_'):
        return last.f_globals.get(misfit[1].split('.')[0])
    return None


def _of_fields(kind: Any, misfit: 're.Match') -> Optional[str]:
    """What is wrong with the other fields: too many, or too few."""
    if misfit[1] not in _constructors(kind):
        return None  # e.g. of a part that a constructor builds wrongly
    if misfit[2].startswith('missing'):
        return f'found no {misfit[3]}, which it needs'
    known = sorted((parameters_of(kind) if inspect.isclass(kind) else
                    set(inspect.signature(kind).parameters))
                   - {'self', 'args', 'kwargs'})
    return f'found the field {misfit[3]}, expected some of {", ".join(known)}'


def _constructors(kind: Any) -> List[str]:
    """Names that Python's messages have for what takes the fields."""
    return [f'{each.__qualname__}.__init__' for each in inspect.getmro(kind)
            ] if inspect.isclass(kind) else [kind.__qualname__]
