"""Splitting a figure into parts that sum to it exactly."""


def distribute(total, weights, rounding):
    """Split a figure by weights, by the largest remainder.

    :param total: figure, a multiple of ``rounding``; not negative
    :param weights: list of numbers that are not negative, not all of them zero
    :param rounding: the smallest step of the figure, such as 0.01 of a currency
    :return: list of as many figures, multiples of ``rounding``, which sum to ``total``
    """
    steps = round(total / rounding)
    # whole numbers, so that nothing is lost: of floats all denominators are powers of two
    ratios = [weight.as_integer_ratio() for weight in weights]
    most = max(below for _above, below in ratios)
    exact = [above * (most // below) for above, below in ratios]
    whole = sum(exact)
    shares = [divmod(steps * weight, whole) for weight in exact]
    parts = [part for part, _rest in shares]
    # the larger remainder first, among equals the earlier one
    by_rest = sorted(range(len(parts)), key=lambda at: (-shares[at][1], at))
    for at in by_rest[: steps - sum(parts)]:
        parts[at] += 1
    # 0.01 has no exact binary form: rounded again, so that equal figures are equal
    digits = _digits(rounding)
    return [round(part * rounding, digits) for part in parts]


def _digits(rounding):
    digits = 0
    while digits < 12 and abs(round(rounding * 10**digits) - rounding * 10**digits) > 1e-9:
        digits += 1
    return digits
