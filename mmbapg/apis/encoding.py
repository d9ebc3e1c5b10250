"""Stages 1 and 2 with a config, in this process."""
from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config

from mmbapg.engine.runner.progress_runs import run


@dataclass
class Encoding:
    """Stages 1 and 2 with a config; each run in a folder of its own.

    Attributes:
        work_dir: For logs and checkpoints.
        seed: Of everything random.
    """
    work_dir: Path
    seed: int = 0

    def train(self, cfg: Config, name: str) -> Path:
        """Stage 1.

        Args:
            cfg: Of a similarity encoder.
            name: Of the folder.

        Returns:
            The checkpoint.
        """
        run(cfg, self.work_dir / name, f'Stage 1: similarity encoder {name}',
            seed=self.seed).train()
        return self.work_dir / name / f'epoch_{cfg.train_cfg.max_epochs}.pth'

    def embed(self, cfg: Config, checkpoint: Path, name: str) -> None:
        """Stage 2."""
        run(cfg, self.work_dir / name, f'Stage 2: embeddings {name}',
            checkpoint).test()
