from .canvas import write_png
from .similarity_map import draw_similarity_map
from .timeline import TimelineRow, best_detections, draw_timeline

__all__ = [
    'TimelineRow', 'best_detections', 'draw_similarity_map', 'draw_timeline',
    'write_png'
]
