"""Run the rows of a table of the BAPG paper, and print it beside the paper's.

Rows that are finished are kept: an interrupted call goes on where it stopped.
Ends with status 1 if a row lacks its data.
"""
import argparse
import sys
from pathlib import Path


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--table', type=int, nargs='+', default=[1, 2, 3, 4],
                        choices=[1, 2, 3, 4],
                        help='tables to run (default: all)')
    parser.add_argument('--data-root', type=Path, default='data',
                        help='folder to read in the place of data, which is '
                        'what configs name')
    parser.add_argument('--work-dir', type=Path,
                        default='work_dirs/paper_tables',
                        help='folder for logs, checkpoints and figures')
    parser.add_argument('--seeds', type=int, nargs='+', default=[0],
                        help='a run of each row for each (default: 0)')
    parser.add_argument('--dry-run', action='store_true', help='only say what '
                        'is finished, what would run and what is missing')
    return parser.parse_args()


def main():
    args = parse_args()
    from mmbapg.errors import faults_in_one_sentence
    from mmbapg.experiments.paper_tables import TABLES, RowRunner, run_table
    runner = RowRunner(args.work_dir, args.data_root)
    with faults_in_one_sentence():
        complete = [run_table(TABLES[number], runner, args.seeds,
                              args.dry_run) for number in args.table]
    sys.exit(not (all(complete) or args.dry_run))


if __name__ == '__main__':
    main()
