"""S3: the bucket, and the settings that Pulumi keeps as resources of their own."""

import json
from typing import ClassVar

from aimigrate.demo.standin.cloud import Cloud, Props, tag_list, tag_map
from aimigrate.demo.standin.kinds.base import Kind


class Bucket(Kind):
    """A bucket and its tags."""

    token = "aws:s3/bucket:Bucket"
    replaces = frozenset({"bucket", "bucketPrefix"})
    computed = ("arn", "bucketDomainName")
    name_property = "bucket"

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        bucket = str(props.get("bucket") or name.lower())
        place = {} if cloud.region == "us-east-1" else {"LocationConstraint": cloud.region}
        extra = {"CreateBucketConfiguration": place} if place else {}
        cloud.client("s3").create_bucket(Bucket=bucket, **extra)
        self.update(cloud, bucket, props)
        return bucket

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        s3 = cloud.client("s3")
        s3.head_bucket(Bucket=identity)
        found: Props = {
            "bucket": identity,
            "arn": f"arn:aws:s3:::{identity}",
            "bucketDomainName": f"{identity}.s3.amazonaws.com",
        }
        if "tags" in props or not props:
            found["tags"] = _tags(cloud, identity)
        return found

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        s3 = cloud.client("s3")
        if props.get("tags"):
            s3.put_bucket_tagging(Bucket=identity, Tagging={"TagSet": tag_list(props["tags"])})
        else:
            s3.delete_bucket_tagging(Bucket=identity)

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        if props.get("forceDestroy"):
            pages = cloud.client("s3").get_paginator("list_object_versions").paginate(Bucket=identity)
            for page in pages:
                for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                    cloud.client("s3").delete_object(Bucket=identity, Key=item["Key"], VersionId=item["VersionId"])
        cloud.client("s3").delete_bucket(Bucket=identity)


def _tags(cloud: Cloud, bucket: str) -> dict[str, str]:
    s3 = cloud.client("s3")
    try:
        return tag_map(s3.get_bucket_tagging(Bucket=bucket)["TagSet"])
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchTagSet":
            raise
        return {}


class BucketSetting(Kind):
    """A setting of a bucket; its id is the bucket's name."""

    replaces = frozenset({"bucket"})
    name_property = "bucket"

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        self.update(cloud, str(props["bucket"]), props)
        return str(props["bucket"])


class Versioning(BucketSetting):
    """Whether a bucket keeps versions."""

    token = "aws:s3/bucketVersioning:BucketVersioning"

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        status = cloud.client("s3").get_bucket_versioning(Bucket=identity).get("Status")
        given = props.get("versioningConfiguration") or {}
        return {"bucket": identity, "versioningConfiguration": {**given, "status": status}} if status else None

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        status = props["versioningConfiguration"]["status"]
        cloud.client("s3").put_bucket_versioning(Bucket=identity, VersioningConfiguration={"Status": status})

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        suspended = {"Status": "Suspended"}  # S3 knows no way back to never
        cloud.client("s3").put_bucket_versioning(Bucket=identity, VersioningConfiguration=suspended)


class Encryption(BucketSetting):
    """How a bucket encrypts what no one says how to."""

    token = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        answer = cloud.client("s3").get_bucket_encryption(Bucket=identity)
        rules = [
            {
                "applyServerSideEncryptionByDefault": _drop_none(
                    {
                        "sseAlgorithm": rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"],
                        "kmsMasterKeyId": rule["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID"),
                    }
                ),
                "bucketKeyEnabled": bool(rule.get("BucketKeyEnabled")),
            }
            for rule in answer["ServerSideEncryptionConfiguration"]["Rules"]
        ]
        return {"bucket": identity, "rules": rules}

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        rules = []
        for rule in props["rules"]:
            default = rule["applyServerSideEncryptionByDefault"]
            by_default = _drop_none(
                {"SSEAlgorithm": default["sseAlgorithm"], "KMSMasterKeyID": default.get("kmsMasterKeyId")}
            )
            key = bool(rule.get("bucketKeyEnabled"))
            rules.append({"ApplyServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": key})
        cloud.client("s3").put_bucket_encryption(Bucket=identity, ServerSideEncryptionConfiguration={"Rules": rules})

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("s3").delete_bucket_encryption(Bucket=identity)


