"""Rendered videos with detections of two models, and a report of them."""
import json

import numpy as np

from mmbapg.apis.diagnosis import Diagnosis
from mmbapg.apis.report import Report
from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    write_embeddings,
)
from mmbapg.experiments import rendered

#: A label that must be shown, and not be run.
HOSTILE = '<script>document.title = "run"</script>'
DURATION = 16.0
INSTANCES = (((2.0, 5.0), HOSTILE), ((6.0, 8.0), 'hop'), ((9.0, 12.0), 'spin'))


def write_report(folder, videos=True):
    """A report of three videos, two of which are annotated.

    Of all videos the instances are :data:`INSTANCES`, which ``good`` finds
    and of which ``bad`` finds the first; both find one more at 13 s.

    Returns:
        tuple: The page to open, and the annotations by video name.
    """
    rendered.write_rendered_set(folder, num_videos=3, duration=DURATION)
    content = json.loads((folder / 'annotations.json').read_text())
    database = content['database']
    found = dict(good={}, bad={})
    for name, entry in database.items():
        entry.update(subset='validation', fold=0, annotations=[
            dict(segment=list(segment), label=label)
            for segment, label in INSTANCES])
        right = [dict(each, score=0.9 - 0.01 * index)
                 for index, each in enumerate(entry['annotations'])]
        wrong = dict(segment=[13.0, 15.0], label='spin', score=0.5)
        found['good'][name] = [*right, wrong]
        found['bad'][name] = [right[0], wrong]
        times = np.arange(0, DURATION, 0.25)
        write_embeddings(folder / f'embeddings/{name}.npz', Embeddings(
            np.stack([np.cos(times), np.sin(times)], 1), times,
            Provenance(0.25, 'config', 'untrained')))
    del database['rendered_02']['annotations']
    (folder / 'annotations.json').write_text(json.dumps(content))
    for name, results in found.items():
        (folder / f'{name}.json').write_text(json.dumps(
            dict(results=results)))
    page = Report(
        Diagnosis(str(folder / 'annotations.json')),
        {name: [str(folder / f'{name}.json')] for name in found},
        folder / 'videos' if videos else None, folder / 'embeddings',
        dict(proposals=str(folder / 'good.json'))).write(folder / 'report')
    return page, database
