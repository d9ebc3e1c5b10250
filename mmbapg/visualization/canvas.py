"""Figures as images, for MMEngine's visualizer."""
import warnings
from pathlib import Path
from typing import Sequence

import cv2
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mmbapg.files import replace_file

from .fonts import choose_fonts

#: One colour for each class, in turn; they differ for colour-blind eyes too.
COLOURS = ('#0072B2', '#E69F00', '#009E73', '#CC79A7', '#D55E00', '#56B4E9',
           '#8C6BB1', '#B8A800')


def new_figure(width: float, height: float) -> Figure:
    """A figure of so many inches that needs no display."""
    figure = Figure(figsize=(width, height), dpi=110, layout='constrained')
    FigureCanvasAgg(figure)
    return figure


def to_image(figure: Figure) -> np.ndarray:
    """Render to ``(H, W, 3)`` uint8 RGB, names in whatever script."""
    choose_fonts(figure)
    with warnings.catch_warnings():  # choose_fonts has said so in a sentence
        warnings.filterwarnings('ignore', 'Glyph .* missing from')
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def class_name(label: int, classes: Sequence[str]) -> str:
    """What a legend calls a class."""
    return legible(classes[label]) if label < len(classes) else (
        f'class {label}')


def legible(name: str) -> str:
    """A name for a legend, which would leave out what begins with ``_``."""
    return f' {name}' if name.startswith('_') else name


def class_colour(label: int) -> str:
    """The colour of a class, the same in every picture."""
    return COLOURS[int(label) % len(COLOURS)]


def write_png(path: Path, image: np.ndarray) -> None:
    """Write an RGB image. If writing fails, no part of a file is left."""
    encoded = cv2.imencode('.png', image[..., ::-1])[1].tobytes()
    replace_file(path, lambda file: file.write(encoded))
