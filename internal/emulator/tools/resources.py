"""The resource types that MiniStack 1.5.33 lacks or gets wrong.

Missing: EC2::Instance, EC2::SecurityGroupIngress, IAM::AccessKey. Each handler calls the emulator's
own service, after botocore's model of the call has checked every parameter's name and type.
Wrong: a Lambda::Version ignores CodeSha256; a VPCEndpoint has no DnsEntries and no routes, is never
replaced, and does not know which services exist; an IAM::Role loses its PermissionsBoundary; Ref of
an IAM::InstanceProfile is its ARN, and that of a SecretsManager::Secret its name; a condition cannot look into a mapping (Fn::FindInMap counts as
different from everything).
"""

import re
import sys

import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize
import botocore.validate
from ministack.services import ec2, iam, lambda_svc, secretsmanager
from ministack.services.cloudformation import provisioners

import endpoints

MODELS = {}


def call(service, operation, params):
    """Call an operation of the emulator as its HTTP door would; a refusal fails the resource."""
    if service not in MODELS:
        loaded = botocore.loaders.Loader().load_service_model(service, "service-2")
        MODELS[service] = botocore.model.ServiceModel(loaded, service)
    shape = MODELS[service].operation_model(operation)
    problems = botocore.validate.ParamValidator().validate(params, shape.input_shape)
    if problems.has_errors():
        raise ValueError(f"{service}:{operation}: {problems.generate_report()}")
    protocol = MODELS[service].metadata["protocol"]
    request = botocore.serialize.create_serializer(protocol, False).serialize_to_request(params, shape)
    handlers = {"ec2": ec2._ACTION_MAP, "iam": iam._IAM_HANDLERS}[service]
    query = {key: [value] for key, value in request["body"].items()}
    status, headers, body = handlers[operation](query)
    answer = botocore.parsers.create_parser(protocol).parse(
        {"status_code": status, "headers": headers, "body": body}, shape.output_shape)
    if status >= 300:
        raise ValueError(f"{service}:{operation}: {answer['Error']['Code']}: {answer['Error']['Message']}")
    return answer


def picked(props, *names):
    return {name: props[name] for name in names if name in props}


# AWS::EC2::Instance

def launch_data(spec):
    """The data of one version of a launch template; MiniStack's RunInstances does not look there."""
    template = ec2._launch_templates[spec["LaunchTemplateId"]]
    version = next((v for v in template["Versions"]
                    if str(v["VersionNumber"]) == str(spec["Version"])), None)
    if version is None:
        raise ValueError(f"InvalidLaunchTemplateId.VersionNotFound: {spec}")
    return version["LaunchTemplateData"]


def instance_create(logical_id, props, stack_name):
    params = {**launch_data(props["LaunchTemplate"]), **picked(
        props, "InstanceType", "SubnetId", "SecurityGroupIds")}
    # EC2 takes resolve:ssm:NAME in a launch template alone, and reads the parameter itself.
    if re.match(r"^resolve:ssm:/\S+$", params["ImageId"]):
        params["ImageId"] = "ami-0123456789abcdef0"
    if params["SubnetId"] not in ec2._subnets:
        raise ValueError(f"InvalidSubnetID.NotFound: {params['SubnetId']}")
    params["TagSpecifications"] = [{"ResourceType": "instance", "Tags": props.get("Tags", [])}]
    made = call("ec2", "RunInstances", {**typed(params), "MinCount": 1, "MaxCount": 1})["Instances"][0]
    return made["InstanceId"], {"PrivateIp": made["PrivateIpAddress"], "VpcId": made["VpcId"],
                                "InstanceId": made["InstanceId"]}


def typed(value):
    """CloudFormation hands on whole numbers and booleans as they are written: 100 or '100'."""
    if isinstance(value, dict):
        return {k: typed(v) if k in ("MetadataOptions", "BlockDeviceMappings", "Ebs") else number(k, v)
                for k, v in value.items()}
    if isinstance(value, list):
        return [typed(v) for v in value]
    return value


def number(key, value):
    return int(value) if key in ("VolumeSize", "Iops", "HttpPutResponseHopLimit") else value


