"""The generated playbooks on real hosts over SSH: two sites of two, each with its router, and a cloud endpoint."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.lab import HOSTS, Lab, LabHost, impossible, running
from tests.lab.load import SteadyLoad, ask
from tests.lab.migration import Deploy, Outcome, Served, make_plan, published
from tests.lab.models import convolution, perceptron, reference, sample

pytestmark = [pytest.mark.lab, pytest.mark.timeout(1500)]
NORTH = [host for host in HOSTS if host.site == "plant-north"]
SOUTH = [host for host in HOSTS if host.site == "plant-south"]
DEFECTS, SCORES = convolution(), perceptron()
SERVED = {"plant-north": ("defects", DEFECTS), "plant-south": ("scores", SCORES)}
UNIT = "aimigrate-inference"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Start four hosts, as bare as a fresh image."""
    reason = impossible()
    if reason:
        pytest.skip(reason)
    with running() as made:
        yield made


@pytest.fixture(scope="module")
def models(lab: Lab) -> dict[str, Served]:
    """Publish a convolution whose requests must not be sent twice, and a perceptron whose may."""
    return {
        "plant-north": published(lab, "defects", DEFECTS, idempotent=False),
        "plant-south": published(lab, "scores", SCORES, idempotent=True),
    }


@pytest.fixture(scope="module")
def deploy(lab: Lab, models: dict[str, Served], tmp_path_factory: pytest.TempPathFactory) -> Deploy:
    """Generate the deploy as `aimigrate generate` does."""
    return Deploy.of(lab, make_plan(lab, models, lab.host_keys), tmp_path_factory.mktemp("lab") / "deploy")


@pytest.fixture(scope="module")
def tried(deploy: Deploy) -> Outcome:
    """Run in check mode on the bare hosts."""
    return deploy.play("site.yml", check=True)


@pytest.fixture(scope="module")
def converged(deploy: Deploy, tried: Outcome) -> Outcome:
    """Run for the first time."""
    return deploy.play("site.yml")


def test_check_mode_works_on_bare_hosts_and_changes_nothing(lab: Lab, tried: Outcome) -> None:
    """Before the first run, check mode says what would change and leaves the hosts as they are."""
    assert tried.status == "successful", tried.messages
    assert all(tried.changed[host.name] for host in HOSTS)
    assert not (lab.root_of(NORTH[0]) / "etc/aimigrate").exists()


def test_the_first_run_converges_every_host(lab: Lab, converged: Outcome) -> None:
    """Bare hosts become edge servers and routers in the plan's power mode, with packages from the site's mirror."""
    answers = {host: lab.ssh(host, f"systemctl is-active {UNIT} haproxy; sudo nvpmodel -q").split() for host in HOSTS}

    assert converged.status == "successful", converged.messages
    assert set(converged.changed) == {host.name for host in HOSTS}
    for host, answer in answers.items():
        assert answer[:2] == ["active", "active"], host.name
        assert answer[-2:] == ["MAXN", "0"], host.name


def test_the_second_run_changes_nothing(deploy: Deploy, converged: Outcome) -> None:
    """A converged host is left alone: no task reports a change on any host."""
    again = deploy.play("site.yml")

    assert again.status == "successful", again.messages
    assert not again.changed


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_the_edge_answers_through_the_router_as_the_model_does(converged: Outcome, host: LabHost) -> None:
    """Every router answers from its own site, with the numbers that ONNX Runtime gives here."""
    name, model = SERVED[host.site]
    given = sample(model)

    answer = ask(host.address, name, given)

    assert answer.status == 200, answer.error
    assert answer.served_by in {other.name for other in HOSTS if other.site == host.site}
    np.testing.assert_allclose(answer.values, reference(model, given), rtol=1e-4, atol=1e-6)


def test_verify_reports_what_each_host_serves(deploy: Deploy, converged: Outcome, tmp_path: Path) -> None:
    """One JSON document a host: units, digests as planned, and an inference through its router."""
    outcome = deploy.play("verify.yml", verify_report_folder=str(tmp_path))

    assert outcome.status == "successful", outcome.messages
    assert not outcome.changed
    for host in HOSTS:
        report = json.loads((tmp_path / f"{host.name}.json").read_text())
        assert report["passed"] is True
        assert report["models_found"] == report["models_wanted"]
        assert [name for name, answer in report["served"].items() if answer["ok"]] == [SERVED[host.site][0]]
        assert [name for name, answer in report["answers"].items() if answer["ok"]] == [SERVED[host.site][0]]


