"""Fills moto with a company: the caller's identity, then each workload in the order of the seed."""

import json
from datetime import timedelta

import boto3
from moto.cloudwatch.models import cloudwatch_backends
from moto.iam.models import iam_backends
from moto.moto_api._internal import mock_random

from aimigrate.demo.seed import (
    AnyItem,
    BatchQueue,
    Company,
    EcsService,
    Endpoint,
    Function,
    Group,
    Instance,
    Jobs,
    Notebook,
)
from aimigrate.demo.seed_bill import month_of
from aimigrate.demo.seed_cloud import OWNER_ROLE, Cloud, moto_time
from aimigrate.demo.seed_cloudwatch import IndexedCloudWatch
from aimigrate.demo.seed_containers import seed_batch, seed_function, seed_service
from aimigrate.demo.seed_ec2 import network, seed_group, seed_instance
from aimigrate.demo.seed_metrics import History
from aimigrate.demo.seed_patterns import PERIOD_S, Clock
from aimigrate.demo.seed_sagemaker import seed_endpoint, seed_jobs, seed_notebook

CALLER = "platform-engineer"
_FOUNDED_DAYS = 900  # before now: the age of what has no date of its own, such as the network


def fill(company: Company, endpoint_url: str, session: boto3.Session, access_key: str) -> Cloud:
    """Seed everything; the same company gives the same ids, ARNs and times in any process."""
    mock_random.seed(company.random_seed)
    start = company.now - timedelta(days=company.history_days)
    clock = Clock(int(start.timestamp()), company.history_days * 86_400 // PERIOD_S)
    cloud = Cloud(company, endpoint_url, session, History(clock, company.random_seed))
    _identify(cloud, access_key)
    for region in company.regions:
        cloudwatch_backends[company.account_id][region] = IndexedCloudWatch(region, company.account_id)
        network(cloud, region)
    for bucket in company.buckets:
        cloud.client("s3", "us-east-1").create_bucket(Bucket=bucket)
        held = cloud.backend("s3", "aws").buckets[bucket]
        held.creation_date = company.now - timedelta(days=_FOUNDED_DAYS)
    for item in (*company.workloads, *company.others):
        _seed(cloud, item)
    _age_networks(cloud)
    return cloud


def _identify(cloud: Cloud, access_key: str) -> None:
    """Make the caller a user of the company's account, so that STS says so; any other key is another account's."""
    account = cloud.company.account_id
    iam = iam_backends[account]["aws"]
    founded = moto_time(cloud.company.now - timedelta(days=_FOUNDED_DAYS))
    iam.create_user("us-east-1", CALLER).create_date = founded
    key = iam.create_access_key(CALLER)
    del iam.access_keys[key.access_key_id]
    key.access_key_id, key.create_date = access_key, founded
    iam.access_keys[access_key] = key
    services = [f"{name}.amazonaws.com" for name in ("batch", "ecs-tasks", "lambda", "sagemaker")]
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": services}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = cloud.client("iam", "us-east-1").create_role(RoleName=OWNER_ROLE, AssumeRolePolicyDocument=document)
    iam.roles[made["Role"]["RoleId"]].create_date = founded
    cloud.client("iam", "us-east-1").create_instance_profile(InstanceProfileName=OWNER_ROLE)
    for profile in iam.instance_profiles.values():
        profile.create_date = founded


def _seed(cloud: Cloud, item: AnyItem) -> None:
    billed = month_of(cloud.company)
    hours = max((billed[1] - max(billed[0], item.created_at)).total_seconds() / 3600, 0.0)
    match item:
        case Instance():
            seed_instance(cloud, item, hours)
        case Group():
            seed_group(cloud, item, hours)
        case Endpoint():
            seed_endpoint(cloud, item, hours)
        case Jobs():
            seed_jobs(cloud, item, billed)
        case Notebook():
            seed_notebook(cloud, item, hours)
        case BatchQueue():
            seed_batch(cloud, item)
        case EcsService():
            seed_service(cloud, item, hours)
        case Function():
            seed_function(cloud, item, hours)


def _age_networks(cloud: Cloud) -> None:
    """Give networks, images and groups' default parts the company's age."""
    founded = moto_time(cloud.company.now - timedelta(days=_FOUNDED_DAYS))
    for region in cloud.company.regions:
        backend = cloud.backend("ec2", region)
        for image in backend.amis.values():
            image.creation_date = founded
        for vpc in backend.vpcs.values():
            vpc.creation_timestamp = founded
