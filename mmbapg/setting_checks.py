"""Refuse settings that cannot be, before work starts."""
import inspect
from typing import Any, Callable, Collection, Mapping

from mmbapg.errors import SettingError


def expect_one_of(name: str, found: Any, expected: Collection) -> None:
    """Refuse a choice that there is not.

    Args:
        name: Of the setting.
        found: Its value.
        expected: All values that it may have.

    Raises:
        SettingError: Names them.

    Example:
        >>> expect_one_of('nms.method', 'sotf', ['soft', 'greedy'])
        Traceback (most recent call last):
            ...
        mmbapg.errors.SettingError: nms.method is 'sotf', expected one of \
soft, greedy
    """
    if found not in expected:
        raise SettingError(f'{name} is {found!r}, expected one of '
                           f'{", ".join(map(str, expected))}')


def expect_at_least(least: float, **settings: float) -> None:
    """Refuse numbers that are too small.

    Args:
        least: That they may be.
        **settings: By their names.

    Raises:
        SettingError: Names the first.
    """
    for name, value in settings.items():
        if not value >= least:
            raise SettingError(
                f'{name} is {value}, expected at least {least:g}')


def expect_fields(setting: str, found: Mapping[str, Any], function: Callable,
                  *others: str) -> None:
    """Refuse fields that a function has no argument for, and the lack of one
    that it needs.

    Args:
        setting: Name of what has these fields.
        found: The fields.
        function: What they are arguments of.
        *others: Arguments that come from elsewhere.

    Raises:
        SettingError: Names the field, and all that there may be.
    """
    arguments = {each.name: each for each
                 in inspect.signature(function).parameters.values()
                 if each.name not in others and each.kind != each.VAR_KEYWORD}
    faults = [f'no {name!r}' for name, each in arguments.items()
              if each.default is each.empty and name not in found]
    if not any(each.kind == each.VAR_KEYWORD for each
               in inspect.signature(function).parameters.values()):
        faults += [repr(each) for each in found if each not in arguments]
    if faults:
        raise SettingError(f'{setting}: found {", ".join(faults)}, expected '
                           f'the fields {", ".join(arguments)}')


def expect_accepted(name: str, function: Callable, *args: Any,
                    **kwargs: Any) -> None:
    """Ask a function of :mod:`mmbapg.ops` whether it takes settings, with
    something small in the place of what they are for.

    Args:
        name: Of the settings, or of what has them.
        function: Raises ValueError or TypeError for those that it does not
            take.
        *args, **kwargs: Its arguments.

    Raises:
        SettingError: With the function's message.
    """
    try:
        function(*args, **kwargs)
    except (TypeError, ValueError) as error:
        raise SettingError(f'{name}: {error}') from None
