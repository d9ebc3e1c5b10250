from .actionformer import convert_actionformer
from .common import ConversionError

#: Converters by the name of the method.
CONVERTERS = dict(actionformer=convert_actionformer)

__all__ = ['CONVERTERS', 'ConversionError', 'convert_actionformer']
