"""How long a language model's answers are."""

from datetime import UTC, datetime

import pytest

from aimigrate.assess.tokens import TAG_TOKENS_OUT, tokens_out_of
from aimigrate.contracts.inventory import Metric, Series, Workload
from aimigrate.contracts.sites import Hint


def counted(metric: Metric, *values: float | None) -> Series:
    start_at = datetime(2026, 11, 1, tzinfo=UTC)
    return Series(metric=metric, statistic="sum", start_at=start_at, period_s=300, values=values, source="AWS/Bedrock")


def bedrock(*series: Series, tags: dict[str, str] | None = None) -> Workload:
    return Workload(id="bedrock_model:r:m", kind="bedrock_model", region="r", name="m", series=series, tags=tags or {})


def test_counted_tokens_over_counted_requests_are_the_length_of_an_answer() -> None:
    """Bedrock counts both; gaps are neither."""
    model = bedrock(counted("output_tokens_count", 600.0, None, 900.0), counted("requests_count", 2.0, None, 3.0))

    assert tokens_out_of(model, None) == pytest.approx(300.0)


def test_what_a_person_said_goes_before_what_was_counted() -> None:
    """A hint, then a tag, then the count."""
    held = (counted("output_tokens_count", 600.0), counted("requests_count", 2.0))

    assert tokens_out_of(bedrock(*held, tags={TAG_TOKENS_OUT: "128"}), None) == 128.0
    assert tokens_out_of(bedrock(*held, tags={TAG_TOKENS_OUT: "128"}), Hint(tokens_out=64)) == 64.0


@pytest.mark.parametrize("metric", ["output_tokens_count", "requests_count"])
def test_one_count_alone_says_nothing(metric: Metric) -> None:
    """Unknown, not 0."""
    assert tokens_out_of(bedrock(counted(metric, 600.0)), None) is None
