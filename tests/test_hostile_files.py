"""2 000 hostile files through every reader: a sentence each, and no harm."""
import json
import subprocess
import sys
import time

import pytest

from tests.runs import environment

FILES, SEED = 2000, 1


@pytest.mark.skipif(sys.platform != 'linux', reason='limits of Linux; what '
                    'each reader refuses is tested for itself everywhere')
def test_hostile_files_do_no_harm(tmp_path):
    folder = tmp_path / 'within'
    folder.mkdir()
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, '-m', 'tests.hostile_reader', str(SEED), str(FILES)],
        text=True, capture_output=True, timeout=1200, cwd=folder,
        env=environment())
    lines = [json.loads(line) for line in done.stdout.splitlines()
             if line.startswith('{')]  # others are the log
    assert done.returncode == 0, (
        f'ended with {done.returncode} after {time.monotonic() - start:.0f} s '
        f'at {lines[-1:]}, seed {SEED}: {done.stderr[-2000:]}')
    assert [line for line in lines if 'wrong' in line] == []
    assert [path.name for path in tmp_path.iterdir()] == ['within']
    counts = lines[-1]
    assert counts['files'] == FILES
    # chance makes honest files too: the readers are not simply closed
    assert counts['read'] > FILES / 4 and counts['refused'] > FILES
