# What a classifier of proposals reads beside features; a dataset's config
# includes it. In validation, the true segments are named, so that what the
# classifier is worth is not mixed with what a generator finds.
pack_named = dict(
    type='PackFeatures',
    meta_keys=('video_name', 'duration', 'grid', 'given_proposals'))
name_true = [dict(type='TrueProposals'), pack_named]
name_found = [
    dict(
        type='LoadFoundProposals',
        path='work_dirs/proposals.json',
        max_proposals=200), pack_named
]
