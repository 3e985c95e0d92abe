"""Reading 10 million rows of CUR 2.0 beside a bare DuckDB scan that sums the effective cost by resource.

The rows are made once, into the cache: a month of 20 accounts in 4 regions, hourly, 14,000 lines of about 12,000
resources, in ten Parquet files with the columns and types of AWS's own export. All are measured as processes,
in turn within one run, from start to end: seconds on the wall and the most memory held. Fails above 1.5 times the bare
scan that the bound is held against, above 1 GB, or when totals differ by a cent.
"""

# ruff: noqa: E501  # a table of SQL is read line by line

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

ROWS, FILES = 10_000_000, 10
HOURS = 720  # rows of one line: one for each hour of thirty days
MOST_TIMES, MOST_GB = 1.5, 1.0

_MADE = """
WITH ids AS (SELECT (i * 7368787 + 12345) % {rows} AS n FROM range({first}, {last}) t(i)),
lines AS (SELECT n, n // {hours} AS line, n % {hours} AS hour, hash(n // {hours}) AS h, hash(n) AS r FROM ids),
things AS (SELECT *, (h % 100)::INT AS kind, line // 2 AS thing, (h // 65536 % 100)::INT AS term, (r % 100000)::DOUBLE / 100000 AS u,
  ['us-east-1', 'eu-central-1', 'us-west-2', 'ap-southeast-1'][1 + (h // 128 % 4)::INT] AS region,
  (h // 1024 % 20 + 111111111111)::VARCHAR AS account,
  ['g4dn.xlarge', 'g5.xlarge', 'g5.4xlarge', 'm5.large', 'c6i.2xlarge', 'p4d.24xlarge', 'g6.2xlarge', 'r5.xlarge'][1 + (h // 4096 % 8)::INT] AS itype
  FROM lines),
named AS (SELECT *, CASE WHEN kind < 2 THEN 'none' WHEN kind < 12 THEN 'task' WHEN kind < 62 THEN 'ec2' WHEN kind < 74 THEN 'ebs'
  WHEN kind < 82 THEN 'endpoint' WHEN kind < 88 THEN 'function' WHEN kind < 92 THEN 'elb' WHEN kind < 95 THEN 'nat' ELSE 'logs' END AS what FROM things)
SELECT
  printf('%016x', r) AS identity_line_item_id,
  '999999999999' AS bill_payer_account_id,
  TIMESTAMP_MS '2026-10-01' AS bill_billing_period_start_date,
  TIMESTAMP_MS '2026-11-01' AS bill_billing_period_end_date,
  account AS line_item_usage_account_id,
  CASE WHEN what = 'none' AND term < 10 THEN 'Tax' WHEN what = 'none' AND term < 20 THEN 'SavingsPlanRecurringFee'
    WHEN what = 'none' AND term < 30 THEN 'SavingsPlanNegation' WHEN what = 'none' AND term < 35 THEN 'RIFee'
    WHEN what = 'ec2' AND term < 20 THEN 'DiscountedUsage' WHEN what IN ('ec2', 'endpoint') AND term < 55 THEN 'SavingsPlanCoveredUsage'
    ELSE 'Usage' END AS line_item_line_item_type,
  TIMESTAMP_MS '2026-10-01' + to_hours(hour) AS line_item_usage_start_date,
  TIMESTAMP_MS '2026-10-01' + to_hours(hour + 1) AS line_item_usage_end_date,
  CASE what WHEN 'none' THEN 'AmazonS3' WHEN 'task' THEN 'AmazonECS' WHEN 'endpoint' THEN 'AmazonSageMaker' WHEN 'function' THEN 'AWSLambda'
    WHEN 'elb' THEN 'AWSELB' WHEN 'logs' THEN 'AmazonCloudWatch' ELSE 'AmazonEC2' END AS line_item_product_code,
  CASE region WHEN 'us-east-1' THEN '' WHEN 'eu-central-1' THEN 'EUC1-' WHEN 'us-west-2' THEN 'USW2-' ELSE 'APS1-' END ||
  CASE what WHEN 'none' THEN 'Requests-Tier1' WHEN 'task' THEN 'ECS-EC2-vCPU-Hours'
    WHEN 'ec2' THEN CASE WHEN line % 2 = 0 THEN 'BoxUsage:' || itype ELSE 'DataTransfer-Out-Bytes' END WHEN 'ebs' THEN 'EBS:VolumeUsage.gp3'
    WHEN 'endpoint' THEN 'Host:ml.' || itype WHEN 'function' THEN 'Lambda-GB-Second' WHEN 'elb' THEN CASE WHEN line % 2 = 0 THEN 'LCUUsage' ELSE 'LoadBalancerUsage' END
    WHEN 'nat' THEN 'NatGateway-Bytes' ELSE 'TimedStorage-ByteHrs' END AS line_item_usage_type,
  'RunInstances' AS line_item_operation,
  CASE what WHEN 'none' THEN '' WHEN 'task' THEN 'arn:aws:ecs:' || region || ':' || account || ':task/fleet/' || md5('t' || line)
    WHEN 'ec2' THEN 'i-0' || substr(md5('i' || thing), 1, 16) WHEN 'ebs' THEN 'vol-0' || substr(md5('v' || line), 1, 16)
    WHEN 'endpoint' THEN 'arn:aws:sagemaker:' || region || ':' || account || ':endpoint/e' || line
    WHEN 'function' THEN 'arn:aws:lambda:' || region || ':' || account || ':function:f' || line
    WHEN 'elb' THEN 'arn:aws:elasticloadbalancing:' || region || ':' || account || ':loadbalancer/app/a' || thing || '/' || substr(md5('l' || thing), 1, 16)
    WHEN 'nat' THEN 'arn:aws:ec2:' || region || ':' || account || ':natgateway/nat-0' || substr(md5('n' || line), 1, 16)
    ELSE 'arn:aws:logs:' || region || ':' || account || ':log-group:/app/' || line END AS line_item_resource_id,
  'USD' AS line_item_currency_code,
  CASE WHEN what = 'ec2' AND term < 20 OR what = 'task' THEN 0.0 WHEN what = 'none' AND term BETWEEN 20 AND 29 THEN -round(u, 10) ELSE round(u * 2, 10) END AS line_item_unblended_cost,
  NULL::DOUBLE AS line_item_net_unblended_cost,
  what || ' in ' || region AS line_item_line_item_description,
  region AS product_region_code,
  CASE WHEN what IN ('ec2', 'endpoint') THEN itype ELSE '' END AS product_instance_type,
  CASE WHEN term < 55 THEN 'Reserved' ELSE 'OnDemand' END AS pricing_term,
  CASE WHEN what = 'ec2' AND term < 20 THEN round(u, 10) END AS reservation_effective_cost,
  CASE WHEN what = 'none' AND term BETWEEN 30 AND 34 THEN round(u, 10) END AS reservation_unused_amortized_upfront_fee_for_billing_period,
  CASE WHEN what = 'none' AND term BETWEEN 30 AND 34 THEN round(u, 10) END AS reservation_unused_recurring_fee,
  CASE WHEN what = 'ec2' AND term < 20 THEN 'arn:aws:ec2:' || region || ':' || account || ':reserved-instances/one' ELSE '' END AS reservation_reservation_a_r_n,
  CASE WHEN what = 'ec2' AND term BETWEEN 20 AND 54 OR what = 'endpoint' AND term < 55 THEN round(u * 1.4, 10) END AS savings_plan_savings_plan_effective_cost,
  CASE WHEN what = 'none' AND term BETWEEN 10 AND 19 THEN 10.0 END AS savings_plan_total_commitment_to_date,
  CASE WHEN what = 'none' AND term BETWEEN 10 AND 19 THEN round(9 + u, 10) END AS savings_plan_used_commitment,
  CASE WHEN what = 'task' THEN 'i-0' || substr(md5('i' || (thing // 4 * 4)), 1, 16) ELSE '' END AS split_line_item_parent_resource_id,
  CASE WHEN what = 'task' THEN round(u / 10, 10) END AS split_line_item_split_cost,
  CASE WHEN what = 'task' THEN round(u / 50, 10) END AS split_line_item_unused_cost,
  MAP {{'user_team': 'team-' || h % 40}} AS resource_tags
FROM named
"""

