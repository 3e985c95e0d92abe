"""Phase pilot: the first sites of a region, and the cloud capacity kept for their surges.

One stack a region: `pulumi up -s pilot.eu-central-1`. All values are in Pulumi.<stack>.yaml.
It builds on the stack of the phase before in the same region, and refuses to run without it.
"""

import pulumi

from aimigrate.infra.previous import previous_foundation
from aimigrate.infra.region import build
from aimigrate.infra.settings import checked

config = pulumi.Config("aimigrate")
settings = checked(config.require_object("settings"))
assume = config.get_bool("assume_previous") or False  # a preview before the phase before is applied

region = build(settings, earlier=previous_foundation(settings, assume=assume))

for name, value in region.outputs.items():
    pulumi.export(name, value)
