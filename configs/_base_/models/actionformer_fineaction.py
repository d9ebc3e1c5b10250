# ActionFormer for FineAction, in OpenTAD: as for ActivityNet-1.3.
_base_ = './actionformer_activitynet13.py'