_BARE = """
import sys, duckdb
cost = '''CASE line_item_line_item_type
  WHEN 'SavingsPlanCoveredUsage' THEN savings_plan_savings_plan_effective_cost
  WHEN 'SavingsPlanRecurringFee' THEN savings_plan_total_commitment_to_date - savings_plan_used_commitment
  WHEN 'SavingsPlanNegation' THEN 0
  WHEN 'DiscountedUsage' THEN reservation_effective_cost
  WHEN 'RIFee' THEN reservation_unused_amortized_upfront_fee_for_billing_period + reservation_unused_recurring_fee
  ELSE line_item_unblended_cost END'''
keys = "line_item_resource_id" + sys.argv[2]
rows = duckdb.sql(f"SELECT {keys}, sum({cost}) FROM '{sys.argv[1]}/*.parquet' GROUP BY ALL").fetchall()
print(len({row[0] for row in rows}), round(sum(row[-1] for row in rows), 2))
"""
_KEYS = {
    "by resource": "",
    "by all that a bill tells": ", line_item_usage_type, line_item_line_item_type, line_item_product_code, "
    "line_item_usage_account_id, product_region_code, split_line_item_parent_resource_id",
    "by resource, use and day": ", line_item_usage_type, line_item_usage_start_date::DATE",
}
"""Three bare scans. The bound is held against the last, the way a bill is summed to be looked at; the first is the
least that any reader could do, and DuckDB has a short cut for it that no second key can take."""
_BOUND = "by resource, use and day"