def test_the_cloud_takes_over_while_the_edge_is_stopped(lab: Lab, converged: Outcome) -> None:
    """With both servers of a site stopped under load the cloud answers, and only requests in flight may fail."""
    given = sample(DEFECTS)

    with SteadyLoad(NORTH[0].address, "defects", given) as load:
        load.wait_for(cloud=False, seconds=20)
        stop_began = time.monotonic()
        for host in NORTH:
            lab.ssh(host, f"sudo systemctl stop {UNIT}")
        stop_ended = time.monotonic()
        load.wait_for(cloud=True, seconds=20)
        time.sleep(3)
        start_began = time.monotonic()
        for host in NORTH:
            lab.ssh(host, f"sudo systemctl start {UNIT}")
        load.wait_for(cloud=False, seconds=60)

    while_stopped = [answer for answer in load.answers if stop_ended < answer.began and answer.ended < start_began]
    in_flight = [answer for answer in load.failures() if answer.began < stop_ended and answer.ended > stop_began]
    assert len(while_stopped) > 10
    assert all(answer.served_by == "_cloud" and answer.stand_in for answer in while_stopped)
    assert [answer.error for answer in load.failures() if answer not in in_flight] == []
    assert len(in_flight) <= load.workers * len(NORTH)
    for answer in while_stopped:
        np.testing.assert_allclose(answer.values, reference(DEFECTS, given), rtol=1e-4, atol=1e-6)


def test_a_killed_edge_loses_no_request_that_may_be_sent_twice(lab: Lab, converged: Outcome) -> None:
    """When both servers are killed at once, even requests in flight are answered if the model is idempotent."""
    given = sample(SCORES)

    with SteadyLoad(SOUTH[0].address, "scores", given, workers=6, pause_s=0.02) as load:
        load.wait_for(cloud=False, seconds=20)
        for host in SOUTH:
            lab.ssh(host, f"sudo systemctl kill --signal=KILL {UNIT}; sudo systemctl stop {UNIT}")
        load.wait_for(cloud=True, seconds=20)
        for host in SOUTH:
            lab.ssh(host, f"sudo systemctl start {UNIT}")
        load.wait_for(cloud=False, seconds=60)

    assert [answer.error for answer in load.failures()] == []


def test_another_jetpack_is_refused_before_anything_changes(lab: Lab, deploy: Deploy, converged: Outcome) -> None:
    """A host with JetPack 4 stops the run of its site, with what to do, and no host is changed."""
    release = lab.root_of(SOUTH[0]) / "etc/nv_tegra_release"
    kept = release.read_text()
    release.write_text(kept.replace("R36", "R32"))

    try:
        outcome = deploy.play("site.yml", limit="site_plant_south")
    finally:
        release.write_text(kept)

    assert outcome.status == "failed"
    assert "R32 (JetPack 4), the plan allows JetPack" in outcome.messages
    assert "Flash the module" in outcome.messages
    assert not outcome.changed


def test_a_model_with_another_digest_is_refused_and_the_old_one_serves(
    lab: Lab, converged: Outcome, models: dict[str, Served], tmp_path: Path
) -> None:
    """A file that is not what the plan says never takes the place of the one that serves."""
    wrong = replace(models["plant-south"], sha256="ab" * 32)
    broken = Deploy.of(lab, make_plan(lab, {**models, "plant-south": wrong}, lab.host_keys), tmp_path / "deploy")
    given = sample(SCORES)

    outcome = broken.play("site.yml", limit="site_plant_south")
    answer = ask(SOUTH[0].address, "scores", given)

    assert outcome.status == "failed"
    assert "Model scores was refused, what was served before goes on" in outcome.messages
    assert answer.served_by in {host.name for host in SOUTH}
    np.testing.assert_allclose(answer.values, reference(SCORES, given), rtol=1e-4, atol=1e-6)


def test_a_changed_host_key_is_refused(lab: Lab, converged: Outcome, models: dict[str, Served], tmp_path: Path) -> None:
    """A host that shows another key than the one in sites.yaml is not talked to."""
    swapped = {**lab.host_keys, "south-1": lab.host_keys["south-2"]}
    other = Deploy.of(lab, make_plan(lab, models, swapped), tmp_path / "deploy")

    outcome = other.play("site.yml", limit="south-1", ansible_ssh_args="-o ControlMaster=no -o ControlPath=none")

    assert outcome.unreachable == {"south-1": 1}
    assert "Host key verification failed" in outcome.messages


def test_rollback_sends_everything_to_the_cloud(deploy: Deploy, converged: Outcome) -> None:
    """After rollback.yml a site's routers use the cloud though its edge is well; site.yml brings the edge back."""
    given = sample(SCORES)

    back = deploy.play("rollback.yml", limit="site_plant_south")
    in_cloud = [ask(host.address, "scores", given).served_by for host in SOUTH for _ in range(5)]
    again = deploy.play("site.yml", limit="router_plant_south")
    at_edge = [ask(host.address, "scores", given).served_by for host in SOUTH for _ in range(5)]

    assert back.status == again.status == "successful", back.messages + again.messages
    assert set(in_cloud) == {"_cloud"}
    assert set(at_edge) <= {host.name for host in SOUTH}
