from .actionformer import convert_actionformer
from .common import ConversionError
from .dyfadet import convert_dyfadet
from .opentad import convert_opentad_actionformer, convert_opentad_tridet
from .tadtr import convert_tadtr
from .temporalmaxer import convert_temporalmaxer
from .tridet import convert_tridet

#: Converters by the name of the method.
CONVERTERS = {
    'actionformer': convert_actionformer,
    'dyfadet': convert_dyfadet,
    'opentad-actionformer': convert_opentad_actionformer,
    'opentad-tridet': convert_opentad_tridet,
    'tadtr': convert_tadtr,
    'temporalmaxer': convert_temporalmaxer,
    'tridet': convert_tridet,
}

__all__ = [
    'CONVERTERS', 'ConversionError', 'convert_actionformer',
    'convert_dyfadet', 'convert_opentad_actionformer',
    'convert_opentad_tridet', 'convert_tadtr', 'convert_temporalmaxer',
    'convert_tridet'
]
