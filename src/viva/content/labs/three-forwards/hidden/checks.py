"""Hidden checks: what `viva lab submit` runs besides the public ones."""

import numpy as np
import reference as ref
from viva_kit import Fail, Partial, arr, check, close, fields, items, shares, text, whole


@check("conv-options")
def _(sub, rng):
    for stride, pad, dilation in [(2, 0, 1), (1, 1, 1), (2, 1, 1), (1, 0, 2), (3, 2, 2), (1, 3, 3)]:
        x, w = rng.normal(size=(2, 9, 10)), rng.normal(size=(3, 2, 3, 2))
        want = ref.conv2d(x, w, stride, pad, dilation)
        what = f"conv2d with stride {stride}, pad {pad}, dilation {dilation}"
        close(sub.conv2d(x, w, stride=stride, pad=pad, dilation=dilation), want, what)


@check("equivariance")
def _(sub, rng):
    x, w = np.zeros((1, 12, 12)), rng.normal(size=(1, 1, 3, 3))
    x[0, 3:6, 3:6] = rng.normal(size=(3, 3))
    moved = np.roll(x, (3, 2), axis=(1, 2))
    want = np.roll(ref.conv2d(x, w), (3, 2), axis=(1, 2))
    close(sub.conv2d(x, w), ref.conv2d(x, w), "the pattern where it was")
    close(sub.conv2d(moved, w), want, "the pattern moved by three rows and two columns")


@check("lstm")
def _(sub, rng):
    d, n = 3, 5
    W, U, b = rng.normal(size=(d, 4 * n)), rng.normal(size=(n, 4 * n)), rng.normal(size=4 * n)
    h, c = rng.normal(size=n), np.zeros(n)

    def agree(steps, c, what):
        x = rng.normal(size=(steps, d))
        want_h, want_c = ref.lstm(x, h, c, W, U, b)
        got_h, got_c = items(sub.lstm(x, h, c, W, U, b), 2, "lstm")
        close(got_h, want_h, f"hidden states over {what}")
        close(got_c, want_c, f"the cell after {what}")

    first = ("", lambda: agree(1, c, "one step from an empty cell"))
    shares([first, ("", lambda: agree(50, rng.normal(size=n), "fifty steps"))])


@check("block")
def _(sub, rng):
    t, d = 7, 6
    x, p = 2 * rng.normal(size=(t, d)) + 1, ref.block_weights(rng, d, 11)
    want = ref.transformer_block(x, p)
    close(sub.transformer_block(x, p), want, "the block")
    x[-1] += 5.0
    later = arr(sub.transformer_block(x, p), want.shape, "the block, changed at the end")
    if not np.allclose(later[:-1], want[:-1]):
        raise Fail("a change at the last position changes outputs before it")


@check("count-params")
def _(sub, rng):
    def block(d, ff):
        return 4 * d * d + 2 * d * ff + ff + d

    wrong = []
    for _ in range(3):
        a, b, k = (int(v) for v in rng.integers(2, 40, 3))
        wanted = [
            ("conv", {"inputs": a, "outputs": b, "kernel": k}, b * (a * k * k + 1)),
            ("lstm", {"inputs": a, "hidden": b}, 4 * b * (a + b + 1)),
            ("block", {"d": a, "ff": b}, block(a, b)),
        ]
        for kind, sizes, want in wanted:
            if whole(sub.count_params(kind, **sizes), "count_params") != want:
                wrong.append(kind)
    if wrong:
        raise Fail(f"wrong for {', '.join(sorted(set(wrong)))}")


@check("receptive-field")
def _(sub, rng):
    fixed = [[(3, 1, 1)] * 3, [(3, 2, 1), (3, 2, 1), (3, 1, 1)], [(3, 1, 1), (3, 1, 2), (3, 1, 4)]]
    drawn = [(int(rng.integers(2, 6)), int(rng.integers(2, 4)), int(rng.integers(1, 4))) for _ in "abcd"]
    for layers in [*fixed, drawn]:
        got = whole(sub.receptive_field(layers), "receptive_field")
        if got != ref.receptive_field(layers):
            raise Fail(f"{got} for the layers {layers}")


@check("fits")
def _(sub, rng):
    wanted = {"stream": "lstm", "defect": "conv", "far-copy": "transformer"}
    got = fields(sub.attribute("FITS"), list(wanted), "FITS")
    wrong = [task for task, best in wanted.items() if text(got[task], task).strip() != best]
    if len(wrong) == 3:
        raise Fail("none of the three tasks has the network that fits it")
    if wrong:
        raise Partial(1 - len(wrong) / 3, f"another network fits better: {', '.join(wrong)}")