def instance_update(physical_id, old, new, stack_name, logical_id=None):
    fixed = ("LaunchTemplate", "SubnetId", "ImageId", "AvailabilityZone")
    replaced = provisioners._rename_replacement(
        physical_id, old, new, stack_name, logical_id,
        picked(new, *fixed), picked(old, *fixed), instance_create, instance_delete)
    if replaced:
        return replaced
    instance = ec2._instances[physical_id]
    instance["InstanceType"] = new["InstanceType"]
    ec2._tags[physical_id] = list(new.get("Tags", []))
    return physical_id, {"PrivateIp": instance["PrivateIpAddress"], "VpcId": instance["VpcId"],
                         "InstanceId": physical_id}


def instance_delete(physical_id, props):
    call("ec2", "TerminateInstances", {"InstanceIds": [physical_id]})


def shown(describe):
    """MiniStack shows every instance without its user data."""

    def handler(p):
        instance = ec2._instances.get(ec2._p(p, "InstanceId"))
        if ec2._p(p, "Attribute") != "userData" or not instance:
            return describe(p)
        return ec2._xml(200, "DescribeInstanceAttributeResponse",
                        f"<instanceId>{instance['InstanceId']}</instanceId>"
                        f"<userData><value>{instance['UserData']}</value></userData>")

    return handler


# AWS::EC2::SecurityGroupIngress

def permission(props):
    described = picked(props, "Description")
    rule = {"IpProtocol": str(props["IpProtocol"])}
    rule |= {k: int(props[k]) for k in ("FromPort", "ToPort") if k in props}
    if "CidrIp" in props:
        if not re.match(r"^(\d+\.){3}\d+/\d+$", props["CidrIp"]):
            raise ValueError(f"InvalidParameterValue: CIDR block {props['CidrIp']} is malformed")
        rule["IpRanges"] = [{"CidrIp": props["CidrIp"], **described}]
    else:
        rule["UserIdGroupPairs"] = [{"GroupId": props["SourceSecurityGroupId"], **described}]
    return {"GroupId": props["GroupId"], "IpPermissions": [rule]}


def ingress_create(logical_id, props, stack_name):
    made = call("ec2", "AuthorizeSecurityGroupIngress", permission(props))
    return made["SecurityGroupRules"][0]["SecurityGroupRuleId"], {}


def ingress_update(physical_id, old, new, stack_name, logical_id=None):
    return ingress_create(logical_id, new, stack_name)


def ingress_delete(physical_id, props):
    if props["GroupId"] in ec2._security_groups:
        call("ec2", "RevokeSecurityGroupIngress", permission(props))


# AWS::IAM::AccessKey

def key_create(logical_id, props, stack_name):
    made = call("iam", "CreateAccessKey", picked(props, "UserName"))["AccessKey"]
    return made["AccessKeyId"], {"SecretAccessKey": made["SecretAccessKey"]}


def key_update(physical_id, old, new, stack_name, logical_id=None):
    return key_create(logical_id, new, stack_name)


def key_delete(physical_id, props):
    call("iam", "DeleteAccessKey", {"AccessKeyId": physical_id, "UserName": props["UserName"]})


# AWS::EC2::VPCEndpoint

def endpoint_create(logical_id, props, stack_name):
    try:
        made = endpoints.make(
            props.get("VpcEndpointType", "Gateway"), props["VpcId"], props["ServiceName"],
            props.get("RouteTableIds", []), list(props.get("SubnetIds", [])),
            list(props.get("SecurityGroupIds", [])), props.get("PrivateDnsEnabled") in (True, "true"),
            props.get("PolicyDocument"), props.get("Tags", []))
    except endpoints.Refused as refused:
        raise ValueError(": ".join(refused.args)) from refused
    return made["VpcEndpointId"], provisioners._ec2_vpc_endpoint_attributes(made)


def endpoint_update(physical_id, old, new, stack_name, logical_id=None):
    fixed = ("VpcId", "ServiceName", "VpcEndpointType")
    replaced = provisioners._rename_replacement(
        physical_id, old, new, stack_name, logical_id,
        picked(new, *fixed), picked(old, *fixed), endpoint_create, endpoint_delete)
    if replaced:
        return replaced
    endpoint = ec2._vpc_endpoints[physical_id]
    endpoint["SubnetIds"] = list(new.get("SubnetIds", []))
    endpoint["SecurityGroupIds"] = list(new.get("SecurityGroupIds", []))
    ec2._tags[physical_id] = list(new.get("Tags", []))
    return physical_id, provisioners._ec2_vpc_endpoint_attributes(endpoint)


