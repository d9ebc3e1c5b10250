# BAPG as the paper has it on ActivityNet-1.3: ten frames a second.
_base_ = './paper.py'
bapg = dict(
    clustering=dict(embeddings='data/activitynet/embeddings_0.1s'),
    encoder=dict(
        config='similarity/'
        'similarity_resnet50_1xb112-100e_activitynet13-rgb-0.1s.py',
        checkpoint='work_dirs/'
        'similarity_resnet50_1xb112-100e_activitynet13-rgb-0.1s/'
        'epoch_100.pth'))
