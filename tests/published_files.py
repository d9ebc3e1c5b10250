"""Small files in the layout of those that benchmarks publish."""
import json

from mmbapg.datasets.sources import (
    thumos14,
)

NAMES = list(thumos14.UCF101_IDS)


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else
                    json.dumps(content))
    return path


def instance(label, start, end, **fields):
    return dict(label=label, segment=[start, end], **fields)


def thumos_videos():
    """A test set with what the four ground-truth sets disagree about."""
    def video(duration, *segments, subset='Test'):
        return dict(subset=subset, duration=duration, fps=30.0, annotations=[
            instance('Diving', *segment, label_id=7) for segment in segments])

    return {
        'video_test_0000001': video(100, (10, 20), (30, 40), (30, 40)),
        'video_test_0000270': video(50, (10, 20), (60, 70)),
        'video_test_0000814': video(50, (10, 20), (49, 70), (60, 70)),
        'video_test_0001292': video(50, (10, 20)),
        'video_test_0001496': video(50, (10, 20)),
        'video_validation_0000001': video(50, (10, 20), subset='Validation'),
    }

OFFICIAL = dict(version='VERSION 1.3', taxonomy=[], database={
    'abc': dict(duration=92.18, subset='training', resolution='1280x720',
                url='https://...', annotations=[
                    instance('Walk', 5.4, 11.6),
                    instance('Dodgeball', 1, 92)]),
    'def': dict(duration='60.5', subset='validation', url='https://...',
                annotations=[instance('Walk', 5, 4)]),
    'ghi': dict(duration=10, subset='testing', annotations=[]),
})


def bsn_files(folder):
    source = write(folder / 'anet_anno_action.json', {
        name: dict(duration_second=82.73, duration_frame=2067,
                   feature_frame=2064, annotations=[
                       instance('Ballet', 6.2, 77.7)])
        for name in ('v_abc', 'v_def', 'v_ghi')})
    info = write(folder / 'video_info_new.csv',
                 'video,numFrame,seconds,fps,rfps,subset,featureFrame\n'
                 'v_abc,2067,82.73,25.0,24.98,training,2064\n'
                 'v_def,2067,82.73,25.0,24.98,validation,2064\n'
                 'v_ghi,2067,82.73,25.0,24.98,testing,2064\n')
    return source, info


def epic_files(folder):
    header = ('narration_id,participant_id,video_id,narration_timestamp,'
              'start_timestamp,stop_timestamp,start_frame,stop_frame,'
              'narration,verb,verb_class,noun,noun_class,all_nouns,'
              'all_noun_classes\n')
    write(folder / 'EPIC_100_train.csv', header +
          'P01_01_0,P01,P01_01,00:00:01.089,00:00:00.14,00:00:03.37,8,202,'
          "open door,open,1,door,3,['door'],[3]\n"
          'P01_01_1,P01,P01_01,00:00:01.089,01:02:03.45,01:02:04.00,8,202,'
          "take cup,take,0,cup,1,\"['cup', 'tea']\",\"[1, 2]\"\n")
    write(folder / 'EPIC_100_validation.csv', header +
          'P01_11_0,P01,P01_11,00:00:01.089,00:00:00.00,00:00:01.89,1,113,'
          "take plate,take,0,plate,0,['plate'],[0]\n")
    write(folder / 'EPIC_100_video_info.csv', 'video_id,duration,fps,'
          'resolution\nP01_01,4000.5,59.94005994005994,1920x1080\n'
          'P01_11,120.5,50.0,1920x1080\n')
    write(folder / 'EPIC_100_verb_classes.csv',
          "id,key,instances,category\n0,take,['take'],x\n1,open,['open'],x\n")
    write(folder / 'EPIC_100_noun_classes.csv', 'id,key,instances,category\n' +
          ''.join(f"{number},{name},['{name}'],x\n" for number, name in
                  enumerate(['plate', 'cup', 'tea', 'door'])))
    return folder


def moments(folder, split='train', **clip):
    """A clip from frame 24 (0.8 s) to frame 150 (5 s) at 30 frames a second:
    widened by 8 frames to frame 16, and by 10 to frame 160."""
    def label(name, start, end, primary=True):
        return dict(label=name, primary=primary, video_start_time=start,
                    video_end_time=end)

    entry = dict(dict(
        clip_uid='clip', video_start_sec=0.8, video_end_sec=5.0,
        video_start_frame=24, video_end_frame=150, annotations=[
            dict(annotator_uid='0', labels=[
                label('wash', 1.0, 2.0), label('cook', 2.0, 2.2),
                label('wash', 0.0, 5.0, primary=False)]),
            dict(annotator_uid='1', labels=[label('wash', 1.0, 2.0)])]),
        **clip)
    return write(folder / 'moments_train.json', dict(videos=[
        dict(video_uid='video', split=split, clips=[entry])]))


def unannotated(path):
    """As the test split is published: clips without ``annotations``."""
    return write(path, dict(videos=[dict(
        video_uid='u1', split='test', clips=[dict(
            clip_uid='c1', video_start_frame=0, video_end_frame=14400,
            video_start_sec=0.0, video_end_sec=480.0)])]))
