"""A stand-in for Pulumi's AWS provider: the resource types our stacks use, over boto3, on a loopback endpoint only.

It ships for the embedded run and for tests. It is as strict as the real provider about names, types and required
properties (read from the installed `pulumi_aws`), and refuses any endpoint that is not loopback.
"""
