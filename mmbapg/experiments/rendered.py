"""A small rendered video set, for machines that reach no real data.

A grey body moves through a cluttered scene. Each action begins with a warm-up
and ends with a cool-down: the same motion, smaller, in the body's resting
shape. They are background, and hard to tell from the action: the hard
negatives that BAPG is about.
"""
import json
from pathlib import Path
from typing import Dict, List, Tuple

import cv2
import numpy as np
from rich.progress import track

from mmbapg.files import replace_file

CLASSES = ('hop', 'spin', 'swell')
WIDTH, HEIGHT, FPS = 320, 240, 25
WARM_UP = 1.0  # seconds, also of the cool-down
FOLDS = 3
SETTINGS = 'rendered.json'
DRAWING = 1  # goes up when the same settings draw something else than before


def write_rendered_set(folder: Path, num_videos: int = 12,
                       duration: float = 60.0, seed: int = 0) -> Path:
    """Render videos and their annotations.

    Videos that are there are kept if they were rendered with the same
    settings, which :data:`SETTINGS` records; all others are rendered anew.

    Args:
        folder: Gets ``annotations.json`` and ``videos``.
        num_videos: Dealt out to three folds; fold 2 is ``validation``.
        duration: Of each video, in seconds.
        seed: Of everything random.

    Returns:
        The folder.
    """
    folder = Path(folder)
    (folder / 'videos').mkdir(parents=True, exist_ok=True)
    _remove_others(folder, dict(drawing=DRAWING, duration=duration, seed=seed))
    database = {}
    for index in track(range(num_videos), 'Rendering videos'):
        rng = np.random.default_rng([seed, index])
        name = f'rendered_{index:02d}'
        instances = _plan(rng, duration)
        _write_video(folder / 'videos' / f'{name}.mp4', instances,
                     round(duration * FPS), rng)
        fold = index % FOLDS
        database[name] = dict(
            subset='validation' if fold == FOLDS - 1 else 'training',
            fold=fold, duration=round(duration * FPS) / FPS, fps=FPS,
            annotations=[dict(label=label, segment=[start, end])
                         for start, end, label in instances])
    content = json.dumps(dict(version='rendered', database=database)).encode()
    replace_file(folder / 'annotations.json',
                 lambda file: file.write(content))
    return folder


def _remove_others(folder: Path, settings: dict) -> None:
    """Remove videos that were rendered with other settings."""
    path = folder / SETTINGS
    content = json.dumps(settings, sort_keys=True).encode()
    if path.is_file() and path.read_bytes() == content:
        return
    # first, so that an interruption leaves no old video under new settings
    for video in (folder / 'videos').glob('rendered_*.mp4'):
        video.unlink()
    replace_file(path, lambda file: file.write(content))


def _plan(rng, duration: float) -> List[Tuple[float, float, str]]:
    """Instances with room for warm-up, cool-down and rest between them."""
    instances: List[Tuple[float, float, str]] = []
    time = rng.uniform(2, 5)
    while True:
        length = rng.uniform(2.5, 6)
        if time + length + WARM_UP > duration - 0.5:
            return instances
        instances.append((round(time, 2), round(time + length, 2),
                          str(rng.choice(CLASSES))))
        time += length + 2 * WARM_UP + rng.uniform(0.5, 4)


def _write_video(path: Path, instances, num_frames: int, rng) -> None:
    if path.is_file():
        return
    scene = cv2.resize(rng.integers(40, 150, (12, 16, 3), dtype=np.uint8),
                       (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    home = rng.uniform((90, 110), (WIDTH - 90, HEIGHT - 70))
    partial = path.with_name(f'partial-{path.name}')
    writer = cv2.VideoWriter(str(partial), cv2.VideoWriter.fourcc(*'mp4v'),
                             FPS, (WIDTH, HEIGHT))
    if not writer.isOpened():
        raise OSError(f'{partial}: OpenCV cannot write mp4 videos here')
    for number in range(num_frames):
        frame = scene.copy()
        _draw_body(frame, home, _pose(number / FPS, instances))
        flicker = 6 * np.sin(number / 40) + rng.normal(0, 1)
        writer.write(cv2.convertScaleAbs(frame, beta=10 + flicker))
    writer.release()
    partial.replace(path)


def _pose(time: float, instances) -> Dict[str, float]:
    """Offset, angle and size of the body, and how far its arms are raised."""
    pose = dict(lift=0.0, angle=0.0, size=1.0, arms=0.0)
    for start, end, label in instances:
        if not start - WARM_UP <= time < end + WARM_UP:
            continue
        acting = start <= time < end
        strength = 1.0 if acting else 0.35
        phase = 2 * np.pi * (time - start)
        pose['arms'] = float(acting)
        if label == 'hop':
            pose['lift'] = strength * 45 * abs(np.sin(phase))
        elif label == 'spin':
            pose['angle'] = (phase * 0.7 if acting else
                             0.35 * np.sin(phase))
        else:
            pose['size'] = 1 + strength * 0.7 * np.sin(phase / 2)**2
    return pose


def _draw_body(frame: np.ndarray, home: np.ndarray, pose: dict) -> None:
    turn = np.array([[np.cos(pose['angle']), -np.sin(pose['angle'])],
                     [np.sin(pose['angle']), np.cos(pose['angle'])]])

    def place(points):
        local = np.array(points, float) * pose['size']
        return (local @ turn.T + home - (0, pose['lift'])).astype(np.int32)

    tip = -34 if pose['arms'] else 20
    for side in (-1, 1):
        arm = place([(side * 14, -8), (side * 34, tip)])
        cv2.line(frame, arm[0].tolist(), arm[1].tolist(), (225, 225, 225), 7)
    cv2.fillPoly(frame, [place([(-16, -24), (16, -24), (20, 30), (-20, 30)])],
                 (205, 205, 205))
    head = place([(0, -38)])[0].tolist()
    cv2.circle(frame, head, int(13 * pose['size']), (235, 235, 235), -1)