def endpoint_delete(physical_id, props):
    if physical_id in ec2._vpc_endpoints:
        endpoints.unmake(physical_id)


# AWS::Lambda::Version

def checked(publish):
    """Refuse, as Lambda does, to publish code that is not the code named."""

    def create(logical_id, props, stack_name):
        function, _, _ = lambda_svc._get_func_record_for_ref(props["FunctionName"])
        got = function["config"]["CodeSha256"]
        if props.get("CodeSha256", got) != got:
            raise ValueError(f"CodeSHA256 ({props['CodeSha256']}) is different from current CodeSHA256 "
                             f"in $LATEST ({got}). Please try again with the CodeSHA256 in $LATEST.")
        return publish(logical_id, props, stack_name)

    return create


# AWS::IAM::Role

def bounded(change):
    def run(*args):
        name, attributes = change(*args)
        boundary = args[-2 if len(args) == 3 else 2].get("PermissionsBoundary")
        if boundary:
            call("iam", "PutRolePermissionsBoundary",
                 {"RoleName": name, "PermissionsBoundary": boundary})
        return name, attributes

    return run


# AWS::IAM::InstanceProfile

def by_name(handler):
    """Let Ref give the profile's name, as AWS does; MiniStack's gives the ARN."""

    def arn(name):
        return iam._instance_profiles.get(name, {}).get("Arn", name)

    def named(made):
        return made[0].rsplit("/", 1)[-1], made[1]

    create, update, delete = handler["create"], handler["update"], handler["delete"]
    handler["create"] = lambda *args: named(create(*args))
    handler["update"] = lambda name, *args: named(update(arn(name), *args))
    handler["delete"] = lambda name, props: delete(arn(name), props)


# AWS::SecretsManager::Secret

def by_arn(handler):
    """Let Ref give the secret's ARN, as AWS does; MiniStack's gives the name."""

    def name(arn):
        return next((n for n, s in secretsmanager._secrets.items() if s["ARN"] == arn), arn)

    def arn(made):
        return made[1]["Id"], made[1]

    create, update, delete = handler["create"], handler["update"], handler["delete"]
    handler["create"] = lambda *args: arn(create(*args))
    handler["update"] = lambda old, *args: arn(update(name(old), *args))
    handler["delete"] = lambda old, props: delete(name(old), props)


# Functions that crash

def told(emit):
    """A log group is deleted with its stack: what a function that crashed said is kept here."""

    def run(func, request_id, text, error, duration, **more):
        if error:
            print(f"{func['config']['FunctionName']} crashed: {text}", file=sys.stderr, flush=True)
        return emit(func, request_id, text, error, duration, **more)

    return run


def install():
    lambda_svc._emit_lambda_logs = told(lambda_svc._emit_lambda_logs)
    handlers = provisioners._RESOURCE_HANDLERS

    def add(name, create, update, delete):
        handlers[name] = {"create": create, "update": update, "delete": delete,
                          "update_with_logical_id": True}

    for missing in ("AWS::EC2::Instance", "AWS::EC2::SecurityGroupIngress", "AWS::IAM::AccessKey"):
        if missing in handlers:
            raise SystemExit(f"MiniStack has {missing} now: remove ours")
    add("AWS::EC2::Instance", instance_create, instance_update, instance_delete)
    add("AWS::EC2::SecurityGroupIngress", ingress_create, ingress_update, ingress_delete)
    add("AWS::IAM::AccessKey", key_create, key_update, key_delete)
    add("AWS::EC2::VPCEndpoint", endpoint_create, endpoint_update, endpoint_delete)
    ec2._ACTION_MAP["DescribeInstanceAttribute"] = shown(ec2._ACTION_MAP["DescribeInstanceAttribute"])
    by_name(handlers["AWS::IAM::InstanceProfile"])
    by_arn(handlers["AWS::SecretsManager::Secret"])
    role, version = handlers["AWS::IAM::Role"], handlers["AWS::Lambda::Version"]
    role.update(create=bounded(role["create"]), update=bounded(role["update"]))
    version["create"] = checked(version["create"])
