"""Inputs of what boundary-sensitive pretraining registers; part of
tests/module_cases.py."""
import torch
from mmaction.structures import ActionDataSample

from mmbapg.datasets.boundaries.made_up_clips import KINDS

WIDTH = 6
#: A network of shifts in time that is built in no time.
TSM = dict(
    type='Recognizer2D',
    backbone=dict(type='ResNetTSM', depth=18, num_segments=8, shift_div=8,
                  pretrained=None),
    data_preprocessor=dict(
        type='ActionDataPreprocessor', mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375], format_shape='NCHW'))
ENCODER = dict(type='TemporalFeatureEncoder', in_channels=WIDTH, channels=8,
               out_channels=5, num_layers=1, reaches=(1, ), dropout=0)
HEADS = dict(
    boundary=dict(type='BoundaryKindHead', in_channels=5, num_classes=4),
    action=dict(type='ClipActionHead', in_channels=5, num_classes=3))


def clip_samples(number=8):
    """Of as many clips, of each kind in turn."""
    found = []
    for index in range(number):
        place = index % 4
        sample = ActionDataSample(metainfo=dict(
            kind=KINDS[place], label=place, speed=1.0,
            change_point=4 if place < 3 else 0,
            action_label=index % 3 if place else -1))
        sample.set_gt_label(place)
        found.append(sample)
    return found


def features(number=8, width=5, steps=6):
    return torch.randn(number, width, steps)


def losses_and_predictions(head, inputs, samples):
    head.eval()
    losses = head.loss(inputs, samples)
    head.predict(inputs, samples)
    return losses, [sample.to_dict() for sample in samples]


def losses(model, inputs, samples):
    return model.eval()(list(inputs), samples, mode='loss')


def call(module, *inputs):
    return module.eval()(*inputs)


#: Type -> config without it, inputs, and what is done with them.
CASES = dict(
    BoundaryKindHead=(dict(in_channels=5, num_classes=4, hidden_channels=7),
                      lambda: (features(), clip_samples()),
                      losses_and_predictions),
    ClipActionHead=(dict(in_channels=5, num_classes=3),
                    lambda: (features(), clip_samples()),
                    losses_and_predictions),
    ChangePointHead=(dict(in_channels=5, num_frames=8),
                     lambda: (features(), clip_samples()),
                     losses_and_predictions),
    BoundaryLearner=(dict(encoder=ENCODER, heads=HEADS),
                     lambda: (features(8, WIDTH, 8), clip_samples()), losses),
    BoundaryDistiller=(
        dict(encoder=ENCODER, heads=dict(action=HEADS['action']),
             in_channels=5, teacher_channels=dict(action=5, boundary=4),
             teachers=dict(action=dict(ENCODER, reaches=(2, )),
                           boundary=dict(ENCODER, out_channels=4))),
        lambda: (features(8, WIDTH, 8), clip_samples()), losses),
    BoundaryProbe=(
        dict(learner=dict(type='BoundaryLearner', encoder=ENCODER,
                          heads=HEADS), window=6),
        lambda: (features(2, WIDTH, 11), ), call),
    BoundaryFeatures=(
        dict(learner=dict(type='BoundaryLearner', encoder=ENCODER,
                          heads=HEADS), window=6, spacing=2),
        lambda: (features(2, WIDTH, 17), ), call),
    TwoStreamEncoder=(dict(streams=[ENCODER, dict(ENCODER, reaches=(2, ))]),
                      lambda: (features(8, WIDTH, 8), ), call),
    FrameDifferenceEncoder=(dict(num_frames=8, channels=9), lambda: (
        torch.randint(256, (4, 3, 8, 5, 6), dtype=torch.uint8), ), call))
