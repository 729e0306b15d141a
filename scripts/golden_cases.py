"""The cases of golden.py: which instances are solved, and by which methods."""

from allot_runs import parse_seeds

# The runs of a case: a method, or a method/effort where the effort matters.
RUNS = "gh auto/1 auto/2 auto/3 auto/4 auto/5 exact milp lpr dvr hf".split()

# What is changed in an instance before it is solved, on purpose one thing each.
VARIATIONS = {
    "plain": [],
    "robust": ["uncertainty={delay: {deviation: 0.2, budget: 1}, error: {deviation: 0.1, budget: 1.5}}"],
    "robust-evidence": ["uncertainty={delay: {budget: 2}}"],
    "switching": ["switching={warmup_hours: 0.5, usd_per_start: 2}"],
    "mean-delay": ["query_types.*.delay_slo=mean"],
    "tight-mean-delay": ["query_types.*.delay_slo=mean", "query_types.*.slo.delay_s*=0.7"],
    "mixed": ["parallelism.mixed=true"],
    "mixed-mean-delay": ["parallelism.mixed=true", "query_types.*.delay_slo=mean"],
    "storage-price": ["storage.price_usd_per_gb_hour=0.02"],
    "storage-60-gb": ["storage.capacity_gb=60"],
    "storage-300-gb": ["storage.capacity_gb=300"],
    "pools-of-0": ["tiers.*.available=0"],
    "pools-of-2": ["tiers.*.available=2"],
    "pools-of-40": ["tiers.*.available=40"],
    "pools-of-80": ["tiers.*.available=80"],
    "budget-100-usd": ["budget_usd=100"],
    "budget-180-usd": ["budget_usd=180"],
    "budget-2500-usd": ["budget_usd=2500"],
    "all-served": ["query_types.*.max_unmet=0"],
    "may-stay-unserved": ["query_types.*.max_unmet=0.4"],
    "busy": ["query_types.*.rate_per_hour*=3"],
    "few-degrees": ["parallelism.tensor=[1, 2]", "parallelism.pipeline=[1]"],
    "everything": [
        "uncertainty={delay: {deviation: 0.1, budget: 1}, error: {deviation: 0.05, budget: 1}}",
        "parallelism.mixed=true",
        "query_types.*.delay_slo=mean",
        "storage.price_usd_per_gb_hour=0.01",
        "tiers.*.available=12",
    ],
}

# Shipped instances, then generated ones: family, query types x models x tiers, seeds, variation, and the runs that would take long.
SOLVED = """
quickstart      -        -    plain
quickstart      -        -    robust
azure-2023      -        -    plain
paper-6x6x10    -        -    plain
paper           1x1x2    0    plain
paper           2x2x3    0-2  plain
paper           3x3x4    0-2  plain
paper           6x6x10   1-3  plain
paper           8x6x12   0    plain
paper           12x6x16  0    plain
paper           4x4x6    0-1  robust
paper           6x6x10   4    robust  auto/3 auto/4 auto/5 exact milp
paper           4x4x6    2    robust-evidence
paper           4x4x6    3    mean-delay
paper           3x3x4    5    tight-mean-delay
paper           4x4x6    4    mixed
paper           6x6x10   6    storage-price
paper           4x4x6    5    storage-300-gb
paper           4x4x6    6    pools-of-2
paper           4x4x6    6    pools-of-40
paper           4x4x6    7    budget-100-usd
paper           4x4x6    7    budget-2500-usd
paper           3x3x4    8    pools-of-0
paper           3x3x4    9    everything  milp
batched         1x1x2    0    plain
batched         2x2x3    0-2  plain
batched         3x3x4    0-2  plain
batched         6x6x10   0-1  plain
batched         12x6x16  0    plain  auto/5 milp lpr
batched         4x4x6    0    robust
batched         4x4x6    1    robust  auto/5 exact milp
batched         4x4x6    2    robust-evidence
batched         4x4x6    3    mean-delay
batched         4x4x6    4    tight-mean-delay
batched         4x4x6    5    mixed
batched         4x4x6    6    mixed-mean-delay
batched         4x4x6    7    storage-price
batched         4x4x6    8    storage-60-gb
batched         4x4x6    9    pools-of-2
batched         4x4x6    10   budget-180-usd
batched         4x4x6    11   all-served
batched         4x4x6    12   may-stay-unserved
batched         4x4x6    13   few-degrees
batched         4x4x6    14   everything
batched         4x4x6    15   switching
fleet           1x1x2    0    plain
fleet           2x2x3    0-1  plain
fleet           3x3x4    0    plain
fleet           6x6x10   0    plain  auto/5
fleet           12x6x16  0    plain  auto/4 auto/5 exact milp lpr
fleet           3x3x4    1    robust
fleet           3x3x4    2    mean-delay
fleet           3x3x4    3    mixed
fleet           3x3x4    4    storage-price
fleet           3x3x4    5    pools-of-80
fleet           3x3x4    6    busy
fleet           3x3x4    7    may-stay-unserved
"""

# Running fleets that are planned again: the instance as above, a variation for both plans, and of the second plan the change and the
# options of reopt.
REPLANNED = """
quickstart      -        -    plain      more-demand
azure-2023      -        -    switching  more-demand
batched         4x4x6    0    switching  more-demand
batched         4x4x6    1    switching  dearer
batched         4x4x6    2    plain      few-changes
paper           6x6x10   0    switching  less-demand
fleet           3x3x4    0    switching  few-changes
"""
REPLANNED_BY = "auto"
REPLANNINGS = {
    "more-demand": (["query_types.*.rate_per_hour*=1.3"], []),
    "less-demand": (["query_types.*.rate_per_hour*=0.5"], []),
    "dearer": (["tiers.*.price_usd_per_gpu_hour*=2", "query_types.*.rate_per_hour*=1.1"], []),
    "few-changes": (["query_types.*.rate_per_hour*=1.6"], ["--max-changes", 2]),
}


def run_of(name):
    method, _, effort = name.partition("/")
    return {"name": name, "method": method, "effort": effort}


def instances(family, size, seeds):
    """Yields (name, arguments of `allot generate`) for each seed; no arguments for a shipped instance, whose name is `family`."""
    if size == "-":
        yield family, []
        return
    types, models, tiers = size.split("x")
    for seed in parse_seeds(seeds):
        words = ["--family", family, "--types", types, "--models", models, "--tiers", tiers, "--seed", seed]
        yield f"{family}-{size}-seed{seed}", words


def solved_cases():
    for line in SOLVED.strip().splitlines():
        family, size, seeds, variation, *left_out = line.split()
        for instance, generate in instances(family, size, seeds):
            yield {"name": f"{instance}-{variation}", "instance": instance, "generate": generate, "set": VARIATIONS[variation],
                   "runs": [run_of(name) for name in RUNS if name not in left_out]}


def replanned_cases():
    for line in REPLANNED.strip().splitlines():
        family, size, seeds, variation, change = line.split()
        then_set, words = REPLANNINGS[change]
        for instance, generate in instances(family, size, seeds):
            yield {"name": f"reopt-{instance}-{variation}-{change}", "instance": instance, "generate": generate,
                   "set": VARIATIONS[variation], "then_set": then_set, "reopt": words,
                   "runs": [{"name": "reopt", "method": REPLANNED_BY, "effort": ""}]}


def cases():
    """All cases: name, instance, how it is generated and changed, and the runs."""
    return [*solved_cases(), *replanned_cases()]
