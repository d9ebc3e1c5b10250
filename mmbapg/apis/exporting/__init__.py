"""Localizers as ONNX, for machines without PyTorch."""
from .export import export_localizer
from .networks import ExportError

__all__ = ['ExportError', 'export_localizer']
