"""How links name the definition of a Batch job."""


def plain_definition(job_definition: str) -> str:
    """Return the name of a Batch job definition, given its ARN or name with or without a revision."""
    name, _, revision = job_definition.rsplit("/", 1)[-1].rpartition(":")
    return name if name and revision.isdigit() else job_definition.rsplit("/", 1)[-1]
