"""The command lines: MMAction2's own, ours, several processes, kill -9."""
import ast
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import mmaction
import pytest

from tests import runs, tiny

PORT = 29700 + os.getpid() % 200
TOOLS = tiny.ROOT / 'tools'
#: As dist.sh has it.
LAUNCHED = ('--launcher', 'pytorch')


def stock_tool(name):
    """MMAction2's own tool, where its users find it."""
    package = Path(mmaction.__file__).parent
    for folder in (package / '.mim' / 'tools', package.parent / 'tools'):
        if (folder / f'{name}.py').is_file():
            return folder / f'{name}.py'
    pytest.skip('MMAction2 came without its tools')


def metrics_of(output):
    """The last metrics that a test printed."""
    return {name: float(value) for name, value in re.findall(
        r'([\w/@.]+): (\d+\.\d+)', re.findall(
            r'Epoch\((?:test|val)\).*mAP@0\.3.*', output)[-1])
        if 'AR' in name or 'mAP' in name}


@pytest.mark.parametrize('with_bapg', [False, True])
def test_stock_mmaction2_trains_tests_and_draws(folder, with_bapg):
    """Nothing of ours but custom_imports in the config."""
    config = (tiny.bapg_config if with_bapg else tiny.localizer_config)(folder)
    runs.run(sys.executable, stock_tool('train'), config)
    work_dir = folder / 'work_dirs' / config.stem
    done = runs.run(sys.executable, stock_tool('test'), config,
                    work_dir / 'epoch_2.pth', '--show-dir', 'pictures')
    assert 0 <= metrics_of(done.stdout + done.stderr)['mAP'] <= 1
    pictures = list(work_dir.glob('*/pictures/timeline/*.png'))
    assert len(pictures) == 3
    maps = list(work_dir.glob('*/pictures/similarity/*.png'))
    assert len(maps) == (3 if with_bapg else 0)


def test_training_on_two_processes(folder):
    """dist_train.sh on a CPU; metrics do not depend on the processes."""
    config = tiny.bapg_config(folder, epochs=12)
    os.environ['PORT'] = str(PORT)
    done = runs.run('bash', TOOLS / 'dist_train.sh', config, 2)
    checkpoint = folder / 'work_dirs/tiny_bapg/epoch_12.pth'
    assert checkpoint.is_file(), done.stderr[-2000:]
    one = runs.run(sys.executable, TOOLS / 'test.py', config, checkpoint)
    two = runs.run_on_two(TOOLS / 'test.py', config, checkpoint, *LAUNCHED,
                          port=PORT + 4)
    figures = [metrics_of(done.stdout + done.stderr) for done in (one, two)]
    assert len(figures[0]) >= 10 and figures[0]['mAP'] > 0
    assert figures[0] == figures[1]


@pytest.mark.parametrize('name,given', [
    ('train', ['config.py']), ('test', ['config.py', 'epoch 2.pth'])])
def test_scripts_for_several_processes(tmp_path, name, given):
    """The very command that each starts."""
    python = tmp_path / 'python'
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$OMP_NUM_THREADS" '
                      '"$MKL_NUM_THREADS" "$@"\n')
    python.chmod(0o755)
    path = f'{tmp_path}:{os.environ["PATH"]}'
    for number, chosen, threads in ((2, '', '1'), (2, '3', '3'), (1, '', '')):
        env = dict(PATH=path, PORT='29', NNODES='4')
        done = subprocess.run(
            ['bash', str(TOOLS / f'dist_{name}.sh'), *given, str(number),
             '--work-dir', 'a b'], text=True, capture_output=True, check=True,
            env=dict(env, OMP_NUM_THREADS=chosen) if chosen else env)
        assert done.stdout.splitlines() == [
            threads, threads, '-m', 'torch.distributed.run', '--nnodes', '4',
            '--node_rank', '0', '--master_addr', '127.0.0.1', '--master_port',
            '29', '--nproc_per_node', str(number), f'{TOOLS}/{name}.py',
            *given, '--work-dir', 'a b', '--launcher', 'pytorch']


