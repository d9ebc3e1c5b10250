"""Slips in a config, which MMEngine's registries tell from deep inside."""
import pytest
from mmaction.registry import MODELS, TRANSFORMS
from mmengine.registry import RUNNERS, Registry

from mmbapg.building_faults import fault_of_building

PARTS = Registry('part')


@PARTS.register_module()
class Wheel:

    def __init__(self, size, width=1):
        self.size = size


@PARTS.register_module()
class Tyre(Wheel):

    def __init__(self, grip=1, **kwargs):
        super().__init__(**kwargs)


@PARTS.register_module()
class Car:

    def __init__(self, wheel, faulty=False):
        self.wheel = PARTS.build(wheel)
        if faulty:
            Wheel(colour='red')
        self.load = dict(seats=4)['seats' if not faulty else 'trunk']


@PARTS.register_module()
def paint(colour):
    return colour


def fault(registry, cfg):
    with pytest.raises((KeyError, TypeError)) as caught:
        registry.build(cfg)
    return fault_of_building(caught.value)


@pytest.mark.parametrize('cfg,message', [
    (dict(type='Cart'), "config: found type 'Cart', expected a name that is "
     "registered among the kind 'part', by MMAction2, by mmbapg, or by a "
     'module in custom_imports'),
    (dict(kind='Car', wheel=1), 'config: found no type among the fields kind, '
     'wheel, expected the name of a class'),
    (dict(type='Car', wheel=dict(type='Weel')),
     "Car: found type 'Weel', expected a name that is registered among"),
    (dict(type='Car', wheel=dict(type='Wheel', size=1, with_=2)),
     "Wheel in Car: found the field 'with_', expected some of size, width"),
    (dict(type='Car', wheel=dict(type=Tyre, siz=1)),
     "Tyre in Car: found the field 'siz', expected some of grip, size, width"),
    (dict(type='Car', wheel=dict(type='Tyre')),
     "Tyre in Car: found no 'size', which it needs"),
    (dict(type='paint', color='red'),
     "paint: found the field 'color', expected some of colour")])
def test_which_part_has_what_fault(cfg, message):
    assert fault(PARTS, cfg).startswith(message)


@pytest.mark.parametrize('faulty', ['wheel', 'trunk'])
def test_a_fault_of_a_constructor_is_none_of_the_config(faulty, monkeypatch):
    if faulty == 'trunk':
        monkeypatch.setattr(Wheel, '__init__', lambda self, **kwargs: None)
    assert fault(PARTS, dict(type='Car', wheel=dict(type='Wheel', size=1),
                             faulty=True)) is None


def test_an_error_elsewhere_is_none():
    assert fault_of_building(TypeError("f() missing 1 required positional "
                                       "argument: 'x'")) is None


@pytest.mark.parametrize('registry,cfg,message', [
    (MODELS, dict(type='ConvTransformerBackbone', in_channels=4, channels=4,
                  max_seq_len=96, window_size=3),
     "ConvTransformerBackbone: found the field 'window_size', expected some "
     'of arch, '),
    (TRANSFORMS, dict(type='PackProposals', pack=dict(type='PackFeaturez')),
     "PackProposals: found type 'PackFeaturez'"),
    (RUNNERS, dict(runner_type='Walker'), "config: found type 'Walker'")])
def test_parts_of_a_localizer(registry, cfg, message):
    assert fault(registry, cfg).startswith(message)
