# BSN++ with BAPG on THUMOS14, TSN features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    './bsn_plus_plus_1xb16-10e_thumos14-tsn.py',
    '../_base_/bapg/thumos14_tsn.py'
]
