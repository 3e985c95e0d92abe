"""What `generate` writes, and what it leaves alone."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aimigrate.contracts.plan import Plan
from aimigrate.contracts.rendered import Rendered
from aimigrate.contracts.stack import StackSettings
from aimigrate.errors import UsageProblem
from aimigrate.planning import planfile
from aimigrate.planning.planner import make_plan
from aimigrate.rendering.bundle import derive, generate
from aimigrate.rendering.renderer import AnsibleLoader
from tests.builders import ORIN, assessed, assessment, host, site, sites

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFakeFakeFakeFakeFakeFakeFakeFakeFakeFake"
HOSTILE = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]), st.sampled_from("\"'\n\r\t{}%$!#&*:|>-[],\\\x00\x85\u2028\u202e")
    ),
    min_size=1,
    max_size=60,
)


def plan_of(*names: str, label: str = "realtime", **changes: object) -> Plan:
    """Return a plan for workloads of these names over two sites with two modules each, and one without hosts."""
    where = sites(
        site(
            "fra-1",
            hosts=(
                host("j1", "10.0.0.1", ssh_host_key=KEY + " root@j1"),
                host("j2", "10.0.0.2"),
                host("x1", "10.0.0.9", "x86-64", ("mirror",)),
            ),
        ),
        site("fra-2", hosts=(host("k1", "10.0.0.3"), host("k2", "10.0.0.4"))),
        site("fra-3"),
    )
    given_workloads = [assessed(name, label=label) for name in names or ("a", "b", "c")]  # type: ignore[arg-type]
    made = make_plan(assessment(*given_workloads), where, name="edge")
    return made.model_copy(update=changes)


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file's bytes by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def load(folder: Path, path: str) -> dict[str, object]:
    """Read one generated YAML file."""
    values: dict[str, object] = yaml.load((folder / path).read_text(), Loader=AnsibleLoader)  # noqa: S506  # a SafeLoader
    return values


def test_every_phase_and_region_is_a_stack(tmp_path: Path) -> None:
    """A folder per phase with a program, a file of settings per region."""
    lock = generate(plan_of(), tmp_path / "deploy")

    assert [stack.stack for stack in lock.stacks] == [
        "assess.eu-central-1",
        "pilot.eu-central-1",
        "scale.eu-central-1",
        "full.eu-central-1",
    ]
    for stack in lock.stacks:
        folder = tmp_path / "deploy" / stack.folder
        assert {"Pulumi.yaml", "__main__.py", "requirements.txt"} <= {path.name for path in folder.iterdir()}
        config = yaml.safe_load((folder / f"Pulumi.{stack.stack}.yaml").read_text())["config"]
        assert config["aws:region"] == "eu-central-1"
        assert StackSettings.model_validate(config["aimigrate:settings"]).phase == stack.phase


def test_a_stack_adds_units_to_those_of_earlier_stacks(tmp_path: Path) -> None:
    """All stacks of a region together keep what the plan says, not more."""
    plan = plan_of()
    generate(plan, tmp_path / "deploy")

    units = [
        load(tmp_path / "deploy", f"stacks/{phase}/Pulumi.{phase}.eu-central-1.yaml")["config"]["aimigrate:settings"][  # type: ignore[index]
            "overflow"
        ]["units"]
        for phase in ("pilot", "scale", "full")
    ]

    last = plan.phases[-1].regions[0].overflow
    assert last is not None
    assert sum(units) == last.units


def test_a_stack_names_the_phase_before_it_in_its_region(tmp_path: Path) -> None:
    """A region that a phase passes over builds on the phase before that."""
    plan = plan_of("a", "b", "c", label="batch")
    generate(plan, tmp_path / "deploy")

    before = {
        phase.name: load(tmp_path / "deploy", f"stacks/{phase.name}/Pulumi.{phase.name}.eu-central-1.yaml")["config"][  # type: ignore[index]
            "aimigrate:settings"
        ]["previous_phase"]
        for phase in plan.phases
    }

    assert before == {"assess": None, "pilot": "assess", "scale": "pilot", "full": "scale"}


def test_a_batch_workload_gets_its_queue_in_the_phase_that_moves_it(tmp_path: Path) -> None:
    """Once, not again in each later stack."""
    generate(plan_of("a", "b", "c", label="batch"), tmp_path / "deploy")

    queues = [
        load(tmp_path / "deploy", f"stacks/{phase}/Pulumi.{phase}.eu-central-1.yaml")["config"]["aimigrate:settings"][  # type: ignore[index]
            "overflow"
        ]["batch_workloads"]
        for phase in ("pilot", "scale", "full")
    ]

    assert queues == [["a"], ["b"], ["c"]]


def test_the_inventory_nests_hosts_in_sites_in_regions(tmp_path: Path) -> None:
    """Groups as the playbooks want them; a plain server is in its site's group alone."""
    generate(plan_of(), tmp_path / "deploy")

    found = load(tmp_path / "deploy", "inventory/hosts.yml")["all"]

    regions = found["children"]  # type: ignore[index]
    assert regions["region_eu_central_1"]["children"]["site_fra_1"] == {
        "hosts": {"j1": {}, "j2": {}, "x1": {}},
        "children": {
            "inference_fra_1": {"hosts": {"j1": {}, "j2": {}}},
            "router_fra_1": {"hosts": {"j1": {}, "j2": {}}},
        },
    }
    assert regions["inference"] == {"children": {"inference_fra_1": {}, "inference_fra_2": {}}}
    assert regions["router"] == {"children": {"router_fra_1": {}, "router_fra_2": {}}}