def test_stage_1_and_2_on_two_processes(folder):
    config = tiny.encoder_config(folder, epochs=2)
    for path in (folder / 'embeddings').glob('*.npz'):
        path.unlink()
    runs.run_on_two(TOOLS / 'train.py', config, *LAUNCHED, port=PORT + 1)
    checkpoint = folder / 'work_dirs/encoder/epoch_2.pth'
    done = runs.run_on_two(
        TOOLS / 'extract_features.py', config, checkpoint, '--work-dir',
        folder / 'logs', *LAUNCHED, port=PORT + 2)
    assert '9 videos embedded, 0 kept' in done.stdout + done.stderr
    assert len(list((folder / 'embeddings').glob('*.npz'))) == 9
    again = runs.run(sys.executable, TOOLS / 'extract_features.py', config,
                     checkpoint, '--work-dir', folder / 'logs')
    assert '0 videos embedded, 9 kept' in again.stdout + again.stderr


def test_a_frozen_extractor_on_two_processes(videos, tmp_path):
    """DDP refuses models that have nothing to train."""
    pytest.importorskip('efficientnet_lite_pytorch')
    base = tiny.CONFIGS / 'features/efficientnetlite0_1x1x1-4fps_fir-rgb'
    config = tmp_path / 'extract.py'
    config.write_text(f'''
_base_ = '{base}.py'
clip_features = dict(num_workers=0, data_root='{videos}', sample_fps=1)
''')
    done = runs.run_on_two(
        TOOLS / 'extract_features.py', config, '--out', tmp_path / 'features',
        '--work-dir', tmp_path / 'logs', *LAUNCHED, port=PORT + 3)
    assert '3 videos embedded, 0 kept' in done.stdout + done.stderr
    assert '(1280 channels, a frame every ' in done.stdout + done.stderr
    assert len(list((tmp_path / 'features').glob('*.npz'))) == 3


def losses_by_iteration(work_dir):
    """The last value that was logged for each iteration."""
    return {(row['epoch'], row['step']): row['loss']
            for row in runs.scalars(work_dir) if 'loss' in row}


@pytest.mark.parametrize('make_config,workers,seed', [
    (tiny.bapg_config, 0, 0), (tiny.bapg_config, 2, None),
    (tiny.encoder_config, 1, None)])
def test_killed_in_mid_epoch_and_resumed(folder, make_config, workers, seed):
    """Same loss curve from the checkpoint on, as if never killed; also where
    the seed is drawn at random, as by default."""
    extra = SLOW + f'train_dataloader.update(num_workers={workers})\n'
    extra += f'randomness = dict(seed={seed})\n'
    config = make_config(folder, epochs=6, checkpoints=1, extra=extra)
    train = [sys.executable, TOOLS / 'train.py', config, '--work-dir']
    options = []
    if seed is None:  # the run that is not killed takes what the other drew
        options = ['--cfg-options', 'randomness.seed=%s']
    process = runs.start(*train[1:], folder / 'killed',
                         MMBAPG_TEST_DELAY='0.3')
    wait_for_mid_epoch(folder / 'killed', process)
    os.killpg(process.pid, signal.SIGKILL)
    process.join()
    from mmengine.runner import CheckpointLoader
    drawn = CheckpointLoader.load_checkpoint(
        str(folder / 'killed/epoch_2.pth'))['meta']['seed']
    runs.run(*train, folder / 'killed', '--resume')
    runs.run(*train, folder / 'whole',
             *(each.replace('%s', str(drawn)) for each in options))
    expected = losses_by_iteration(folder / 'whole')
    found = losses_by_iteration(folder / 'killed')
    assert len(expected) >= 18 and expected.keys() == found.keys()
    different = {key for key in expected if expected[key] != found[key]}
    assert not different, f'{len(different)} of {len(expected)} differ'


#: Waits after every iteration if $MMBAPG_TEST_DELAY says so, so that there is
#: a middle of an epoch to be killed in.
SLOW = '''
custom_imports = dict(imports=['mmbapg', 'tests.slow_hook'])
custom_hooks = [*globals().get('custom_hooks', []), dict(type='SlowHook')]
'''


