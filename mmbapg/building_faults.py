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
    building = [frame for frame in frames if frame.f_code.co_name == _BUILDS]
    building += [frame for frame in frames[-1:]
                 if frame.f_code.co_name == _BUILDS_RUNNER]
    if not building:
        return None
    by_name = isinstance(error, KeyError)
    fault = (_of_name(building[-1], frames[-1]) if by_name else
             _of_fields(building[-1], frames[-1], str(error)))
    known = building[:-1] if by_name else building
    parts = ' in '.join(map(_name_of, reversed(known)))
    return fault and f'{parts or "config"}: {fault}'


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


def _name_of(building: FrameType) -> str:
    """Of what is built."""
    kind = building.f_locals['obj_type']
    return getattr(kind, '__name__', None) or str(kind)


def _of_name(building: FrameType, last: FrameType) -> Optional[str]:
    """What is wrong with ``type``."""
    if last is not building:
        return None
    found = building.f_locals.get('obj_type')
    if found is None:
        return ('found no type among the fields '
                f'{", ".join(building.f_locals["cfg"])}, expected the name of '
                'a class')
    return (f'found type {found!r}, expected a name that is registered among '
            f'the kind {building.f_locals["registry"].name!r}, by MMAction2, '
            'by mmbapg, or by a module in custom_imports')


def _of_fields(building: FrameType, last: FrameType,
               message: str) -> Optional[str]:
    """What is wrong with the other fields: too many, or too few."""
    misfit = _MISFIT.match(message)
    kind = building.f_locals.get('obj_cls')
    by_constructor = last is building or last.f_code.co_name == '__init__'
    if misfit is None or kind is None or not by_constructor:
        return None
    whose, fault, names = misfit.groups()
    if whose not in _constructors(kind):
        return None  # a constructor builds its own parts wrongly
    if fault.startswith('missing'):
        return f'found no {names}, which it needs'
    known = sorted((parameters_of(kind) if inspect.isclass(kind) else
                    set(inspect.signature(kind).parameters))
                   - {'self', 'args', 'kwargs'})
    return f'found the field {names}, expected some of {", ".join(known)}'


def _constructors(kind: Any) -> List[str]:
    """Names that Python's messages have for what takes the fields."""
    return [f'{each.__qualname__}.__init__' for each in inspect.getmro(kind)
            ] if inspect.isclass(kind) else [kind.__qualname__]