def test_a_phase_reaches_the_hosts_it_brings_and_those_before_it(tmp_path: Path) -> None:
    """A pilot touches no host of a later phase, at the same site or elsewhere."""
    generate(plan_of(), tmp_path / "deploy")

    groups = load(tmp_path / "deploy", "inventory/hosts.yml")["all"]["children"]  # type: ignore[index]

    reached = {name: set(groups[f"phase_{name}"]["hosts"]) for name in ("pilot", "scale", "full")}
    assert reached["pilot"]
    assert not reached["pilot"] & (reached["scale"] | reached["full"])
    assert set().union(*reached.values()) == {"j1", "j2", "x1", "k1", "k2"}
    assert groups["phase_scale"]["children"] == {"phase_pilot": {}}
    assert groups["phase_full"]["children"] == {"phase_scale": {}}


def test_a_host_gets_its_address_its_module_and_its_models(tmp_path: Path) -> None:
    """All values are in host_vars and group_vars."""
    plan = plan_of("a")
    generate(plan, tmp_path / "deploy")

    variables = load(tmp_path / "deploy", "inventory/host_vars/j1.yml")
    router = load(tmp_path / "deploy", "inventory/group_vars/site_fra_1.yml")

    placement = plan.phases[1].regions[0].sites[0].placements[0]
    assert variables == {
        "ansible_host": "10.0.0.1",
        "jetson_base_module": ORIN,
        "jetson_base_jetpack_majors": [5, 6],
        "jetson_base_power_mode_id": 0,
        "inference_models": [
            {"name": "a", "version": "1", "source": "", "sha256": "", "max_concurrent": placement.max_concurrent}
        ],
    }
    assert router == {
        "ansible_user": "aimigrate",
        "router_cloud_url": "",
        "router_models": [
            {
                "name": "a",
                "idempotent": False,
                "max_concurrent": placement.max_concurrent,
                "latency_limit_ms": 200.0,
                "servers": [{"name": "j1", "address": "10.0.0.1"}, {"name": "j2", "address": "10.0.0.2"}],
            }
        ],
    }
    assert load(tmp_path / "deploy", "inventory/host_vars/x1.yml") == {
        "ansible_host": "10.0.0.9",
        "jetson_base_module": "x86-64",
    }


def test_pinned_host_keys_go_to_known_hosts(tmp_path: Path) -> None:
    """Address, type and key; the comment of the key goes nowhere."""
    generate(plan_of("a"), tmp_path / "deploy")

    assert (tmp_path / "deploy/inventory/known_hosts").read_text() == f"10.0.0.1 {KEY}\n"