class PublicAccessBlock(BucketSetting):
    """The four switches that keep a bucket private."""

    token = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    switches: ClassVar[dict[str, str]] = {
        "blockPublicAcls": "BlockPublicAcls",
        "blockPublicPolicy": "BlockPublicPolicy",
        "ignorePublicAcls": "IgnorePublicAcls",
        "restrictPublicBuckets": "RestrictPublicBuckets",
    }

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        answer = cloud.client("s3").get_public_access_block(Bucket=identity)["PublicAccessBlockConfiguration"]
        return {"bucket": identity, **{ours: bool(answer.get(theirs)) for ours, theirs in self.switches.items()}}

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        wanted = {theirs: bool(props.get(ours)) for ours, theirs in self.switches.items()}
        cloud.client("s3").put_public_access_block(Bucket=identity, PublicAccessBlockConfiguration=wanted)

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("s3").delete_public_access_block(Bucket=identity)


class Lifecycle(BucketSetting):
    """What a bucket forgets, and when."""

    token = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        answer = cloud.client("s3").get_bucket_lifecycle_configuration(Bucket=identity)
        return {"bucket": identity, "rules": [self._ours(rule) for rule in answer["Rules"]]}

    @staticmethod
    def _ours(rule: Props) -> Props:
        old, cut = rule.get("NoncurrentVersionExpiration"), rule.get("AbortIncompleteMultipartUpload")
        prefix = rule.get("Filter", {}).get("Prefix", rule.get("Prefix", ""))
        found: Props = {"id": rule["ID"], "status": rule["Status"], "filter": {"prefix": prefix}}
        if old:
            found["noncurrentVersionExpiration"] = {"noncurrentDays": old["NoncurrentDays"]}
        if cut:
            found["abortIncompleteMultipartUpload"] = {"daysAfterInitiation": cut["DaysAfterInitiation"]}
        return found

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        rules = []
        for rule in props["rules"]:
            prefix = (rule.get("filter") or {}).get("prefix", "")
            theirs: Props = {"ID": rule["id"], "Status": rule["status"], "Filter": {"Prefix": prefix}}
            if rule.get("noncurrentVersionExpiration"):
                days = int(rule["noncurrentVersionExpiration"]["noncurrentDays"])
                theirs["NoncurrentVersionExpiration"] = {"NoncurrentDays": days}
            if rule.get("abortIncompleteMultipartUpload"):
                days = int(rule["abortIncompleteMultipartUpload"]["daysAfterInitiation"])
                theirs["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": days}
            rules.append(theirs)
        cloud.client("s3").put_bucket_lifecycle_configuration(Bucket=identity, LifecycleConfiguration={"Rules": rules})

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("s3").delete_bucket_lifecycle(Bucket=identity)


class Policy(BucketSetting):
    """A bucket's policy."""

    token = "aws:s3/bucketPolicy:BucketPolicy"

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        actual = cloud.client("s3").get_bucket_policy(Bucket=identity)["Policy"]
        return {"bucket": identity, "policy": same_json(actual, props.get("policy"))}

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("s3").put_bucket_policy(Bucket=identity, Policy=props["policy"])

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("s3").delete_bucket_policy(Bucket=identity)


def same_json(actual: str, given: str | None) -> str:
    """Return the given text where both mean the same, so that spelling alone is no drift."""
    if given is not None and json.loads(actual) == json.loads(given):
        return given
    return actual


def _drop_none(values: Props) -> Props:
    return {key: value for key, value in values.items() if value is not None}


kinds: tuple[Kind, ...] = (Bucket(), Versioning(), Encryption(), PublicAccessBlock(), Lifecycle(), Policy())
