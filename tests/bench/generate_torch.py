"""Twin of generate.bench.ts: greedy generation with a static key-value memory in eager PyTorch, one thread. Prints one JSON line."""
import json
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
WIDTH, INNER, LAYERS, HEADS, VOCABULARY, BATCH, PROMPT, NEW = 128, 344, 4, 4, 64, 64, 24, 192
HEAD_WIDTH, CAPACITY = WIDTH // HEADS, PROMPT + NEW
torch.manual_seed(0)


def matrix(*shape):
    return torch.randn(*shape) * 0.02


EMBEDDING, FINAL = matrix(VOCABULARY, WIDTH), torch.ones(WIDTH)
WEIGHTS = [
    {
        **{name: matrix(WIDTH, WIDTH) for name in ("query", "key", "value", "out")},
        "gate": matrix(INNER, WIDTH), "up": matrix(INNER, WIDTH), "down": matrix(WIDTH, INNER),
        "attention_norm": torch.ones(WIDTH), "inner_norm": torch.ones(WIDTH),
    }
    for _ in range(LAYERS)
]
TURNS = 10000 ** (-torch.arange(0, HEAD_WIDTH, 2).float() / HEAD_WIDTH)
ANGLES = torch.arange(CAPACITY)[:, None] * TURNS
ANGLES = torch.cat((ANGLES, ANGLES), -1)
COS, SIN = ANGLES.cos(), ANGLES.sin()


def rotate_half(x):
    return torch.cat((-x[..., HEAD_WIDTH // 2 :], x[..., : HEAD_WIDTH // 2]), -1)


def forward(ids, start, memory):
    length = ids.shape[1]
    x, cos, sin = F.embedding(ids, EMBEDDING), COS[start : start + length], SIN[start : start + length]
    for w, (keys, values) in zip(WEIGHTS, memory):
        h = F.rms_norm(x, (WIDTH,), w["attention_norm"], 1e-6)
        q, k, v = (F.linear(h, w[n]).view(BATCH, length, HEADS, HEAD_WIDTH).transpose(1, 2) for n in ("query", "key", "value"))
        keys[:, :, start : start + length] = k * cos + rotate_half(k) * sin
        values[:, :, start : start + length] = v
        q = q * cos + rotate_half(q) * sin
        mixed = F.scaled_dot_product_attention(q, keys[:, :, : start + length], values[:, :, : start + length], is_causal=length > 1)
        x = x + F.linear(mixed.transpose(1, 2).reshape(BATCH, length, WIDTH), w["out"])
        h = F.rms_norm(x, (WIDTH,), w["inner_norm"], 1e-6)
        x = x + F.linear(F.silu(F.linear(h, w["gate"])) * F.linear(h, w["up"]), w["down"])
    return F.linear(F.rms_norm(x[:, -1], (WIDTH,), FINAL, 1e-6), EMBEDDING)


@torch.inference_mode()
def generate():
    memory = [tuple(torch.zeros(BATCH, HEADS, CAPACITY, HEAD_WIDTH) for _ in range(2)) for _ in range(LAYERS)]
    ids = (torch.arange(BATCH)[:, None] + 3 * torch.arange(PROMPT)) % VOCABULARY
    written, newest = [], forward(ids, 0, memory).argmax(-1)
    for step in range(NEW - 1):
        written.append(newest.tolist())
        newest = forward(newest[:, None], PROMPT + step, memory).argmax(-1)
    written.append(newest.tolist())
    return written


generate()
wall, cpu = time.perf_counter(), time.process_time()
generate()
print(json.dumps({"wallSeconds": time.perf_counter() - wall, "cpuSeconds": time.process_time() - cpu}))
