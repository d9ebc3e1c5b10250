"""Videos that a metric has something to compare with."""
from typing import List, Mapping, Optional

from mmengine.logging import MMLogger

from mmbapg.datasets.annotations import named


def judged_results(results: List[tuple], dataset_meta: Optional[Mapping],
                   measure: str) -> List[tuple]:
    """Results of labelled videos; the log names those that are not judged.

    Args:
        results: Of each video, its name first and its ``(G, 2)`` instances
            or a tuple of them and their labels second.
        dataset_meta: Names videos without annotations as ``unlabelled``.
        measure: What is measured, for the log.

    Returns:
        The results to judge; none if no video has an instance.
    """
    logger = MMLogger.get_current_instance()
    unlabelled = set((dataset_meta or {}).get('unlabelled', ()))
    judged = [result for result in results if result[0] not in unlabelled]
    if not any(_count(truth) for _, truth, *_ in judged):
        logger.warning(
            f'no instance is annotated in {named(_names(results))}: there is '
            f'nothing to compare with, so {measure} is not defined')
        return []
    if len(judged) < len(results):
        logger.warning(
            f'{measure}: not judged, as the annotation file has no '
            'annotations of them: '
            f'{named(_names(results, unlabelled))}')
    return judged


def _count(truth) -> int:
    return len(truth[0] if isinstance(truth, tuple) else truth)


def _names(results: List[tuple], among: Optional[set] = None) -> List[str]:
    return [name for name, *_ in results if among is None or name in among]
