"""Figures as images, for MMEngine's visualizer."""
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

#: One colour for each class, in turn; they differ for colour-blind eyes too.
COLOURS = ('#0072B2', '#E69F00', '#009E73', '#CC79A7', '#D55E00', '#56B4E9',
           '#8C6BB1', '#B8A800')


def new_figure(width: float, height: float) -> Figure:
    """A figure of so many inches that needs no display."""
    figure = Figure(figsize=(width, height), dpi=110, layout='constrained')
    FigureCanvasAgg(figure)
    return figure


def to_image(figure: Figure) -> np.ndarray:
    """Render to ``(H, W, 3)`` uint8 RGB."""
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3].copy()


def class_colour(label: int) -> str:
    """The colour of a class, the same in every picture."""
    return COLOURS[int(label) % len(COLOURS)]
