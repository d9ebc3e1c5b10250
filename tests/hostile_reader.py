"""Reads hostile files, under watch: ``python -m tests.hostile_reader SEED N``.

Runs in the folder in which it may write. Prints a line of JSON for each
reader that failed in another way than with one sentence that names the file,
for each write outside the folder, and one with the counts at the end. A file
that takes more than two seconds ends the process, and so does memory.
"""
import json
import os
import resource
import signal
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from random import Random

from mmengine.runner import CheckpointLoader

import mmbapg  # noqa: F401  (mends the loading of checkpoints)
from mmbapg.apis.converters.common import (
    ConversionError,
    load_reference_weights,
)
from mmbapg.datasets import INPUT_ERRORS
from mmbapg.datasets.annotations import load_annotations, read_database
from mmbapg.datasets.embedding_files import read_embeddings, read_provenance
from mmbapg.datasets.feature_arrays import array_shape, is_there
from mmbapg.datasets.feature_files import count_steps, read_features
from mmbapg.datasets.plain_arrays import UnsafePickleError
from mmbapg.datasets.transforms.video_scores import LoadVideoScores
from mmbapg.evaluation.submission import read_submission
from tests import hostile_files

SECONDS, MEMORY = 2, 1 << 30


def read_checkpoint(path: str):
    return CheckpointLoader.load_checkpoint(path, 'cpu', logger='silent')


def read_scores(path: str):
    return LoadVideoScores(path).transform(dict(
        video_name='video_test_0000001' if path.endswith('npy') else 'v',
        classes=['BaseballPitch' if path.endswith('npy') else 'walk']))


def read_detections(path: str):
    return read_submission(path, ['walk'])


def touch_features(path: str) -> float:
    return float(read_features(path).sum())


FEATURES = is_there, lambda path: array_shape(Path(path)), count_steps, (
    touch_features)
READERS = dict.fromkeys(['npy', 'pkl', 'pt', 'h5'], FEATURES) | dict(
    npz=(*FEATURES, read_embeddings, read_provenance),
    pth=(read_checkpoint, load_reference_weights),
    hdf5=FEATURES,
    json=(load_annotations, read_database, read_detections, read_scores))
ERRORS = (*INPUT_ERRORS, ConversionError, UnsafePickleError)


def read(path: Path) -> dict:
    """Outcome of each reader, and what was wrong with how it failed."""
    counts, wrong = dict(read=0, refused=0), []
    kind = path.suffix[1:]
    readers = READERS[kind] + ((read_scores, ) if kind == 'npy' else ())
    names = [f'{path}/v', f'{path}/v/features', str(path)] if (
        kind == 'hdf5') else [str(path)]
    for name in names:
        for reader in readers:
            try:
                reader(name)
                counts['read'] += 1
            except ERRORS as error:
                counts['refused'] += 1
                text = str(error)
                if str(path) not in text or '\n' in text or (
                        'emory' in text or len(text) > 5000):
                    wrong.append(f'{reader.__name__}: {text[:500]}')
            except BaseException as error:
                wrong.append(f'{reader.__name__}: {type(error).__name__}: '
                             f'{str(error)[:300]}')
    return dict(counts, wrong=wrong)


def watch_writes(folder: str, found: list) -> None:
    """Note whatever is written outside a folder, run or connected to."""
    changes = {'os.mkdir', 'os.rename', 'os.remove', 'os.symlink', 'os.link',
               'os.truncate', 'os.rmdir', 'os.chmod', 'shutil.rmtree'}

    def hook(event: str, arguments: tuple) -> None:
        if event == 'open':
            path, mode, flags = arguments
            writes = bool((flags or 0) & (os.O_WRONLY | os.O_RDWR
                                          | os.O_CREAT))
        else:
            path, writes = arguments[:1], event in changes
            path = path[0] if path else ''
        if event in ('os.system', 'subprocess.Popen', 'os.exec',
                     'socket.connect'):
            found.append(f'{event} {arguments}'[:300])
        elif writes and isinstance(path, (str, bytes, os.PathLike)):
            full = os.path.abspath(os.fsdecode(path))
            if not full.startswith((folder + os.sep, '/dev/null')):
                found.append(f'{event} {full}')

    sys.addaudithook(hook)


def main(seed: int, number: int) -> None:
    warnings.simplefilter('ignore')
    folder, random, outside = Path.cwd(), Random(seed), []
    counts = dict(files=0, read=0, refused=0)
    with suppress(ImportError):
        import h5py  # noqa: F401  (which runs a command)
    hostile_files._bomb()
    kinds, often = zip(*hostile_files.KINDS.items())
    sys.dont_write_bytecode = True
    used = int(Path('/proc/self/statm').read_text().split()[0])
    limit = used * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    watch_writes(str(folder), outside)
    for index in range(number):
        kind = random.choices(kinds, often)[0]
        path = kind(random, folder)
        print(json.dumps(dict(index=index, kind=kind.__name__)), flush=True)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        outcome = read(path)
        signal.setitimer(signal.ITIMER_PROF, 0)
        for line in outcome['wrong'] + outside:
            kept = path.rename(folder / f'{index}-{path.name}')
            print(json.dumps(dict(wrong=line, kind=kind.__name__,
                                  file=kept.name)), flush=True)
            path = kept
        outside.clear()
        counts['files'] += 1
        for each in ('read', 'refused'):
            counts[each] += outcome[each]
    print(json.dumps(counts), flush=True)


if __name__ == '__main__':
    main(int(sys.argv[1]), int(sys.argv[2]))
