# AFSD on RGB and optical flow of ActivityNet-1.3, in testing: what the paper
# reports. Of 16 epochs, the authors' RGB is of the 10th and flow of the 6th.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/activitynet13_rgb_flow_clips.py',
    '../_base_/models/afsd_activitynet13.py',
    '../_base_/schedules/adam_16e.py'
]

head = dict(_base_.model['head'], num_classes=_base_.num_classes)
post_processor = dict(
    head['post_processor'],
    score_threshold=0.0,
    nms=dict(head['post_processor']['nms'], min_score=1e-18))
stream = dict(_base_.model, head=head)
model = dict(
    _delete_=True,
    type='TwoStreamAFSD',
    fusion='segments',
    post_processor=post_processor,
    streams=dict(
        rgb=stream,
        flow=dict(
            stream,
            backbone=dict(
                _base_.model['backbone'], in_channels=2))))
