"""A set of two parts on which generators of proposals train in seconds."""
from mmbapg.experiments.proposal_trials import BASELINE, CLASSIFIER, COMPLETE
from mmbapg.experiments.validated_sets import ValidatedSet
from tests import hosts, tiny

WITHOUT = 'BSN++ without backward pass'


def classifier_config(folder, extra):
    """On the data of tests/tiny.py."""
    pack = ("dict(type='PackFeatures', meta_keys=('video_name', 'duration', "
            "'grid', 'given_proposals'))")
    return tiny.localizer_config(folder, 'classifier.py', epochs=1, extra=f'''
model = dict(_delete_=True, type='ProposalClassifier', head=dict(
    type='PooledClassHead', in_channels={tiny.CHANNELS}, num_classes=2,
    hidden_channels=8))
train_dataloader['dataset']['pipeline'] = [*load, dict(type='PackFeatures')]
val_dataloader['dataset']['pipeline'] = [
    *load, dict(type='TrueProposals'), {pack}]
test_dataloader = dict(
    batch_size=1, num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(**dataset, subset='validation', test_mode=True, pipeline=[
        *load, dict(type='LoadFoundProposals', path='nowhere.json'), {pack}]))
{extra}''')


def small_set(folder):
    """The tiny dataset, written to a folder; parts are its subsets."""
    tiny.write_features(folder, num_training=4, num_validation=3)
    root = f"data_root = '{folder}/'\n"
    paths = {}
    for name, model in (('bmn', 'WindowedBMN'),
                        ('bsn_plus_plus', 'BSNPlusPlus')):
        paths[name] = hosts.write_config(model, folder)
        text = paths[name].read_text().replace(
            "val_evaluator = dict(type='TemporalLocalizationMetric')\n",
            "val_evaluator = dict(type='ProposalRecallMetric')\n")
        paths[name].write_text(text + root)
    named = classifier_config(
        folder, root + "test_evaluator = dict("
        "type='TemporalLocalizationMetric')\n")
    return ValidatedSet(
        'Tiny', 'subset', ('validation', 'training'), dict(features=''), {
            BASELINE: str(paths['bmn']), COMPLETE: str(paths['bsn_plus_plus']),
            WITHOUT: str(paths['bsn_plus_plus']), CLASSIFIER: str(named)})
