"""Pairs across ranks: two processes see what one sees."""
import json
import os

from tests import runs

SCRIPT = '''
import json, os, sys
import torch
from mmengine.dist import get_rank, get_world_size, init_dist
import mmbapg
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample

if 'RANK' in os.environ:
    init_dist('pytorch')
rank, world = get_rank(), get_world_size()
torch.manual_seed(0)
layer = torch.nn.Linear(5, 3)
inputs = torch.randn(8, 5)
roles = [([0], []), ([0], []), ([], [0]), ([1], []), ([1], [0, 2]),
         ([], [1]), ([2], []), ([2], [])]
samples = [ActionDataSample(metainfo=dict(instances=a, negative_of=b))
           for a, b in roles]
share = slice(rank * 8 // world, (rank + 1) * 8 // world)
head = MODELS.build(dict(type='PairContrastiveHead'))
model = layer
if world > 1:
    model = torch.nn.parallel.DistributedDataParallel(layer)
losses = head.loss(model(inputs[share]), samples[share])
losses['loss_pair'].backward()
if rank == 0:
    with open(sys.argv[1], 'w') as file:
        json.dump(dict(loss=losses['loss_pair'].item(),
                       gradient=layer.weight.grad.tolist()), file)
if world > 1:
    torch.distributed.barrier()
sys.stdout.flush()
os._exit(0)  # gloo may abort a process whose threads outlive Python
'''


def test_loss_and_gradient_do_not_depend_on_the_number_of_ranks(tmp_path):
    script = tmp_path / 'script.py'
    script.write_text(SCRIPT)
    runs.run('python', script, tmp_path / 'one.json')
    runs.run_on_two(script, tmp_path / 'two.json',
                    port=29400 + os.getpid() % 200)
    one, two = (json.loads((tmp_path / f'{name}.json').read_text())
                for name in ('one', 'two'))
    assert abs(one['loss'] - two['loss']) < 1e-6
    for row, other in zip(one['gradient'], two['gradient']):
        assert max(abs(a - b) for a, b in zip(row, other)) < 1e-6
    assert any(abs(value) > 1e-3 for row in one['gradient'] for value in row)
