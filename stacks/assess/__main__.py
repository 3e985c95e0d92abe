"""Phase assess: the stores and the audit log of a region, before anything moves.

One stack a region: `pulumi up -s assess.eu-central-1`. All values are in Pulumi.<stack>.yaml.
"""

import pulumi

from aimigrate.infra.region import build
from aimigrate.infra.settings import checked

config = pulumi.Config("aimigrate")
settings = checked(config.require_object("settings"))

region = build(settings, earlier=None)

for name, value in region.outputs.items():
    pulumi.export(name, value)