@pytest.mark.parametrize("key", ["ssh-ed25519", KEY + "\n10.0.0.2 " + KEY, "@cert-authority * " + KEY, ""])
def test_a_host_key_that_is_none_is_refused(tmp_path: Path, key: str) -> None:
    """It would let a second host in."""
    plan = plan_of("a")
    hosts = (plan.sites[0].hosts[0].model_copy(update={"ssh_host_key": key}), *plan.sites[0].hosts[1:])
    bad = plan.model_copy(update={"sites": (plan.sites[0].model_copy(update={"hosts": hosts}), *plan.sites[1:])})

    with pytest.raises(UsageProblem, match="SSH host key"):
        generate(bad, tmp_path / "deploy")

    assert not (tmp_path / "deploy").exists()


def test_a_site_without_hosts_is_named_in_the_lock(tmp_path: Path) -> None:
    """It is not in the inventory."""
    lock = generate(plan_of("a", "b", "c"), tmp_path / "deploy")

    assert lock.sites == ("fra-1", "fra-2")
    assert lock.sites_without_hosts == ("fra-3",)
    assert b"fra_3" not in (tmp_path / "deploy/inventory/hosts.yml").read_bytes()


def test_more_modules_than_hosts_is_refused_with_the_numbers(tmp_path: Path) -> None:
    """An edit that can't be carried out is named before anything is written."""
    text = planfile.dump(plan_of("a")).decode().replace("modules: 2", "modules: 3", 1)
    (tmp_path / "plan.yaml").write_text(text)

    with pytest.raises(UsageProblem, match="on 3 jetson-agx-orin-64gb; of 2 hosts"):
        generate(planfile.load(tmp_path / "plan.yaml"), tmp_path / "deploy")

    assert not (tmp_path / "deploy").exists()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("power_mode: MAXN", "power_mode: MAXIMUM", "has the modes MAXN"),
        ("name: j1", "name: router", "no host may be named router"),
        ("module: jetson-agx-orin-64gb", "module: jetson-orin-99", "not in the catalog"),
        ("roles: []", "roles: [inference]", "has no router"),
    ],
)
def test_an_edit_that_no_site_can_do_is_refused(tmp_path: Path, before: str, after: str, said: str) -> None:
    """Power modes, host names, modules and roles."""
    text = planfile.dump(plan_of("a")).decode()
    (tmp_path / "plan.yaml").write_text(text.replace(before, after, 1 if "name" in before else 99))

    with pytest.raises(UsageProblem, match=said):
        generate(planfile.load(tmp_path / "plan.yaml"), tmp_path / "deploy")


def test_generate_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """Over itself and elsewhere."""
    plan = plan_of()
    generate(plan, tmp_path / "one")
    first = files_below(tmp_path / "one")

    generate(plan, tmp_path / "one")
    generate(plan, tmp_path / "two")

    assert files_below(tmp_path / "one") == first == files_below(tmp_path / "two")


def test_the_lock_names_every_file_with_its_hash(tmp_path: Path) -> None:
    """And the template or packaged file that it was made from."""
    generate(plan_of(), tmp_path / "deploy")

    lock = Rendered.load(tmp_path / "deploy/deploy.lock.json")

    assert {file.path for file in lock.files} == set(files_below(tmp_path / "deploy")) - {"deploy.lock.json"}
    assert lock.plan_sha256 == plan_of().sha256()


def test_a_file_no_longer_made_goes_and_a_file_of_others_stays(tmp_path: Path) -> None:
    """Only what the old lock names is ours to remove."""
    deploy = tmp_path / "deploy"
    generate(plan_of(), deploy)
    (deploy / "notes.txt").write_text("mine")
    (deploy / "stacks/pilot/state").mkdir()
    (deploy / "stacks/pilot/state/x").write_text("engine")
    assert (deploy / "inventory/host_vars/k1.yml").exists()

    generate(plan_of("a"), deploy)

    assert not (deploy / "inventory/host_vars/k1.yml").exists()
    assert (deploy / "notes.txt").read_text() == "mine"
    assert (deploy / "stacks/pilot/state/x").read_text() == "engine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deploy"]


def test_what_the_engine_keeps_in_a_stack_file_is_kept(tmp_path: Path) -> None:
    """Without its salt the engine can't read its secrets."""
    path = tmp_path / "deploy/stacks/pilot/Pulumi.pilot.eu-central-1.yaml"
    generate(plan_of(), tmp_path / "deploy")
    path.write_text("encryptionsalt: v1:abc:def\n" + path.read_text())

    generate(plan_of(observation_days=10), tmp_path / "deploy")

    values = yaml.safe_load(path.read_text())
    assert values["encryptionsalt"] == "v1:abc:def"
    assert values["config"]["aimigrate:settings"]["observation_days"] == 10


