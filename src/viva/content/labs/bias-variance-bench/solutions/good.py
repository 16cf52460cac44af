import numpy as np


def decompose(predictions, f, sd):
    bias2 = ((predictions.mean(0) - f) ** 2).mean()
    variance = predictions.var(0).mean()
    noise = sd**2
    total = bias2 + variance + noise
    return {"bias2": bias2, "variance": variance, "noise": noise, "total": total}


def smoother_terms(S, f, sd):
    return ((S @ f - f) ** 2).mean(), sd**2 * np.trace(S @ S.T) / len(f)


def basis(x, degree):
    return np.polynomial.legendre.legvander(2 * x - 1, degree)


def simulate(x, f, sd, degree, runs, seed):
    rng = np.random.default_rng(seed)
    y = f + sd * rng.normal(size=(runs, len(x)))
    coefficients = np.linalg.lstsq(basis(x, degree), y.T, rcond=None)[0]
    return (basis(x, degree) @ coefficients).T


def noise_sd(x, y):
    y = y[np.argsort(x)]
    # The curvature left by three neighbours: the truth nearly cancels, the noise does not.
    left = y[1:-1] - (y[:-2] + y[2:]) / 2
    return float(np.sqrt((left**2).mean() / 1.5))


def pick_degree(x, y, degrees, seed):
    folds = np.array_split(np.random.default_rng(seed).permutation(len(x)), 10)
    return int(min(degrees, key=lambda degree: cv_error(x, y, folds, degree)))


def cv_error(x, y, folds, degree):
    error = 0.0
    for test in folds:
        train = np.setdiff1d(np.arange(len(x)), test)
        c = np.linalg.lstsq(basis(x[train], degree), y[train], rcond=None)[0]
        error += ((basis(x[test], degree) @ c - y[test]) ** 2).sum()
    return error