_OURS = """
import sys
from aimigrate.assess.bill import read_focus
bill = read_focus(sys.argv[1])
print(len(bill.resources), round(bill.total_usd, 2))
"""


def made(folder: Path) -> Path:
    """Return the folder of the rows, made on the first call: about two minutes and 500 MB."""
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        half = Path(temporary) / "half"
        half.mkdir()
        engine = duckdb.connect(config={"memory_limit": "2GB"})
        for number in range(FILES):
            print(f"making rows: file {number + 1} of {FILES}", file=sys.stderr, flush=True)
            first, last = (ROWS // FILES * edge for edge in (number, number + 1))
            rows = _MADE.format(rows=ROWS, hours=HOURS, first=first, last=last)
            engine.execute(
                f"COPY ({rows}) TO '{half}/cur-{number:05}.snappy.parquet' (FORMAT parquet, COMPRESSION snappy)"
            )
        half.rename(folder)
    return folder


def measure(script: str, *arguments: str) -> tuple[float, float, str]:
    """Run a script as a process. Returns seconds, the most memory held in GB, and what it printed."""
    started = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True) as process:
        said = process.stdout.read().strip() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"a measured process ended with {process.returncode}")
    return time.monotonic() - started, used.ru_maxrss / 1e6, said


def main() -> None:
    """Measure the readers in turn and print the medians. Exits 1 where a bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="of each, after one that only warms the page cache")
    runs = parser.parse_args().runs
    cache = os.environ.get("AIMIGRATE_CACHE") or Path.home() / ".cache" / "aimigrate"
    folder = made(Path(cache) / "bench" / f"cur-{ROWS}-{HOURS}")
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    readers = {
        **{name: (_BARE, str(folder), keys) for name, keys in _KEYS.items()},
        "aimigrate": (_OURS, str(folder)),
    }
    found: dict[str, list[tuple[float, float, str]]] = {name: [] for name in readers}
    for number in range(runs + 1):
        for name, command in readers.items():
            one = measure(*command)
            found[name] += [one] if number else []
    load = os.getloadavg()[0]
    print(f"{ROWS:,} rows in {FILES} Parquet files, {size:,.0f} MB; medians of {runs} runs in turn, load {load:.1f}")
    print(f"{'reader':<26}{'seconds':>9}{'of':>15}{'GB':>7}{'times':>7}  resources, USD")
    ours = statistics.median(one[0] for one in found["aimigrate"])
    ratios = {name: ours / statistics.median(one[0] for one in each) for name, each in found.items()}
    for name, each in found.items():
        seconds = sorted(one[0] for one in each)
        span, memory = f"{seconds[0]:.2f}-{seconds[-1]:.2f}", max(one[1] for one in each)
        median = statistics.median(seconds)
        print(f"{name:<26}{median:>9.2f}{span:>15}{memory:>7.2f}{ratios[name]:>7.2f}  {each[0][2]}")
    most_gb = max(one[1] for one in found["aimigrate"])
    agreed = len({each[0][2].split()[1] for each in found.values()}) == 1
    print(
        f"times: aimigrate's seconds over a reader's. At most {MOST_TIMES} of the second, below {MOST_GB} GB, one total"
    )
    if ratios[_BOUND] > MOST_TIMES or most_gb > MOST_GB or not agreed:
        sys.exit(1)


if __name__ == "__main__":
    main()
