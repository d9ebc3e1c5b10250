"""Official checkpoints to ours: a line adds a converter, whose method is the
rest of its name."""
from typing import Callable, Dict

from .actionformer import convert_actionformer as convert_actionformer
from .adatad import convert_opentad_adatad as convert_opentad_adatad
from .afsd import convert_afsd as convert_afsd
from .common import ConversionError as ConversionError
from .dyfadet import convert_dyfadet as convert_dyfadet
from .gtad import convert_gtad as convert_gtad
from .i3d import convert_i3d as convert_i3d
from .opentad import (
    convert_opentad_actionformer as convert_opentad_actionformer,
)
from .opentad import convert_opentad_tridet as convert_opentad_tridet
from .tadtr import convert_tadtr as convert_tadtr
from .temporalmaxer import convert_temporalmaxer as convert_temporalmaxer
from .tridet import convert_tridet as convert_tridet

_PREFIX = 'convert_'
#: Converters by the name of the method, as ``opentad-tridet``.
CONVERTERS: Dict[str, Callable[..., dict]] = {
    name.removeprefix(_PREFIX).replace('_', '-'): value
    for name, value in sorted(globals().items()) if name.startswith(_PREFIX)
}

__all__ = [name for name in dir()
           if name.startswith((_PREFIX, 'CONVERTERS', 'ConversionError'))]