def wait_for_mid_epoch(work_dir, process, after=2):
    """Until a checkpoint is there and the next epoch has begun."""
    deadline = time.time() + 120
    while time.time() < deadline:
        assert process.exitcode is None, 'it ended before it was killed'
        rows = runs.scalars(work_dir)
        saved = (work_dir / f'epoch_{after}.pth').is_file()
        if saved and any(row.get('epoch') == after + 1 for row in rows):
            return
        time.sleep(0.02)
    raise AssertionError('no checkpoint was written in time')


def test_convert_checkpoint(tmp_path):
    from tests import golden
    numbers = golden.load('actionformer_thumos14_i3d_eps')
    source = tmp_path / 'official.pth'
    golden.write_official_checkpoint(numbers, source)
    done = runs.run(sys.executable, TOOLS / 'convert_checkpoint.py',
                    'actionformer', source, tmp_path / 'ours.pth')
    assert '229 of 229 weights mapped' in done.stdout + done.stderr
    refused = runs.run(sys.executable, TOOLS / 'convert_checkpoint.py',
                       'actionformer', tmp_path / 'ours.pth',
                       tmp_path / 'twice.pth', check=False)
    assert refused.returncode and 'unknown keys' in refused.stderr
    assert not (tmp_path / 'twice.pth').exists()


def test_check_dataset(folder):
    tool = [sys.executable, TOOLS / 'check_dataset.py',
            folder / 'annotations.json', folder / 'features']
    good = runs.run(*tool, '--stride', 4, '--window', 4)
    assert 'no errors, 0 warnings: ready to train' in good.stdout
    assert '12 channels' in good.stdout
    wrong_rate = runs.run(*tool, '--stride', 8, '--window', 4, check=False)
    assert wrong_rate.returncode == 1
    assert 'is fps, stride or window wrong?' in wrong_rate.stdout
    content = json.loads((folder / 'annotations.json').read_text())
    first, second = content['database']['video0']['annotations'][:2]
    first['label'] = 'Jump'
    second['label_id'] = 7
    (folder / 'annotations.json').write_text(json.dumps(content))
    label = runs.run(*tool, '--stride', 4, check=False)
    assert "labels ['Jump', 'jump'] differ only in case" in label.stdout
    assert 'field label_id: found' in label.stdout
    gone = runs.run(*tool[:-1], folder / 'nowhere', check=False)
    assert f'{folder / "nowhere"}: no such folder' in gone.stdout


@pytest.mark.parametrize('tool', sorted(
    str(path.relative_to(TOOLS)) for path in TOOLS.rglob('*.py')
    if path.parent != TOOLS / 'dev/settings'))  # a table
def test_every_tool_explains_itself(tool):
    done = runs.run(sys.executable, TOOLS / tool, '--help')
    assert 'usage' in done.stdout and len(done.stdout) > 150


def test_every_argument_has_words():
    silent = [
        (path.name, ast.unparse(call.args[0]))
        for path in TOOLS.rglob('*.py') for call in ast.walk(ast.parse(
            path.read_text('utf-8'))) if isinstance(call, ast.Call)
        and getattr(call.func, 'attr', '') == 'add_argument'
        and not any(given.arg == 'help' for given in call.keywords)]
    assert not silent


@pytest.mark.parametrize('script', sorted(
    path.name for path in TOOLS.glob('*.sh')))
def test_shell_scripts_parse_and_tell_their_usage(script):
    assert runs.run('bash', '-n', TOOLS / script).returncode == 0
    head = (TOOLS / script).read_text().splitlines()[:6]
    assert any('bash tools/' in line or 'setup_env' in line for line in head)


def test_slurm_train_builds_its_command(tmp_path):
    """With an srun that prints its arguments."""
    fake = tmp_path / 'srun'
    fake.write_text('#!/bin/sh\necho "$@"\n')
    fake.chmod(0o755)
    done = subprocess.run(
        ['bash', str(TOOLS / 'slurm_train.sh'), 'gpu', 'job', 'config.py',
         '--amp'], text=True, capture_output=True,
        env=dict(os.environ, PATH=f'{tmp_path}:{os.environ["PATH"]}',
                 GPUS='4', GPUS_PER_NODE='2'))
    assert done.returncode == 0
    assert '-p gpu' in done.stdout and '--ntasks=4' in done.stdout
    assert done.stdout.strip().endswith(
        'tools/train.py config.py --launcher slurm --amp')
