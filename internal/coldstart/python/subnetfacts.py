"""What lambda/subnetfacts would be on crhelper and boto3: the look-up of a subnet, nothing else."""

import boto3
from crhelper import CfnResource

helper = CfnResource(json_logging=True, log_level="INFO")
try:
    ec2 = boto3.client("ec2")
except Exception as error:  # the stack must hear of it
    helper.init_failure(error)


@helper.create
@helper.update
def read(event, _):
    subnet_id = event["ResourceProperties"]["SubnetId"]
    subnet = ec2.describe_subnets(SubnetIds=[subnet_id])["Subnets"][0]
    helper.Data.update(
        CidrBlock=subnet["CidrBlock"],
        VpcId=subnet["VpcId"],
        AvailabilityZone=subnet["AvailabilityZone"],
        AvailabilityZoneId=subnet["AvailabilityZoneId"],
    )
    return "subnet-facts/" + subnet_id


@helper.delete
def forget(*_):
    pass


def handler(event, context):
    helper(event, context)
