"""Localizes actions by an exported network: onnxruntime and NumPy alone."""
from .feature_files import read_features
from .localizer import OnnxLocalizer, OnnxLocalizerError

__all__ = ['OnnxLocalizer', 'OnnxLocalizerError', 'read_features']
