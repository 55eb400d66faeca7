"""The far side of `npm run test:parity`: loads every saved folder in `transformers` and compares with `*.ours.json`.

Prints a line a folder and, last, `N passed, N failed`.
"""
import json
import logging
import sys
import warnings
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM
from transformers.utils import logging as transformers_logging

transformers_logging.disable_progress_bar()

TOLERANCE = 1e-4


def faults_of(path):
    ours = json.loads(path.read_text())
    model, loading = AutoModelForCausalLM.from_pretrained(ours["folder"], dtype=torch.float32, output_loading_info=True)
    faults = [f"{key}: {sorted(map(str, value))[:3]}" for key, value in loading.items() if value]
    model.eval()
    if type(model).__name__ != ours["architecture"]:
        faults.append(f"{type(model).__name__}, expected {ours['architecture']}")
    count = sum(weight.numel() for weight in model.parameters())
    if count != ours["parameters"]:
        faults.append(f"{count} parameters, expected {ours['parameters']}")
    ids = torch.tensor([ours["ids"]])
    with torch.no_grad():
        difference = (model(ids).logits[0] - torch.tensor(ours["logits"])).abs().max().item()
        row = list(ours["ids"])
        for _ in ours["generated"]:
            row.append(int(model(torch.tensor([row])).logits[0, -1].argmax()))
    if not difference <= TOLERANCE:
        faults.append(f"logits differ by {difference:.2e}, at most {TOLERANCE:.0e} is allowed")
    if row[len(ours["ids"]):] != ours["generated"]:
        faults.append("another greedy continuation")
    return difference, faults


def main(folder):
    torch.set_num_threads(1)
    warnings.simplefilter("error")
    logging.disable(logging.INFO)
    passed = failed = 0
    for path in sorted(Path(folder).glob("*.ours.json")):
        name = path.name.removesuffix(".ours.json")
        try:
            difference, faults = faults_of(path)
        except Exception as error:  # a folder that does not load is a failed comparison, and the rest is still wanted
            difference, faults = float("nan"), [f"{type(error).__name__}: {error}"]
        print(f"{'failed' if faults else 'passed'}  {name}  logits within {difference:.1e}  {'; '.join(faults)}".rstrip())
        passed, failed = passed + (not faults), failed + bool(faults)
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
