# How localizers that find proposals of any class train on windows; a dataset's
# config includes it beside its windows of 128 steps.
overlapping = dict(
    overlap=0.75, min_share=0.9, cut_instances=False, num_durations=64)
cut_window = [dict(type='CropWindow'), dict(type='ClassAgnosticLabels')]
recall = dict(_delete_=True, type='ProposalRecallMetric')
