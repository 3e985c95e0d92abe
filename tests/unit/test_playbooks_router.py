"""The router's configuration: valid to HAProxy itself, and closed to values that it could misread."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

ROLE = Path(__file__).resolve().parents[2] / "playbooks/roles/router"
SERVERS = [{"name": "north-1", "address": "10.77.0.11"}, {"name": "north-2", "address": "10.77.0.12"}]
MODELS = [
    {"name": "defects", "idempotent": False, "max_concurrent": 4, "servers": SERVERS},
    {"name": "scores", "idempotent": True, "max_concurrent": 2, "servers": SERVERS[:1]},
]


def trusted(value: Any) -> Any:  # noqa: ANN401 - YAML is anything
    """Mark our own files' strings as templates, as Ansible does for the files of a role."""
    if isinstance(value, dict):
        return {name: trusted(item) for name, item in value.items()}
    if isinstance(value, list):
        return [trusted(item) for item in value]
    return trust_as_template(value) if isinstance(value, str) else value


def templar(**given: object) -> Templar:
    """Make Ansible's own templating with the role's variables and those given."""
    variables: dict[str, Any] = {"ansible_managed": "Ansible managed", "router_models": MODELS}
    for name in ("defaults", "vars"):
        variables |= trusted(yaml.safe_load((ROLE / name / "main.yml").read_text(encoding="utf-8")))
    user = {"router_user": "root", "router_models": MODELS}
    return Templar(loader=DataLoader(), variables=variables | user | given)


def configuration(**given: object) -> str:
    """Fill the template."""
    text = (ROLE / "templates/haproxy.cfg.j2").read_text(encoding="utf-8")
    return str(templar(**given).template(trust_as_template(text)))


def backend(text: str, name: str) -> str:
    """Cut one backend out of a configuration."""
    return text.split(f"\nbackend {name}\n")[1].split("\nbackend ", maxsplit=1)[0]


def refused(**given: object) -> bool:
    """Evaluate the role's first assertion as Ansible does."""
    task = yaml.safe_load((ROLE / "tasks/main.yml").read_text(encoding="utf-8"))[0]
    checks = task["ansible.builtin.assert"]["that"]
    return not all(templar(**given).evaluate_conditional(trust_as_template(check)) for check in checks)


@pytest.mark.skipif(shutil.which("haproxy") is None, reason="HAProxy is not installed")
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"router_cloud_url": "http://10.77.0.1:8080"},
        {"router_cloud_url": "https://198.51.100.7", "router_edge_percent": 50},
        {"router_cloud_url": "http://10.77.0.1:8080/", "router_edge_percent": 0},
        {"router_models": []},
    ],
)
def test_haproxy_finds_the_configuration_valid(given: dict[str, object], tmp_path: Path) -> None:
    """With and without a cloud, over TLS and not, for every share: HAProxy's own check passes without a warning."""
    path = tmp_path / "haproxy.cfg"
    path.write_text(configuration(**given))

    done = subprocess.run(["haproxy", "-c", "-f", path], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


def test_only_an_idempotent_model_is_sent_twice() -> None:
    """A request that may have reached a server is tried again only where the plan allows it."""
    text = configuration(router_cloud_url="http://10.77.0.1:8080")

    assert "retry-on" not in backend(text, "edge_defects") + backend(text, "cloud_defects")
    assert "response-timeout" in backend(text, "edge_scores")
    assert "response-timeout" in backend(text, "cloud_scores")


def test_the_cloud_takes_what_the_edge_has_no_slot_for() -> None:
    """The plan's slots are per server; with none free the request goes to the cloud, if that is up."""
    text = configuration(router_cloud_url="https://overflow.example")

    assert "use_backend cloud_defects if is_defects { be_conn_free(edge_defects) le 0 } cloud_up_defects" in text
    assert "server north-1 10.77.0.11:8080 maxconn 4 check" in backend(text, "edge_defects")
    assert "verify required" in backend(text, "cloud_defects")
    assert "server _cloud overflow.example:443" in backend(text, "cloud_defects")


def test_the_plan_s_values_are_accepted() -> None:
    """Names, addresses and URLs of a plan pass."""
    assert not refused()
    assert not refused(router_cloud_url="https://overflow.example:8443/")


@pytest.mark.parametrize(
    "given",
    [
        {"router_cloud_url": "https://cloud.example/path"},
        {"router_cloud_url": "http://a\n  server evil 192.0.2.1:80"},
        {"router_cloud_url": "http://a b"},
        {"router_models": [{**MODELS[0], "name": "a\nlisten b"}]},
        {"router_models": [{**MODELS[0], "name": "a b"}]},
        {"router_models": [{**MODELS[0], "servers": [{"name": "a", "address": "10.0.0.1 disabled"}]}]},
        {"router_models": [{**MODELS[0], "servers": [{"name": "a\n", "address": "10.0.0.1"}]}]},
        {"router_edge_percent": 101},
    ],
)
def test_a_value_that_haproxy_could_misread_is_refused(given: dict[str, object]) -> None:
    """Nothing with a space, a line break or another statement in it gets into the configuration."""
    assert refused(**given)
