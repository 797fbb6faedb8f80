"""What EC2 asks IAM about, call by call.

With AUTH=true MiniStack 1.5.33 evaluates the policies of the function's role, but for EC2 it asks
about one resource per call (of ModifyVpcEndpoint, CreateTags and DeleteTags: about none) and knows
neither a resource's tags nor EC2's own condition keys. This gives every resource that the service
authorization reference lists for the calls of our functions, with the keys that they condition on.
For IAM it forgets the path in a role's ARN, and asks about no identity provider. It takes every call
for one without TLS, which it does not speak: here each counts as one with TLS.
"""

import contextvars

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2, iam

CHECKS = contextvars.ContextVar("byocfn_checks", default=())


def arn(kind, name):
    return f"arn:aws:ec2:{get_region()}:{get_account_id()}:{kind}/{name}"


def existing(kind, name):
    """A resource that is there, with the tags it has."""
    tags = {f"aws:ResourceTag/{t['Key']}": t["Value"] for t in ec2._tags.get(name, [])}
    return None, arn(kind, name), tags


def create_endpoint(p):
    """The VPC, each route table, the endpoint to be; and where it is tagged, CreateTags as well."""
    asked = {"ec2:VpceServiceName": ec2._p(p, "ServiceName")}
    made, wanted = arn("vpc-endpoint", "*"), requested(p)
    checks = [(None, arn("vpc", ec2._p(p, "VpcId")), asked), (None, made, asked | wanted)]
    checks += [(None, arn("route-table", one), asked) for one in ec2._parse_member_list(p, "RouteTableId")]
    if wanted:
        checks.append(("ec2:CreateTags", made, wanted | {"ec2:CreateAction": "CreateVpcEndpoint"}))
    return checks


def requested(p):
    tags, i = {}, 1
    while key := ec2._p(p, f"TagSpecification.1.Tag.{i}.Key"):
        tags[f"aws:RequestTag/{key}"] = ec2._p(p, f"TagSpecification.1.Tag.{i}.Value")
        i += 1
    return tags


RULES = {
    "CreateVpcEndpoint": create_endpoint,
    "ModifyVpcEndpoint": lambda p: [existing("vpc-endpoint", ec2._p(p, "VpcEndpointId"))],
    "DeleteVpcEndpoints": lambda p: [
        existing("vpc-endpoint", one) for one in ec2._parse_member_list(p, "VpcEndpointId")],
    "CreateTags": lambda p: tagged(p),
    "DeleteTags": lambda p: tagged(p),
    "DescribeVpcAttribute": lambda p: [existing("vpc", ec2._p(p, "VpcId"))],
    "ModifyVpcAttribute": lambda p: [existing("vpc", ec2._p(p, "VpcId"))],
}


def tagged(p):
    kinds = {"vpce": "vpc-endpoint", "sg": "security-group", "i": "instance", "vpc": "vpc"}
    return [existing(kinds[one.split("-")[0]], one) for one in ec2._parse_member_list(p, "ResourceId")]


def over_tls(init):
    def run(self, *args, **named):
        init(self, *args, **{"secure_transport": True, **named})

    return run


def install():
    iam_evaluator.EvalContext.__init__ = over_tls(iam_evaluator.EvalContext.__init__)
    resource_of, enforce = iam_actions.extract_resource_arn, iam_evaluator.enforce

    def extract_resource_arn(service, method, path, headers, body, params, region, account):
        CHECKS.set(())
        if service == "iam" and ec2._p(params, "RoleName") in iam._roles:
            return iam._roles[ec2._p(params, "RoleName")]["Arn"]
        if service == "iam" and ec2._p(params, "OpenIDConnectProviderArn"):
            return ec2._p(params, "OpenIDConnectProviderArn")
        if service != "ec2":
            return resource_of(service, method, path, headers, body, params, region, account)
        rule = RULES.get(ec2._p(params, "Action"))
        CHECKS.set(rule(params) if rule else ((None, "*", {}),))
        return "*"

    def each(key, action, service, region, resource_arn="*", service_context=None):
        checks = CHECKS.get() if service == "ec2" else ((None, resource_arn, {}),)
        for other, resource, more in checks:
            denied = enforce(key, other or action, service, region, resource_arn=resource,
                             service_context=(service_context or {}) | more)
            if denied:
                return denied
        return None

    iam_actions.extract_resource_arn = extract_resource_arn
    iam_evaluator.enforce = each
