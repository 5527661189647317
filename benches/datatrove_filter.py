#!/usr/bin/env python3
"""Runs the C4 filter of datatrove in two processes, for comparisons of speed.

  datatrove_filter.py HALVES OUT     # HALVES: a folder with two files of JSONL, one for each process

The filter's count of sentences is off: it needs a language model and takes most of the time.
"""
import sys

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.filters import C4QualityFilter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    halves, out = sys.argv[1:]
    pipeline = [JsonlReader(halves), C4QualityFilter(min_num_sentences=-1), JsonlWriter(f"{out}/cleaned", compression=None)]
    LocalPipelineExecutor(pipeline, tasks=2, workers=2, logging_dir=f"{out}/logs", skip_completed=False).run()


if __name__ == "__main__":
    main()
