from .inferencer import InferenceError, TemporalLocalizationInferencer

__all__ = ['InferenceError', 'TemporalLocalizationInferencer']