def test_a_folder_that_is_no_deploy_is_not_touched(tmp_path: Path) -> None:
    """No lock, no right to write."""
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(UsageProblem, match="it holds something else"):
        generate(plan_of(), tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


FULL_DISK = """
import resource, sys
from pathlib import Path
from aimigrate.errors import MachineProblem
from aimigrate.planning import planfile
from aimigrate.rendering.bundle import generate
plan = planfile.load(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    generate(plan, Path(sys.argv[2]))
except MachineProblem as problem:
    print(problem.what, problem.why)
    sys.exit(problem.exit_code)
"""


def test_a_full_disk_leaves_the_old_deploy_whole(tmp_path: Path) -> None:
    """And nothing half-written beside it."""
    deploy = tmp_path / "deploy"
    generate(plan_of("a"), deploy)
    before = files_below(deploy)
    (tmp_path / "plan.yaml").write_bytes(planfile.dump(plan_of()))

    found = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "plan.yaml"), str(deploy)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (found.returncode, "File too large" in found.stdout) == (1, True), found.stderr
    assert files_below(deploy) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deploy", "plan.yaml"]


def test_an_interrupt_while_swapping_brings_the_old_deploy_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C at the worst moment."""
    deploy = tmp_path / "deploy"
    generate(plan_of("a"), deploy)
    before = files_below(deploy)
    rename, calls = Path.rename, []

    def interrupted(self: Path, target: Path) -> Path:
        calls.append(self)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        generate(plan_of(), deploy)

    assert files_below(deploy) == before
    assert [path.name for path in tmp_path.iterdir()] == ["deploy"]


CALM = sorted(derive(plan_of("a"), b"").files)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=HOSTILE)
def test_hostile_text_reaches_every_output_as_inert_data(text: str) -> None:
    """A name, a reason, a source, an account id: whatever it holds, the values read back as they were."""
    plan = plan_of(text)
    model = plan.workloads[0].model.model_copy(update={"source": text, "sha256": "0" * 64})
    workload = plan.workloads[0].model_copy(update={"model": model, "why": (text,)})
    plan = plan.model_copy(update={"workloads": (workload,), "account_id": text})

    deploy = derive(plan, planfile.dump(plan))

    assert sorted(deploy.files) == CALM
    for path, file in deploy.files.items():
        if not file.rendered:
            continue
        shown = file.content.decode()
        assert all(character.isprintable() or character == "\n" for character in shown), path
        values = yaml.load(shown, Loader=AnsibleLoader)  # noqa: S506  # a SafeLoader
        if path.startswith("stacks/"):
            assert values["config"]["aimigrate:settings"]["account_id"] == text
            assert set(values) == {"config"}
        if path == "inventory/host_vars/j1.yml":
            assert values["inference_models"][0]["source"] == text
            assert '    source: !unsafe "' in shown


def test_every_variable_is_declared_by_a_role(tmp_path: Path) -> None:
    """What the inventory writes is what the roles' argument_specs take, to the last field."""
    generate(plan_of(), tmp_path / "deploy")
    declared: dict[str, dict[str, object]] = {}
    for path in (tmp_path / "deploy/playbooks/roles").glob("*/meta/argument_specs.yml"):
        for entry in yaml.safe_load(path.read_text())["argument_specs"].values():
            declared |= entry.get("options", {})

    def undeclared(values: object, options: dict[str, object], at: str) -> list[str]:
        found: list[str] = []
        for key, value in values.items():  # type: ignore[attr-defined]
            if key not in options:
                found.append(f"{at}{key}")
                continue
            inner = options[key].get("options")  # type: ignore[attr-defined]
            items = value if isinstance(value, list) else [value]
            found += [name for item in items if inner for name in undeclared(item, inner, f"{at}{key}.")]
        return found

    written = [path for path in (tmp_path / "deploy/inventory").glob("*_vars/*.yml") if path.name != "all.yml"]
    assert len(written) == 7
    for path in written:
        values = {
            key: value
            for key, value in load(path.parent, path.name).items()
            if key not in ("ansible_host", "ansible_user")
        }
        assert undeclared(values, declared, f"{path.name}: ") == []
