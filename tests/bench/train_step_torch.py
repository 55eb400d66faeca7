"""Twin of train-step.bench.ts: the same decoder and step in eager PyTorch (SDPA, fused AdamW), one thread.

Prints one JSON line: medians over the timed steps. Usage: train_step_torch.py STEPS WARM_UP
"""
import json
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)
WIDTH, INNER, LAYERS, HEADS, VOCABULARY, BATCH, LENGTH = 128, 344, 4, 4, 64, 32, 96
HEAD_WIDTH = WIDTH // HEADS


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        return F.rms_norm(x, (WIDTH,), self.weight, 1e-6)


def rotate_half(x):
    return torch.cat((-x[..., HEAD_WIDTH // 2 :], x[..., : HEAD_WIDTH // 2]), -1)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH, bias=False) for _ in range(4))
        self.gate, self.up = (nn.Linear(WIDTH, INNER, bias=False) for _ in range(2))
        self.down = nn.Linear(INNER, WIDTH, bias=False)
        self.attention_norm, self.inner_norm = Norm(), Norm()

    def forward(self, x, cos, sin):
        h = self.attention_norm(x)
        q, k, v = (p(h).view(BATCH, LENGTH, HEADS, HEAD_WIDTH).transpose(1, 2) for p in (self.query, self.key, self.value))
        q, k = q * cos + rotate_half(q) * sin, k * cos + rotate_half(k) * sin
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).reshape(BATCH, LENGTH, WIDTH))
        h = self.inner_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = Norm()
        turns = 10000 ** (-torch.arange(0, HEAD_WIDTH, 2).float() / HEAD_WIDTH)
        angles = torch.arange(LENGTH)[:, None] * turns
        angles = torch.cat((angles, angles), -1)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, 0, 0.02)

    def forward(self, ids):
        x = self.embedding(ids)
        for layer in self.layers:
            x = layer(x, self.cos, self.sin)
        return F.linear(self.norm(x), self.embedding.weight)


def main():
    steps, warm_up = int(sys.argv[1]), int(sys.argv[2])
    model = Decoder()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    at = torch.arange(BATCH * LENGTH)
    flat = (at * 7919 + (at >> 3)) % VOCABULARY
    ids, labels = flat.view(BATCH, LENGTH), flat.roll(-1)
    wall, cpu, loss = [], [], None
    for step in range(warm_up + steps):
        wall_start, cpu_start = time.perf_counter(), time.process_time()
        loss = F.cross_entropy(model(ids).view(-1, VOCABULARY), labels)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        value = loss.item()
        if step >= warm_up:
            wall.append(time.perf_counter() - wall_start)
            cpu.append(time.process_time() - cpu_start)
    print(json.dumps({"wallSeconds": statistics.median(wall), "cpuSeconds": statistics.median(cpu), "loss": value}))


if __name__ == "__main__":
    main()
