"""Queues, streams, clusters and delivery streams, shaped as their API references show them (read 2026-11)."""

from typing import Any

from tests.recorded_aws import ACCOUNT, NOW, REGION, Answer

WORKLOADS: tuple[str, ...] = ()

HERE = f"{REGION}:{ACCOUNT}"
CLICKS = f"arn:aws:kinesis:{HERE}:stream/clicks"
INVOICES = f"arn:aws:sqs:{HERE}:invoices"
PLANT = f"arn:aws:kafka:{HERE}:cluster/plant/8f6ae7b2-8f6a-4a36-9b0e-2d9a4c9b0e11-1"
SERVERLESS = f"arn:aws:kafka:{HERE}:cluster/events/0c1d2e3f-1111-2222-3333-444455556666-s1"
DELIVERY = f"arn:aws:firehose:{HERE}:deliverystream/frames"
SCORER = f"arn:aws:lambda:{HERE}:function:scorer"


def url(name: str, account: str = ACCOUNT) -> str:
    """Return the address of a queue."""
    return f"https://sqs.{REGION}.amazonaws.com/{account}/{name}"


def stream(arn: str) -> dict[str, Any]:
    """Return what ListStreams says of one."""
    return {
        "StreamName": arn.rsplit("/", 1)[-1],
        "StreamARN": arn,
        "StreamStatus": "ACTIVE",
        "StreamModeDetails": {"StreamMode": "ON_DEMAND"},
        "StreamCreationTimestamp": NOW,
    }


def cluster(arn: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what ListClustersV2 says of one."""
    known = {"ClusterArn": arn, "ClusterName": arn.split("/")[1], "State": "ACTIVE", "CreationTime": NOW}
    return {**known, **more}


def transform(function: str, *, enabled: bool = True) -> dict[str, Any]:
    """Return what DescribeDeliveryStream says of the processing of records."""
    parameters = [
        {"ParameterName": "LambdaArn", "ParameterValue": f"{function}:live"},
        {"ParameterName": "NumberOfRetries", "ParameterValue": "3"},
    ]
    return {
        "Enabled": enabled,
        "Processors": [{"Type": "Lambda", "Parameters": parameters}, {"Type": "AppendDelimiterToRecord"}],
    }


def delivery(arn: str, *destinations: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeDeliveryStream says of one."""
    description = {
        "DeliveryStreamName": arn.rsplit("/", 1)[-1],
        "DeliveryStreamARN": arn,
        "DeliveryStreamStatus": "ACTIVE",
        "DeliveryStreamType": "DirectPut",
        "VersionId": "1",
        "CreateTimestamp": NOW,
        "Destinations": [{"DestinationId": "destinationId-000000000001", **one} for one in destinations],
        "HasMoreDestinations": False,
    }
    return {"DeliveryStreamDescription": {**description, **more}}


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
    broker = {"BrokerNodeGroupInfo": {"ClientSubnets": ["subnet-1"], "InstanceType": "kafka.m7g.large"}}
    bucket: dict[str, Any] = {
        "RoleARN": "arn:aws:iam::1:role/x",
        "BucketARN": "arn:aws:s3:::frames",
        "CompressionFormat": "GZIP",
    }
    bucket |= {"BufferingHints": {"SizeInMBs": 5}, "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"}}
    splunk = {"HECEndpoint": "https://splunk.example.com", "HECToken": "hunter2"}
    return {
        ("sqs", "ListQueues"): {"QueueUrls": [url("orders"), url("invoices")]},
        ("kinesis", "ListStreams"): {
            "StreamNames": ["clicks"],
            "HasMoreStreams": False,
            "StreamSummaries": [stream(CLICKS)],
        },
        ("kafka", "ListClustersV2"): {
            "ClusterInfoList": [
                cluster(PLANT, ClusterType="PROVISIONED", Provisioned={**broker, "NumberOfBrokerNodes": 3}),
                cluster(SERVERLESS, ClusterType="SERVERLESS", Serverless={"VpcConfigs": []}),
            ]
        },
        ("firehose", "ListDeliveryStreams"): {"DeliveryStreamNames": ["frames"], "HasMoreDeliveryStreams": False},
        ("firehose", "DescribeDeliveryStream"): delivery(
            DELIVERY,
            {"ExtendedS3DestinationDescription": {**bucket, "ProcessingConfiguration": transform(SCORER)}},
            {"SplunkDestinationDescription": splunk},
        ),
    }
